"""``/``: the conversations, and a word of welcome beside them."""

from __future__ import annotations

import reflex as rx

from nova_app.components.hooks import hook
from nova_app.components.icons import icon
from nova_app.components.layout import messenger
from nova_app.stores import DialogStore


def index() -> rx.Component:
    """The page."""
    return messenger(
        rx.el.div(
            icon("bubble"),
            rx.el.h1("Choose a conversation"),
            rx.el.p("Or start a new one. Whatever you write is kept until it has arrived."),
            rx.el.button(
                "New conversation",
                type="button",
                class_name="button primary",
                on_click=DialogStore.show,
                custom_attrs=hook("welcome-new"),
            ),
            class_name="welcome",
        ),
        has_conversation=False,
    )
