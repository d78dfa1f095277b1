"""Where messages are written; never disabled because of the connection."""

from __future__ import annotations

import reflex as rx

from nova_app.components.composer_tools import (
    EMOJI_CODES,
    code_list,
    discarded_button,
    discarded_texts,
    emoji_button,
    format_bar,
    format_button,
    paste_offer,
)
from nova_app.components.error_text import error_text
from nova_app.components.icons import icon
from nova_app.components.mentions import MENTIONS, mention_list
from nova_app.components.row_marks import quoted_text
from nova_app.components.sent_files import choose_files, failed_files, sent_files
from nova_app.components.test_ids import hook, shortcut, takes_files
from nova_app.stores import ComposerStore, ConnectionStore, MentionStore, MessageStore
from nova_app.stores.vars import choose


def composer() -> rx.Component:
    """Render a textarea that grows, and the button that sends or queues."""
    return rx.el.div(
        mention_list(),
        code_list(),
        rx.el.div(
            rx.el.bdi(MessageStore.typing_label),
            rx.el.span(
                choose(
                    MessageStore.draft_problem != "",
                    error_text(MessageStore.draft_problem, rx.Var.create("")),
                    choose(
                        MessageStore.failed_files != "",
                        failed_files(MessageStore.failed_files),
                        MessageStore.draft_note,
                    ),
                ),
                class_name="draft-note",
                role="status",
            ),
            rx.cond(
                MessageStore.can_send & (MessageStore.draft_note == ""),
                rx.el.span(
                    choose(
                        ComposerStore.enter_breaks,
                        "Ctrl+Enter to send, Enter for a new line",
                        "Enter to send, Shift+Enter for a new line",
                    ),
                    class_name="composer-keys",
                    custom_attrs={"aria-hidden": "true"},
                ),
            ),
            discarded_button(),
            class_name="composer-notes",
        ),
        rx.cond(
            MessageStore.storage == "memory",
            rx.el.p(
                "This browser cannot store unsent messages. Reloading the page would lose them.",
                class_name="storage-warning",
            ),
        ),
        rx.cond(
            MessageStore.is_former,
            rx.el.p(
                choose(MessageStore.former_note != "", MessageStore.former_note, "You are no longer in this group."),
                class_name="composer-former",
                role="status",
                custom_attrs=hook("former-member-note"),
            ),
        ),
        _mode(),
        paste_offer(),
        sent_files(
            MessageStore.chips,
            label="Attached files",
            name="composer-file",
            retry=MessageStore.retry_file,
            remove=MessageStore.detach,
            describe=MessageStore.describe,
        ),
        rx.el.div(
            format_bar(),
            rx.cond(MessageStore.mode != "edit", _attach()),
            rx.el.div(
                rx.el.textarea(
                    value=MessageStore.draft,
                    on_change=MessageStore.edit_draft,
                    disabled=~MessageStore.ready,
                    rows=1,
                    dir="auto",
                    placeholder=choose(
                        ConnectionStore.is_connected,
                        "Message " + MessageStore.active_title.to(str),
                        "Offline, will be sent later",
                    ),
                    custom_attrs={
                        **hook("composer", mode=MessageStore.mode),
                        **shortcut("Enter", "ArrowUp", "Escape"),
                        **takes_files("paste"),
                        **_completion(),
                        "aria-label": choose(MessageStore.mode == "edit", "Edit message", "Message"),
                        "enterKeyHint": "send",
                        # As an attribute: the function needs the event itself.
                        "onKeyDown": MessageStore.composer_key,
                        "onPaste": ComposerStore.paste,
                    },
                ),
                # Holds the same text invisibly, so that the field grows without script.
                rx.el.div(
                    MessageStore.draft,
                    " ",
                    class_name="composer-mirror",
                    dir="auto",
                    custom_attrs={"aria-hidden": "true"},
                ),
                class_name="composer-field",
            ),
            format_button(),
            emoji_button(),
            rx.el.button(
                rx.cond(MessageStore.mode == "edit", icon("check"), icon("send")),
                type="button",
                class_name="send-button",
                disabled=~MessageStore.can_send,
                on_click=MessageStore.send,
                custom_attrs={
                    **hook("composer-send"),
                    "aria-label": choose(
                        MessageStore.mode == "edit",
                        "Save",
                        choose(ConnectionStore.is_connected, "Send", "Send later"),
                    ),
                },
            ),
            class_name="composer-box",
        ),
        discarded_texts(),
        class_name="composer",
    )


def _completion() -> dict[str, object]:
    """Return the attributes of a text field whose mentions and emoji codes are completed, one at a time."""
    is_mention = MentionStore.chosen_id != ""
    return {
        "aria-autocomplete": "list",
        "aria-controls": choose(
            is_mention, MENTIONS.list_id, choose(ComposerStore.chosen_code_id != "", EMOJI_CODES.list_id, "")
        ),
        "aria-activedescendant": choose(is_mention, MentionStore.chosen_id, ComposerStore.chosen_code_id),
        "onSelect": MentionStore.look,
        "onBlur": ComposerStore.leave,
    }


def _attach() -> rx.Component:
    return choose_files(
        label="Attach files",
        name="composer-files",
        button="composer-attach",
        take=MessageStore.attach,
        class_name="attach-button",
        is_icon=True,
        disabled=MessageStore.is_former,
    )


def _mode() -> rx.Component:
    """Render what the composer is used for beside new messages, and the way back."""
    is_edit = MessageStore.mode == "edit"
    return rx.cond(
        MessageStore.mode != "new",
        rx.el.div(
            rx.cond(is_edit, icon("pencil"), icon("reply")),
            rx.cond(is_edit, rx.el.span("Editing a message"), _replied()),
            rx.el.button(
                icon("close"),
                type="button",
                class_name="icon-button",
                on_click=MessageStore.cancel,
                custom_attrs={
                    **hook("composer-cancel"),
                    "aria-label": choose(is_edit, "Cancel editing", "Cancel reply"),
                },
            ),
            class_name="composer-mode",
        ),
    )


def _replied() -> rx.Component:
    """Render the message that the new one replies to."""
    quoted = MessageStore.replied
    return rx.el.span(
        "Reply to ",
        rx.el.strong(rx.el.bdi(quoted.author_name)),
        " ",
        rx.el.span(quoted_text(quoted), dir="auto"),
        class_name="quote-text",
        custom_attrs=hook("composer-quote"),
    )
