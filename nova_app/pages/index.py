"""``/``: the conversations, and beside them the way to the first one."""

from __future__ import annotations

import reflex as rx

from nova_app.components.dialogs import OPENS_DIALOG
from nova_app.components.first_run import first_run
from nova_app.components.icons import icon
from nova_app.components.layout import messenger
from nova_app.components.load_states import unsettled
from nova_app.components.test_ids import hook
from nova_app.stores import ConversationStore, DialogStore


def index() -> rx.Component:
    """Render the page; without a conversation it leads to the first one."""
    is_first = (ConversationStore.state == "ready") & (ConversationStore.items.length() == 0)
    return messenger(rx.cond(is_first, rx.el.div(first_run(), class_name="page"), _welcome()), has_conversation=False)


def _welcome() -> rx.Component:
    return rx.el.div(
        icon("bubble"),
        rx.el.h1("Choose a chat"),
        rx.el.p("Or start a new one. ", rx.el.kbd("Ctrl"), " ", rx.el.kbd("K"), " leads to any chat."),
        rx.el.button(
            "New chat",
            type="button",
            class_name="button primary",
            on_click=DialogStore.show,
            custom_attrs={**hook("welcome-new"), **OPENS_DIALOG},
        ),
        class_name="welcome",
        custom_attrs=unsettled(ConversationStore.state),
    )
