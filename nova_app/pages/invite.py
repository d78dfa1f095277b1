"""``/invite/<token>``: the form of ``/register`` for somebody who was invited."""

from __future__ import annotations

import reflex as rx

from nova_app.pages.register import register


def invite() -> rx.Component:
    """Render the page."""
    return register()
