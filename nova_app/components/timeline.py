"""The messages of the open conversation."""

from __future__ import annotations

import reflex as rx

from nova_app.components.avatar import avatar
from nova_app.components.dialogs import OPENS_DIALOG
from nova_app.components.error_text import error_text
from nova_app.components.history import jump_notice, jump_to_newest, jump_to_unread, newer_edge, older_edge
from nova_app.components.icons import icon
from nova_app.components.links import link
from nova_app.components.load_states import bone, load_failed, load_note, load_states, skeleton
from nova_app.components.message_actions import message_actions, row_events
from nova_app.components.message_text import message_text
from nova_app.components.row_marks import IN_BUBBLES, quote, reactions
from nova_app.components.shown_files import shown_files
from nova_app.components.test_ids import hook
from nova_app.stores import MessageActionStore, MessageStore, ReceiptStore, VersionStore
from nova_app.stores.base import with_args
from nova_app.stores.messages import Row
from nova_app.stores.vars import ItemVar, choose, match_component, match_text

_NO_ATTRIBUTE = rx.Var("undefined", _var_type=str).to(str)
"""The value of an attribute that an element does not have."""


def timeline() -> rx.Component:
    """Render the rows, oldest first in the document, held at the newest by the style sheet alone."""
    return rx.el.div(
        rx.el.div(
            rx.el.div(
                _history(),
                rx.foreach(MessageStore.rows, _row),
                newer_edge(),
                class_name="rows",
                role="log",
                # Only messages that arrive while the newest is visible are announced; loaded history is not.
                custom_attrs={
                    **hook("timeline"),
                    "aria-label": "Messages",
                    "aria-live": choose(MessageStore.is_live, "polite", "off"),
                },
            ),
            class_name="timeline",
            tab_index=0,
            custom_attrs={
                **hook("timeline-scroll"),
                "data-timeline-scroll": "true",
                "aria-label": "Messages, scrollable",
                "role": "group",
                "onScroll": MessageStore.scrolled,
                "onKeyDown": MessageActionStore.row_key,
            },
        ),
        message_actions(),
        jump_notice(),
        jump_to_unread(),
        jump_to_newest(),
        class_name=choose(MessageStore.active_kind == "direct", "timeline-frame talk", "timeline-frame"),
        custom_attrs=row_events(),
    )


def _history() -> rx.Component:
    """Render what is above the rows, or in their place."""
    return load_states(
        MessageStore.history,
        ("missing", _missing()),
        # Before the scripts run it is unknown whether there are messages.
        ("idle", _skeleton()),
        loading=_skeleton(),
        what="This chat was",
        failed=load_failed(
            "Messages could not be loaded.",
            MessageStore.problem_code,
            MessageStore.problem_text,
            retry=MessageStore.reload_history,
            testid="history-retry",
        ),
        is_empty=MessageStore.rows.length() == 0,
        empty=load_note("No messages yet. Write one.", symbol="bubble"),
        content=older_edge(),
    )


def _missing() -> rx.Component:
    return load_note(
        "This chat does not exist, or you are not a member of it.",
        symbol="bubble",
        action=link("Go to your chats", href="/", class_name="button", custom_attrs=hook("conversation-missing-back")),
    )


def _skeleton() -> rx.Component:
    rows = (rx.el.div(bone("avatar"), bone("line short"), bone("line"), class_name="row first") for _ in range(5))
    return skeleton(*rows, class_name="skeleton")


def _row(row: ItemVar[Row]) -> rx.Component:
    return rx.el.div(
        rx.cond(row.day_label != "", rx.el.div(rx.el.span(row.day_label), class_name="day", role="separator")),
        rx.cond(
            row.is_new_marker,
            rx.el.div(rx.el.span("New"), class_name="new-marker", role="separator", custom_attrs=hook("new-marker")),
        ),
        rx.cond(row.kind == "message", _message(row), _system_line(row)),
        key=row.key,
        class_name="row-frame",
    )


