"""Navigation in a conversation's history: its ends, jumps, and the newest messages."""

from __future__ import annotations

import reflex as rx

from nova_app.components.dialogs import AUTOFOCUS
from nova_app.components.error_text import error_text
from nova_app.components.icons import icon
from nova_app.components.load_states import retry_button
from nova_app.components.popovers import popover, popover_button
from nova_app.components.test_ids import hook
from nova_app.stores import MessageStore
from nova_app.stores.messages import Load
from nova_app.stores.vars import ItemVar, choose, count_label

_DATE_POPOVER = "go-to-date"


def older_edge() -> rx.Component:
    """Render what is above the rows: the beginning of the conversation, or the state of loading older messages."""
    return rx.cond(
        MessageStore.has_older & ~MessageStore.is_former,
        _edge("older", MessageStore.older, MessageStore.load_older),
        rx.cond(MessageStore.is_former, rx.fragment(), _start()),
    )


def _start() -> rx.Component:
    return rx.el.p(
        "This is the start of ",
        rx.cond(
            MessageStore.active_kind == "direct",
            rx.fragment("your chat with ", rx.el.bdi(MessageStore.active_title)),
            rx.el.bdi(MessageStore.active_title),
        ),
        ".",
        rx.cond(MessageStore.start_label != "", rx.fragment(" ", MessageStore.start_label)),
        class_name="faint older",
    )


def newer_edge() -> rx.Component:
    """Render what is below the rows where they do not reach the newest message."""
    return rx.cond(MessageStore.has_newer, _edge("newer", MessageStore.newer, MessageStore.load_newer))


def _edge(name: str, load: ItemVar[Load], action: object) -> rx.Component:
    return rx.cond(
        load.state == "error",
        rx.el.div(
            rx.el.span(f"{name.capitalize()} messages could not be loaded. ", error_text(load.code, load.text)),
            retry_button(action, f"{name}-retry", "link-button"),
            role="alert",
            class_name=f"edge-failure {name}-failure",
            custom_attrs=hook(f"{name}-failure"),
        ),
        rx.el.button(
            choose(load.state == "loading", f"Loading {name} messages…", f"Load {name} messages"),
            type="button",
            class_name=f"link-button {name}",
            on_click=action,
            custom_attrs=hook(f"load-{name}"),
        ),
    )


def jump_notice() -> rx.Component:
    """Render how a jump goes, as long as there is something to say about it."""
    return rx.el.div(
        rx.match(
            MessageStore.jump.state,
            ("loading", rx.el.p("Finding the message…")),
            ("missing", _noted("That message does not exist in this chat. These are the newest messages.")),
            ("later", _noted("There are no messages on or after that day. These are the newest messages.")),
            (
                "error",
                rx.fragment(
                    rx.el.p(
                        "The message could not be loaded. ",
                        error_text(MessageStore.jump.code, MessageStore.jump.text),
                    ),
                    retry_button(MessageStore.jump_again, "jump-retry", "link-button"),
                    _dismiss(),
                ),
            ),
            rx.fragment(),
        ),
        role="status",
        class_name="jump-notice",
        custom_attrs=hook("jump-notice", state=MessageStore.jump.state),
    )


def _noted(text: str) -> rx.Component:
    return rx.fragment(rx.el.p(text), _dismiss())


def _dismiss() -> rx.Component:
    return rx.el.button(
        icon("close"),
        type="button",
        class_name="icon-button",
        on_click=MessageStore.dismiss_jump,
        custom_attrs={**hook("jump-dismiss"), "aria-label": "Dismiss"},
    )


def jump_to_unread() -> rx.Component:
    """Render the button that jumps to the first unread message, where that is above and was not looked at."""
    return rx.cond(
        MessageStore.is_unread_above,
        rx.el.button(
            "Jump to first unread",
            icon("up"),
            type="button",
            class_name="to-new new-above",
            on_click=MessageStore.jump_to_unread,
            custom_attrs=hook("jump-to-unread"),
        ),
    )


def jump_to_newest() -> rx.Component:
    """Render the button that jumps to the newest messages, with how many arrived meanwhile."""
    return rx.cond(
        MessageStore.is_away,
        rx.el.button(
            "Jump to newest",
            rx.cond(MessageStore.new_below > 0, rx.el.strong(count_label(MessageStore.new_below), " new")),
            icon("down"),
            type="button",
            class_name="to-new new-below",
            on_click=MessageStore.jump_to_newest,
            custom_attrs=hook("jump-to-newest", new=MessageStore.new_below),
        ),
    )


def go_to_date() -> rx.Component:
    """Render a button that opens a small form: jump to a date."""
    return rx.fragment(
        popover_button(
            _DATE_POPOVER,
            icon("calendar"),
            class_name="icon-button",
            attrs={**hook("go-to-date"), "aria-label": "Go to date"},
        ),
        popover(_DATE_POPOVER, _date_form(), label="Go to date", class_name="date-popover"),
    )


def _date_form() -> rx.Component:
    return rx.el.form(
        rx.el.label(
            rx.el.span("Show messages from"),
            rx.el.input(
                type="date",
                name="date",
                required=True,
                class_name="input",
                custom_attrs={**hook("go-to-date-day"), **AUTOFOCUS},
            ),
        ),
        rx.el.button("Go", type="submit", class_name="button primary", custom_attrs=hook("go-to-date-submit")),
        on_submit=MessageStore.go_to_date,
    )
