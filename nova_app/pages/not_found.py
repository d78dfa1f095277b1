"""Whatever has no page."""

from __future__ import annotations

import reflex as rx

from nova_app.components.hooks import hook
from nova_app.components.layout import doorway
from nova_app.components.links import link


def not_found() -> rx.Component:
    """The page."""
    return doorway(
        rx.el.h1("There is nothing here"),
        rx.el.p("The address may be mistyped, or what was here is gone."),
        link("To your conversations", href="/", class_name="button primary", custom_attrs=hook("not-found-home")),
    )