def _system_line(row: ItemVar[Row]) -> rx.Component:
    return rx.el.p(
        rx.cond(row.kind == "renamed", icon("pencil"), icon("person")),
        rx.el.bdi(row.text),
        _time(row),
        class_name="system-line",
        dir="auto",
        custom_attrs=hook("system-line", seq=row.seq),
    )


def _message(row: ItemVar[Row]) -> rx.Component:
    return rx.el.article(
        rx.cond(IN_BUBBLES, rx.fragment(), quote(row)),
        rx.cond(row.first_in_group, avatar(row.initials, row.hue, row.avatar_url)),
        rx.el.div(_author(row), class_name=choose(row.first_in_group, "row-head", "visually-hidden")),
        _time(row),
        rx.el.div(
            rx.cond(IN_BUBBLES, quote(row)),
            shown_files(row),
            rx.cond(row.text != "", message_text(row)),
            rx.cond(row.edited_title != "", _edited(row)),
            rx.cond(row.is_deleted, _deleted(row)),
            class_name="row-body",
        ),
        reactions(row),
        rx.cond(row.mine, _own_state(row)),
        rx.cond(row.can_unsend, _unsend(row)),
        rx.cond(row.state == "failed", _failure(row)),
        rx.cond(row.failed_edit != "", _failed_edit(row)),
        tab_index=-1,
        class_name=_row_classes(row),
        custom_attrs=hook(
            "message",
            state=row.state,
            client_id=row.client_id,
            seq=row.seq,
            author=row.author_username,
            pending=choose(row.pending != "", row.pending.to(str), _NO_ATTRIBUTE),
            edited=choose(row.edited_title != "", "true", _NO_ATTRIBUTE),
            deleted=choose(row.is_deleted, "true", _NO_ATTRIBUTE),
            # What is not stored yet has no number, and is never what was jumped to.
            mentions_me=choose(row.mentions_me, "true", "false"),
            target=choose((row.seq > 0) & (row.seq == MessageStore.target_seq), "true", "false"),
        ),
    )


def _edited(row: ItemVar[Row]) -> rx.Component:
    return rx.fragment(
        " ",
        rx.cond(
            row.seq > 0,
            rx.el.button(
                "(edited)",
                rx.el.span(": show versions", class_name="visually-hidden"),
                type="button",
                title=row.edited_title,
                class_name="row-edited",
                on_click=with_args(VersionStore.show, row.message_id),
                custom_attrs={**hook("message-versions"), **OPENS_DIALOG},
            ),
            rx.el.span("(edited)", title=row.edited_title, class_name="row-edited"),
        ),
    )


def _deleted(row: ItemVar[Row]) -> rx.Component:
    """Render the line in place of a deleted message; the deletion can be undone until it leaves this browser."""
    return rx.el.p(
        "Message deleted",
        rx.cond(
            row.undo_id != "",
            rx.el.button(
                "Undo",
                type="button",
                class_name="link-button",
                on_click=with_args(MessageStore.undo, row.undo_id),
                custom_attrs=hook("undo"),
            ),
        ),
        class_name="row-deleted",
    )


def _row_classes(row: ItemVar[Row]) -> rx.Var[str]:
    return (
        choose(row.mine, "row mine", "row")
        + choose(row.first_in_group, " first", "")
        + choose(row.last_in_group, " last", "")
    )


def _time(row: ItemVar[Row]) -> rx.Component:
    return rx.el.time(row.time_label, date_time=row.time_iso, title=row.time_title, class_name="row-time")


def _author(row: ItemVar[Row]) -> rx.Component:
    return rx.fragment(
        # Two people may have the same name: the user name says which one it is.
        rx.el.strong(
            rx.el.bdi(row.author_name), title=choose(row.author_username != "", "@" + row.author_username, "")
        ),
        rx.cond(row.has_left, rx.el.span(" (left)", class_name="faint")),
    )


_STATE_LABELS = {
    "queued": "Waiting to be sent",
    "sending": "Sending…",
    "sent": "Sent",
    "delivered": "Delivered",
    "read": "Read",
    "failed": "Not sent",
}


