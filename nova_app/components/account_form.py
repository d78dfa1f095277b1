"""The forms for signing in and for making an account; they work without Reflex's socket."""

from __future__ import annotations

import reflex as rx

from nova_app.components.error_text import error_text
from nova_app.components.test_ids import hook
from nova_app.stores import AccountStore
from nova_app.stores.vars import choose

_LABELS = {"username": "User name", "display_name": "Display name", "password": "Password"}
_AUTOCOMPLETE = {"username": "username", "display_name": "name"}


def account_form(names: list[str], *, label: str, action: object, password: str) -> rx.Component:
    """Render a form with these fields.

    Args:
        label: What the button says.
        action: What happens with the form: an action of the account store.
        password: ``new-password`` or ``current-password``, for password managers.
    """
    return rx.el.form(
        *(_field(name, password) for name in names),
        rx.cond(
            AccountStore.form_problem != "",
            rx.el.p(
                error_text(AccountStore.form_problem, AccountStore.form_error),
                rx.cond(AccountStore.form_wait != "", rx.fragment(" (", AccountStore.form_wait, ")")),
                class_name="field-error",
                role="alert",
            ),
        ),
        rx.el.button(
            choose(AccountStore.busy, "Please wait…", label),
            type="submit",
            class_name="button primary",
            disabled=AccountStore.busy,
            custom_attrs=hook("auth-submit"),
        ),
        class_name="form",
        on_submit=action,
        no_validate=True,
    )


def _field(name: str, password: str) -> rx.Component:
    error = AccountStore.field_errors[name]
    return rx.el.label(
        rx.el.span(_LABELS[name]),
        rx.el.input(
            name=name,
            type="password" if name == "password" else "text",
            class_name="input",
            auto_capitalize="none" if name != "display_name" else "words",
            spell_check=False,
            dir="auto" if name == "display_name" else "ltr",
            custom_attrs={
                **hook(f"auth-{name.replace('_', '-')}"),
                "autoComplete": _AUTOCOMPLETE.get(name, password),
                "aria-invalid": choose(error != "", "true", "false"),
            },
        ),
        rx.cond(error != "", rx.el.span(error, class_name="field-error", role="alert")),
        class_name="field",
    )
