"""``/status``: how this Nova is doing, for the people who run it."""

from __future__ import annotations

import reflex as rx

from nova_app.components.layout import messenger
from nova_app.components.status_board import status_board
from nova_app.components.test_ids import hook


def status() -> rx.Component:
    """Render the page."""
    return messenger(
        rx.el.header(rx.el.h1("Status"), class_name="conversation-head"),
        # Nothing on this page need be operable: what scrolls must be reached by the keyboard all the same.
        rx.el.div(
            status_board(),
            class_name="page wide",
            role="region",
            tab_index=0,
            custom_attrs={**hook("status-scroll"), "aria-label": "Status"},
        ),
        has_conversation=True,
        here="/status",
    )
