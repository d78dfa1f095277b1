"""Whatever has no page."""

from __future__ import annotations

import reflex as rx

from nova_app.components.doorway import doorway
from nova_app.components.links import link
from nova_app.components.test_ids import hook


def not_found() -> rx.Component:
    """Render the page."""
    return doorway(
        "Page not found",
        "Check the address: it may be mistyped, or the page may have been removed.",
        link("Go to your chats", href="/", class_name="button primary wide", custom_attrs=hook("not-found-home")),
    )
