"""What native dialogs have in common: they trap the focus, and Escape closes them."""

from __future__ import annotations

from collections.abc import Mapping

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData
from reflex_base.vars.base import Var

from nova_app.components.icons import icon
from nova_app.components.notices import error_notifications
from nova_app.components.test_ids import shortcut
from nova_app.stores.base import RUNTIME


def modal(
    dialog_id: str,
    *content: rx.Component,
    is_wanted: Var[bool],
    close: object,
    class_name: str = "dialog",
    **attrs: str,
) -> rx.Component:
    """Render a dialog that makes everything else inert, so that notices are shown in it while it is open.

    The page around it must not show them meanwhile: see ``layout.messenger``.

    Args:
        close: What happens when it is closed by Escape.
        attrs: Further attributes, for tests.
    """
    return rx.el.dialog(
        *content,
        rx.cond(is_wanted, error_notifications()),
        id=dialog_id,
        class_name=class_name,
        custom_attrs={
            **attrs,
            "aria-labelledby": f"{dialog_id}-title",
            "onClose": close,
            "data-wanted": _as_modal(dialog_id, is_wanted),
        },
    )


def dialog_head(dialog_id: str, title: str, close: object, close_hook: Mapping[str, str]) -> rx.Component:
    """Render the title that names the dialog, and the button that closes it, as Escape does."""
    return rx.el.div(
        rx.el.h2(title, id=f"{dialog_id}-title"),
        rx.el.button(
            icon("close"),
            type="button",
            class_name="icon-button",
            on_click=close,
            custom_attrs={**close_hook, "aria-label": "Close", **shortcut("Escape")},
        ),
        class_name="dialog-head",
    )


def _as_modal(dialog_id: str, is_wanted: Var[bool]) -> Var[str]:
    """Show the dialog as a modal one while it is wanted; the value says which."""
    data = VarData.merge(
        is_wanted._get_all_var_data(),
        VarData(
            imports={RUNTIME: [ImportVar(tag="useModal")]},
            hooks={f'useModal("{dialog_id}", {is_wanted!s})': None},
        ),
    )
    return Var(_js_expr=f'({is_wanted!s} ? "true" : "false")', _var_type=str, _var_data=data)
