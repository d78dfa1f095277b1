"""``/login``."""

from __future__ import annotations

import reflex as rx

from nova_app.components.account_form import account_form
from nova_app.components.doorway import doorway
from nova_app.components.links import door_link
from nova_app.components.test_ids import hook
from nova_app.stores import AccountStore


def login() -> rx.Component:
    """Render the page."""
    return doorway(
        "Sign in to Nova",
        "Your team's messenger.",
        account_form(
            ["username", "password"], label="Sign in", action=AccountStore.sign_in, password="current-password"
        ),
        rx.el.p("Forgot your password? Ask an admin of this server.", class_name="doorway-other"),
        rx.el.p(
            "New here? ",
            door_link("Create your account", "/register", custom_attrs=hook("to-register")),
            class_name="doorway-other",
        ),
    )