def _own_state(row: ItemVar[Row]) -> rx.Component:
    """Render the state of an own message; one that is stored shows its receipts on demand.

    Only a marked one stands under its text, the others appear with the pointer or the focus.
    """
    label = match_text(row.state, *_STATE_LABELS.items(), default="")
    attrs = {"data-row-state": row.state}
    look = choose(row.is_marked, "row-state marked", "row-state")
    return match_component(
        row.state,
        # What failed says why, and offers what helps.
        ("failed", rx.fragment()),
        (
            "queued",
            rx.el.span(icon("clock"), rx.el.span(label), class_name=look, title=label, custom_attrs=attrs),
        ),
        default=rx.cond(
            row.seq > 0,
            rx.el.button(
                _state_icon(row),
                rx.el.span(_stored_label(row, label)),
                rx.el.span(": message info", class_name="visually-hidden"),
                type="button",
                class_name=look,
                title=label,
                on_click=with_args(ReceiptStore.show, row.seq),
                custom_attrs={**hook("message-receipts"), **attrs, **OPENS_DIALOG},
            ),
            rx.el.span(_state_icon(row), rx.el.span(label), class_name=look, title=label, custom_attrs=attrs),
        ),
    )


def _state_icon(row: ItemVar[Row]) -> rx.Component:
    return match_component(
        row.state,
        ("sending", icon("clock")),
        ("sent", icon("check")),
        default=icon("checks"),
    )


def _stored_label(row: ItemVar[Row], label: rx.Var[str]) -> rx.Var[str]:
    """Say how many have read it where there may be several; what is delivered may be read by some."""
    return choose(
        (row.readers > 0) & (MessageStore.active_kind == "group"), "Read by " + row.readers.to_string(), label
    )


def _unsend(row: ItemVar[Row]) -> rx.Component:
    """Render the way back of a message that has not left yet, because the user wants the time to think again."""
    return rx.el.p(
        "Sending in 5 seconds. ",
        rx.el.button(
            "Undo",
            type="button",
            class_name="link-button",
            on_click=with_args(MessageStore.edit, row.client_id),
            custom_attrs=hook("undo-send"),
        ),
        class_name="row-undo",
    )


def _failure(row: ItemVar[Row]) -> rx.Component:
    return rx.el.div(
        icon("alert"),
        rx.el.span("Not sent: ", error_text(row.error_code, row.error_text)),
        rx.cond(row.can_retry, _row_action("failed-retry", "Retry", MessageStore.retry, row)),
        _row_action("failed-edit", "Edit", MessageStore.edit, row),
        _row_action("failed-delete", "Delete", MessageStore.discard, row),
        role="alert",
        class_name="row-failure",
    )


def _failed_edit(row: ItemVar[Row]) -> rx.Component:
    """Render an edit that was refused beside the text that is stored: which is whose, why, and what to do."""
    is_conflict = row.failed_edit_code == "edit_conflict"
    return rx.el.div(
        rx.el.p(
            icon("alert"),
            rx.el.span("Edit not saved: ", error_text(row.failed_edit_code, row.failed_edit_reason)),
            class_name="failed-edit-reason",
        ),
        rx.el.p(
            rx.el.span("Your text: ", class_name="faint"),
            rx.el.bdi(row.failed_edit_text, custom_attrs=hook("failed-edit-text")),
            class_name="row-text",
        ),
        rx.cond(
            row.can_keep_edit,
            _row_action(
                "failed-edit-keep", choose(is_conflict, "Use my text", "Try again"), MessageStore.keep_edit, row
            ),
        ),
        _row_action(
            "failed-edit-discard",
            choose(is_conflict, "Keep the text above", "Discard my text"),
            MessageStore.discard_edit,
            row,
        ),
        role="alert",
        class_name="row-failure failed-edit",
    )


def _row_action(testid: str, label: str | rx.Var[str], action: object, row: ItemVar[Row]) -> rx.Component:
    return rx.el.button(
        label,
        type="button",
        class_name="link-button",
        on_click=with_args(action, row.client_id),
        custom_attrs=hook(testid),
    )
