"""Modal dialogs: native ``<dialog>`` elements, which trap the focus and return it when they close."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData
from reflex_base.vars.base import Var

from nova_app.components.icons import icon
from nova_app.components.notices import error_notifications
from nova_app.components.test_ids import hook, shortcut
from nova_app.stores.base import CONVERSATION_RUNTIME, RUNTIME
from nova_app.stores.vars import choose

OPENS_DIALOG: Mapping[str, str] = {"aria-haspopup": "dialog"}
"""The attributes of a control that opens a dialog."""

AUTOFOCUS: Mapping[str, str] = {"data-autofocus": "true"}
"""The attributes of the element that gets the focus when its dialog or popover opens; else the first control."""


def modal(
    dialog_id: str,
    *content: rx.Component,
    is_open: Var[bool],
    close: object,
    keeps_open: Var[bool] | None = None,
    class_name: str = "dialog",
    **attrs: object,
) -> rx.Component:
    """Render a dialog that makes everything else inert and shows the notices while it is open.

    The page around it must not show them meanwhile: see ``layout.messenger``. Escape and a click outside close it.

    Args:
        close: Called when it has been closed.
        keeps_open: While true, a click outside does not close it, because something typed would be lost.
        attrs: Further attributes, for tests.
    """
    closed_by = "any" if keeps_open is None else choose(keeps_open, "closerequest", "any")
    return _dialog(
        dialog_id,
        *content,
        rx.cond(is_open, error_notifications()),
        is_open=is_open,
        class_name=class_name,
        attrs={**attrs, "onClose": close, "closedby": closed_by},
    )


def side_panel(
    dialog_id: str,
    *content: rx.Component,
    is_open: Var[bool],
    is_modal: Var[bool],
    close: object,
    on_key: object,
    class_name: str,
    **attrs: object,
) -> rx.Component:
    """Render a panel beside the page, which covers it where there is no room; then it is modal.

    Args:
        close: Called with the event when it has been closed, and when it is only shown in the other way.
        on_key: Called with each key: the browser itself closes only modal dialogs with Escape.
        attrs: Further attributes, for tests.
    """
    data = VarData.merge(
        is_open._get_all_var_data(),
        is_modal._get_all_var_data(),
        VarData(
            imports={CONVERSATION_RUNTIME: [ImportVar(tag="usePanel")]},
            hooks={f'usePanel("{dialog_id}", {is_open!s}, {is_modal!s})': None},
        ),
    )
    shown: Var[str] = Var(_js_expr=f'({is_open!s} ? "true" : "false")', _var_type=str, _var_data=data)
    return rx.el.dialog(
        *content,
        rx.cond(is_open & is_modal, error_notifications()),
        id=dialog_id,
        class_name=class_name,
        custom_attrs={
            **attrs,
            "onClose": close,
            "onKeyDown": on_key,
            # A click beside it is meant for the page, unless it covers that.
            "closedby": choose(is_modal, "any", "closerequest"),
            "aria-labelledby": f"{dialog_id}-title",
            "data-open": shown,
        },
    )


def confirmation(
    dialog_id: str,
    title: Any,
    text: Any,
    *,
    accept: Any,
    is_open: Var[bool],
    on_accept: object,
    on_cancel: object,
) -> rx.Component:
    """Render a question about what cannot be undone; Escape and a click outside answer no.

    Args:
        accept: The label of the button that does it.
    """
    return modal(
        dialog_id,
        # Only while it is asked: there may be several questions on a page.
        rx.cond(
            is_open,
            rx.fragment(
                rx.el.h2(title, id=f"{dialog_id}-title"),
                rx.el.p(text),
                rx.el.div(
                    rx.el.button(
                        "Cancel",
                        type="button",
                        class_name="button",
                        on_click=on_cancel,
                        custom_attrs={**hook("confirm-cancel"), **AUTOFOCUS},
                    ),
                    rx.el.button(
                        accept,
                        type="button",
                        class_name="button danger",
                        on_click=on_accept,
                        custom_attrs=hook("confirm-accept"),
                    ),
                    class_name="dialog-foot",
                ),
            ),
        ),
        is_open=is_open,
        close=on_cancel,
        class_name="dialog confirmation",
    )


def blocking_modal(
    dialog_id: str, *content: rx.Component, is_open: Var[bool], class_name: str = "dialog", **attrs: object
) -> rx.Component:
    """Render a dialog that only its own controls close; the element ``<dialog_id>-text`` describes it.

    Args:
        attrs: Further attributes, for tests.
    """
    attrs = {**attrs, "closedby": "none", "role": "alertdialog", "aria-describedby": f"{dialog_id}-text"}
    return _dialog(dialog_id, *content, is_open=is_open, is_blocking=True, class_name=class_name, attrs=attrs)


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


def _dialog(
    dialog_id: str,
    *content: rx.Component,
    is_open: Var[bool],
    class_name: str,
    attrs: Mapping[str, object],
    is_blocking: bool = False,
) -> rx.Component:
    return rx.el.dialog(
        *content,
        id=dialog_id,
        class_name=class_name,
        custom_attrs={
            **attrs,
            "aria-labelledby": f"{dialog_id}-title",
            "data-open": _shown(dialog_id, is_open, is_blocking=is_blocking),
        },
    )


def _shown(dialog_id: str, is_open: Var[bool], *, is_blocking: bool) -> Var[str]:
    """Show the dialog for as long as it is open; the value says whether it is."""
    flag = "true" if is_blocking else "false"
    data = VarData.merge(
        is_open._get_all_var_data(),
        VarData(
            imports={RUNTIME: [ImportVar(tag="useDialog")]},
            hooks={f'useDialog("{dialog_id}", {is_open!s}, {flag})': None},
        ),
    )
    return Var(_js_expr=f'({is_open!s} ? "true" : "false")', _var_type=str, _var_data=data)
