"""``/register``."""

from __future__ import annotations

import reflex as rx

from nova_app.components.account_form import account_form
from nova_app.components.doorway import doorway
from nova_app.components.links import door_link
from nova_app.components.test_ids import hook
from nova_app.stores import AccountStore


def register() -> rx.Component:
    """Render the page."""
    return doorway(
        "Create your account",
        rx.fragment("You join Nova on ", rx.el.bdi(AccountStore.server_name), "."),
        account_form(
            ["display_name", "username", "password"],
            label="Create account",
            action=AccountStore.register,
            password="new-password",
        ),
        rx.el.p(
            "Already have an account? ",
            door_link("Sign in", "/login", custom_attrs=hook("to-sign-in")),
            class_name="doorway-other",
        ),
    )
