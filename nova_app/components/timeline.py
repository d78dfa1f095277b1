"""The messages of the open conversation."""

from __future__ import annotations

import reflex as rx

from nova_app.components.history import jump_notice, jump_to_newest, jump_to_unread, newer_edge, older_edge
from nova_app.components.links import link
from nova_app.components.load_states import bone, load_failed, load_note, load_states, skeleton
from nova_app.components.message_actions import message_actions, row_events
from nova_app.components.test_ids import hook
from nova_app.components.timeline_row import row_block
from nova_app.stores import MessageActionStore, MessageStore
from nova_app.stores.vars import choose


def timeline() -> rx.Component:
    """Render the rows, oldest first in the document, held at the newest by the style sheet alone."""
    return rx.el.div(
        rx.el.div(
            rx.el.div(
                _history(),
                rx.foreach(MessageStore.blocks, row_block),
                newer_edge(),
                class_name=choose(
                    MessageStore.rows.length() == 0, choose(_is_coming(), "rows coming", "rows"), "rows filled"
                ),
                role="log",
                # Only messages that arrive while the newest is visible are announced; loaded history is not.
                custom_attrs={
                    **hook("timeline"),
                    "aria-label": "Messages",
                    "aria-live": choose(MessageStore.is_live, "polite", "off"),
                },
            ),
            # Last in the document, which is first on the screen: see the style sheet.
            rx.el.div(hidden=True, class_name="row-shield"),
            class_name="timeline",
            tab_index=0,
            custom_attrs={
                **hook("timeline-scroll"),
                "data-timeline-scroll": "true",
                "aria-label": "Messages, scrollable",
                "role": "group",
                "onScroll": MessageStore.scrolled,
                "onWheel": MessageActionStore.wheel,
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


def _is_coming() -> rx.Var[bool]:
    # Before the scripts run it is unknown whether there are messages.
    is_coming: rx.Var[bool] = (MessageStore.history == "idle") | (MessageStore.history == "loading")
    return is_coming


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
