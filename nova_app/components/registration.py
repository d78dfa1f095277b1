"""Creating an account: the form where it may be used, else what is needed."""

from __future__ import annotations

import reflex as rx

from nova_app.components.account_form import account_form
from nova_app.components.links import door_link
from nova_app.components.test_ids import hook
from nova_app.stores import AccountStore, RegistrationStore
from nova_app.stores.vars import choose, match_component


def registration() -> rx.Component:
    """Render what leads to an account here: the form until something else is known."""
    need = RegistrationStore.need
    return rx.fragment(
        match_component(
            need,
            ("invite", _note(_invite_needed())),
            ("closed", _note("New accounts cannot be created here. Ask an admin of this server for one.")),
            default=rx.fragment(_welcome(), _form()),
        ),
        rx.el.p(
            "Already have an account? ",
            door_link("Sign in", "/login", custom_attrs=hook("to-sign-in")),
            class_name="doorway-other",
        ),
    )


def _form() -> rx.Component:
    return account_form(
        ["display_name", "username", "password"],
        label="Create account",
        action=AccountStore.register,
        password="new-password",  # noqa: S106 - the purpose of the field
        hidden={"invite": RegistrationStore.invite},
        suggest=RegistrationStore.suggest_password,
    )


def _welcome() -> rx.Component:
    """Say who invited, or what comes with being the first."""
    return rx.cond(
        RegistrationStore.is_first,
        _note("You are the first here: your account will administer this server."),
        rx.cond(
            RegistrationStore.invited_by != "",
            _note(rx.el.bdi(RegistrationStore.invited_by), " invited you."),
        ),
    )


def _invite_needed() -> rx.Var[str]:
    return choose(
        RegistrationStore.has_bad_invite,
        "This invite has expired or was used already. Ask an admin of this server for a new one.",
        "You need an invite to create an account here. Ask an admin of this server for a link.",
    )


def _note(*words: object) -> rx.Component:
    return rx.el.p(*words, class_name="doorway-note", role="status", custom_attrs=hook("registration-note"))
