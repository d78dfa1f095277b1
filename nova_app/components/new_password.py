"""What helps to choose a new password: a suggestion, and seeing what is typed."""

from __future__ import annotations

from typing import Any, cast

import reflex as rx
from reflex.experimental.client_state import ClientStateVar
from reflex_base.event import EventChain
from reflex_base.vars import VarData
from reflex_base.vars.base import Var
from reflex_base.vars.function import FunctionVar

from nova_app.components.icons import icon
from nova_app.components.test_ids import hook
from nova_app.stores.vars import choose

# Lives in the page alone: it works before the runtime does.
_IS_SHOWN = ClientStateVar.create("isPasswordShown", default=False)


def password_type() -> Any:
    """Return the type of the page's password fields, which the button of :func:`shown_by_button` switches."""
    return cast("Any", choose(_IS_SHOWN.value, "text", "password"))


def shown_by_button(field: rx.Component, testid: str) -> rx.Component:
    """Render a password field with the button that shows what is typed."""
    return rx.el.span(
        field,
        rx.el.button(
            rx.cond(_IS_SHOWN.value, icon("eye-off"), icon("eye")),
            type="button",
            class_name="icon-button",
            on_click=_IS_SHOWN.set_value(~_IS_SHOWN.value),
            title=choose(_IS_SHOWN.value, "Hide password", "Show password"),
            custom_attrs={
                **hook(testid),
                "aria-label": "Show password",
                "aria-pressed": choose(_IS_SHOWN.value, "true", "false"),
            },
        ),
        class_name="input-with-tool",
    )


def suggest_button(testid: str, action: Any) -> rx.Component:
    """Render the button that fills in five random words, and shows them.

    Args:
        action: The page's action that fills the field in.
    """
    return rx.el.button(
        "Suggest a password",
        type="button",
        class_name="link-button suggest",
        on_click=_both(action, _IS_SHOWN.set_value(True)),
        custom_attrs=hook(testid),
    )


def _both(first: Any, second: Any) -> Any:
    data = VarData.merge(first._get_all_var_data(), second._get_all_var_data())
    return Var(_js_expr=f"(() => {{ {first!s}(); {second!s}(); }})", _var_data=data).to(FunctionVar, EventChain)
