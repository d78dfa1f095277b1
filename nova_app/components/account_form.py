"""The forms for signing in and for making an account; they work without Reflex's socket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import reflex as rx

from nova_app.components.error_text import error_text
from nova_app.components.icons import icon
from nova_app.components.new_password import password_type, shown_by_button, suggest_button
from nova_app.components.test_ids import hook
from nova_app.domain.limits import PASSWORD_MIN_CHARS
from nova_app.stores import AccountStore
from nova_app.stores.vars import choose

_LABELS = {"username": "User name", "display_name": "Display name", "password": "Password"}
_HINTS = {
    "username": "2 to 32 characters: letters a to z, digits, dots, hyphens and underscores.",
    "display_name": "What others see beside your messages.",
    "password": f"At least {PASSWORD_MIN_CHARS} characters. Four or five words are fine.",
}
"""What the server asks for, said before it refuses anything."""
_AUTOCOMPLETE = {"username": "username", "display_name": "name"}


def account_form(
    names: list[str],
    *,
    label: str,
    action: object,
    password: str,
    hidden: Mapping[str, rx.Var[str]] | None = None,
    suggest: object = None,
) -> rx.Component:
    """Render a form with these fields.

    Args:
        label: What the button says.
        action: What happens with the form: an action of the account store.
        password: ``new-password`` or ``current-password``, for password managers.
        hidden: Further values that are sent with it.
        suggest: The action that fills in a new password.
    """
    return rx.el.form(
        *(_field(name, password) for name in names),
        suggest_button("auth-password-suggest", suggest) if suggest is not None else rx.fragment(),
        *(rx.el.input(type="hidden", name=name, value=value) for name, value in (hidden or {}).items()),
        rx.cond(
            AccountStore.form_problem != "",
            rx.el.p(
                icon("alert"),
                error_text(AccountStore.form_problem, AccountStore.form_error),
                rx.cond(AccountStore.form_wait != "", rx.fragment(" (", AccountStore.form_wait, ")")),
                class_name="field-error",
                role="alert",
            ),
        ),
        rx.el.button(
            choose(AccountStore.busy, "Please wait…", label),
            type="submit",
            class_name="button primary wide",
            disabled=AccountStore.busy,
            custom_attrs=hook("auth-submit"),
        ),
        class_name="form",
        on_submit=action,
        no_validate=True,
    )


def _field(name: str, autocomplete: str) -> rx.Component:
    error = AccountStore.field_errors[name]
    # Only a new account chooses these: who signs in has them.
    hint = _HINTS[name] if autocomplete == "new-password" else ""
    return rx.el.div(
        rx.el.label(_LABELS[name], html_for=f"auth-{name}"),
        _password(autocomplete, error) if name == "password" else _text(name, error),
        rx.cond(
            error != "",
            rx.el.span(icon("alert"), error, id=f"auth-{name}-about", class_name="field-error", role="alert"),
            rx.el.span(hint, id=f"auth-{name}-about", class_name="field-hint") if hint else rx.fragment(),
        ),
        class_name="field",
    )


def _text(name: str, error: rx.Var[str]) -> rx.Component:
    return rx.el.input(
        name=name,
        type="text",
        class_name="input",
        auto_capitalize="none" if name != "display_name" else "words",
        spell_check=False,
        dir="auto" if name == "display_name" else "ltr",
        **_attrs(name, error, autocomplete=_AUTOCOMPLETE[name]),
    )


def _password(autocomplete: str, error: rx.Var[str]) -> rx.Component:
    """Render the field of the password, and the button that shows what is typed."""
    field = rx.el.input(
        name="password",
        type=password_type(),
        class_name="input",
        auto_capitalize="none",
        spell_check=False,
        dir="ltr",
        **_attrs("password", error, autocomplete=autocomplete),
    )
    return shown_by_button(field, "auth-password-show")


def _attrs(name: str, error: rx.Var[str], *, autocomplete: str) -> dict[str, Any]:
    return {
        "id": f"auth-{name}",
        "custom_attrs": {
            **hook(f"auth-{name.replace('_', '-')}"),
            "autoComplete": autocomplete,
            "aria-invalid": choose(error != "", "true", "false"),
            "aria-describedby": f"auth-{name}-about",
        },
    }
