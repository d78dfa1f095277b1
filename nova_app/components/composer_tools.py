"""What helps with writing: the bar of marks, codes of emoji, a long paste, and texts that were discarded."""

from __future__ import annotations

import reflex as rx

from nova_app.components.completions import KEEPS_FOCUS, Completion, completion_list, completion_option
from nova_app.components.dialogs import OPENS_DIALOG
from nova_app.components.icons import icon
from nova_app.components.popovers import popover, popover_button
from nova_app.components.test_ids import hook
from nova_app.stores import ComposerStore, MessageStore
from nova_app.stores.base import with_args
from nova_app.stores.composer import CodeOption, DiscardedText
from nova_app.stores.vars import ItemVar, choose

_MARKS = (
    ("bold", "Bold", "Ctrl+B"),
    ("italic", "Italic", "Ctrl+I"),
    ("strike", "Strikethrough", "Ctrl+Shift+X"),
    ("link", "Link", ""),
    ("list", "List", ""),
    ("quote", "Quote", ""),
    ("code", "Code", "Ctrl+E"),
)
EMOJI_CODES = Completion("emoji-code-list", "Emoji", "emoji", "emoji")
_DISCARDED_ID = "discarded-texts"


def format_bar() -> rx.Component:
    """Render the marks, if they are shown; each works on what is selected."""
    return rx.cond(
        ComposerStore.shows_format,
        rx.el.div(
            *(_mark(name, label, keys) for name, label, keys in _MARKS),
            class_name="format-bar",
            role="group",
            custom_attrs={"aria-label": "Formatting"},
        ),
    )


def _mark(name: str, label: str, keys: str) -> rx.Component:
    return rx.el.button(
        icon(name),
        type="button",
        class_name="attach-button",
        title=f"{label} ({keys})" if keys else label,
        disabled=~MessageStore.ready,
        on_click=with_args(ComposerStore.format, name),
        custom_attrs={**hook(f"format-{name}"), "aria-label": label, "onPointerDown": KEEPS_FOCUS},
    )


def format_button() -> rx.Component:
    """Render the button that shows and hides the marks."""
    return rx.el.button(
        icon("format"),
        type="button",
        class_name="attach-button format-toggle",
        title="Formatting",
        on_click=ComposerStore.toggle_format,
        custom_attrs={
            **hook("composer-format"),
            "aria-label": "Formatting",
            "aria-pressed": choose(ComposerStore.shows_format, "true", "false"),
            "onPointerDown": KEEPS_FOCUS,
        },
    )


def emoji_button() -> rx.Component:
    """Render the button that opens the emoji picker."""
    return rx.el.button(
        icon("emoji"),
        type="button",
        class_name="attach-button",
        title="Emoji",
        disabled=~MessageStore.ready,
        # As an attribute: the function needs the event itself.
        custom_attrs={
            **hook("composer-emoji"),
            **OPENS_DIALOG,
            "aria-label": "Emoji",
            "onClick": MessageStore.choose_emoji,
        },
    )


def code_list() -> rx.Component:
    """Render the emoji that may be meant by the code that is being typed."""
    return completion_list(EMOJI_CODES, ComposerStore.code_options, _code_option)


def _code_option(option: ItemVar[CodeOption]) -> rx.Component:
    return completion_option(
        rx.el.span(option.emoji, class_name="completion-emoji"),
        rx.el.span(":", option.code, ":"),
        option=option,
        choose_it=ComposerStore.choose_code,
        value=option.emoji,
        test_id=hook("emoji-code-option", emoji=option.emoji),
    )


def paste_offer() -> rx.Component:
    """Render the offer to send a long paste as a file."""
    return rx.cond(
        ComposerStore.pasted > 0,
        rx.el.div(
            rx.el.span(ComposerStore.pasted, " characters pasted.", role="status"),
            rx.el.button(
                "Send as a file",
                type="button",
                class_name="link-button",
                on_click=ComposerStore.paste_as_file,
                custom_attrs=hook("paste-as-file"),
            ),
            rx.el.button(
                "Keep as text",
                type="button",
                class_name="link-button",
                on_click=ComposerStore.keep_paste,
                custom_attrs=hook("paste-keep"),
            ),
            class_name="paste-offer",
        ),
    )


def discarded_button() -> rx.Component:
    """Render the way to what was written and not sent, while nothing else is being written."""
    return rx.cond(
        (ComposerStore.discarded.length() > 0) & (MessageStore.draft == "") & (MessageStore.mode == "new"),
        popover_button(
            _DISCARDED_ID,
            "Discarded texts",
            class_name="link-button discarded-open",
            attrs=hook("discarded-open"),
        ),
    )


def discarded_texts() -> rx.Component:
    """Render what was written and not sent, closed."""
    return popover(
        _DISCARDED_ID,
        rx.el.p("Discarded texts are kept in this browser for 7 days.", class_name="faint"),
        rx.foreach(ComposerStore.discarded, _discarded),
        label="Discarded texts",
        position="bottom-right",
        class_name="discarded",
    )


def _discarded(item: ItemVar[DiscardedText]) -> rx.Component:
    return rx.el.button(
        rx.el.bdi(item.text),
        rx.el.span(item.time_label, class_name="faint"),
        type="button",
        key=item.id,
        class_name="discarded-text",
        on_click=with_args(ComposerStore.restore, item.id),
        custom_attrs=hook("discarded-restore", id=item.id),
    )
