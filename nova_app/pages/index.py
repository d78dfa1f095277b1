"""``/``: the conversations, and a word of welcome beside them."""

from __future__ import annotations

import reflex as rx

from nova_app.components.dialogs import OPENS_DIALOG
from nova_app.components.icons import icon
from nova_app.components.layout import messenger
from nova_app.components.test_ids import hook
from nova_app.stores import ConversationStore, DialogStore


def index() -> rx.Component:
    """Render the page."""
    return messenger(
        rx.el.div(
            icon("bubble"),
            rx.cond(
                (ConversationStore.state == "ready") & (ConversationStore.items.length() == 0),
                rx.fragment(
                    rx.el.h1("No chats yet"),
                    rx.el.p("Message somebody, or start a group."),
                ),
                rx.fragment(
                    rx.el.h1("Choose a chat"),
                    rx.el.p("Or start a new one."),
                ),
            ),
            rx.el.button(
                "New chat",
                type="button",
                class_name="button primary",
                on_click=DialogStore.show,
                custom_attrs={**hook("welcome-new"), **OPENS_DIALOG},
            ),
            class_name="welcome",
        ),
        has_conversation=False,
    )
