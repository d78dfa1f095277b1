"""``/register``."""

from __future__ import annotations

import reflex as rx

from nova_app.components.doorway import doorway
from nova_app.components.registration import registration
from nova_app.stores import AccountStore


def register() -> rx.Component:
    """Render the page."""
    return doorway(
        "Create your account",
        rx.fragment("You join Nova on ", rx.el.bdi(AccountStore.server_name), "."),
        registration(),
    )
