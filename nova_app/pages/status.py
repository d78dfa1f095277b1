"""``/status``: how this Nova is doing, for the people who run it."""

from __future__ import annotations

import reflex as rx

from nova_app.components.layout import messenger
from nova_app.components.status_board import status_board


def status() -> rx.Component:
    """The page."""
    return messenger(
        rx.el.header(rx.el.h1("Status"), class_name="conversation-head"),
        rx.el.div(status_board(), class_name="page wide"),
        has_conversation=True,
        here="/status",
    )
