"""``/reset/<token>``: set a password by a link from an admin."""

from __future__ import annotations

import reflex as rx

from nova_app.components.doorway import doorway
from nova_app.components.error_text import error_text
from nova_app.components.icons import icon
from nova_app.components.links import door_link
from nova_app.components.new_password import password_type, shown_by_button, suggest_button
from nova_app.components.test_ids import hook
from nova_app.stores import RegistrationStore
from nova_app.stores.vars import choose, match_component


def reset() -> rx.Component:
    """Render the page."""
    return doorway(
        "Set your password",
        "Setting it signs you out everywhere and revokes your API tokens.",
        match_component(
            RegistrationStore.reset,
            ("done", _note("Your password is set. You can sign in with it now.")),
            ("missing", _note("Open the link that you received again, or ask an admin of this server for one.")),
            default=_form(),
        ),
        rx.el.p(
            door_link("Go to the sign-in page", "/login", custom_attrs=hook("to-sign-in")), class_name="doorway-other"
        ),
    )


def _form() -> rx.Component:
    error = RegistrationStore.password_error
    return rx.el.form(
        rx.el.div(
            rx.el.label("New password", html_for="reset-password"),
            shown_by_button(
                rx.el.input(
                    id="reset-password",
                    name="password",
                    type=password_type(),
                    class_name="input",
                    dir="ltr",
                    custom_attrs={
                        **hook("reset-password"),
                        "autoComplete": "new-password",
                        "aria-invalid": choose(error != "", "true", "false"),
                        "aria-describedby": "reset-password-about",
                    },
                ),
                "reset-password-show",
            ),
            suggest_button("reset-password-suggest", RegistrationStore.suggest_password),
            rx.el.span(error, id="reset-password-about", class_name="field-error", role="alert"),
            class_name="field",
        ),
        rx.el.label(
            rx.el.input(name="keep_tokens", type="checkbox", custom_attrs=hook("reset-keep-tokens")),
            rx.el.span("Keep my API tokens: my programs stay signed in"),
            class_name="check",
        ),
        rx.cond(
            RegistrationStore.problem_code != "",
            rx.el.p(
                icon("alert"),
                error_text(RegistrationStore.problem_code, RegistrationStore.problem_text),
                class_name="field-error",
                role="alert",
            ),
        ),
        rx.el.button(
            choose(RegistrationStore.busy, "Please wait…", "Set password"),
            type="submit",
            class_name="button primary wide",
            disabled=RegistrationStore.busy,
            custom_attrs=hook("reset-submit"),
        ),
        class_name="form",
        on_submit=RegistrationStore.reset_password,
        no_validate=True,
    )


def _note(text: str) -> rx.Component:
    return rx.el.p(text, class_name="doorway-note", role="status", custom_attrs=hook("reset-note"))
