"""``/search``: messages by their words."""

from __future__ import annotations

import reflex as rx

from nova_app.components.layout import messenger
from nova_app.components.search_chips import search_chips
from nova_app.components.search_results import search_box, search_results


def search() -> rx.Component:
    """Render the page."""
    return messenger(
        rx.el.header(rx.el.h1("Search"), class_name="conversation-head"),
        rx.el.div(search_box(), search_chips(), search_results(), class_name="page"),
        has_conversation=True,
        here="/search",
    )
