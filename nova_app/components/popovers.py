"""Popovers: native ``popover`` elements, which Escape and a click elsewhere close, positioned at their control."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import reflex as rx
from reflex_base.event import EventChain
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData
from reflex_base.vars.base import Var
from reflex_base.vars.function import FunctionVar

from nova_app.components.dialogs import OPENS_DIALOG
from nova_app.stores.base import RUNTIME

Position = Literal["top-right", "top-left", "bottom-right", "bottom-left"]
"""The corner of the screen that the control is in; the popover opens towards the middle."""

_TOGGLED = Var("popoverToggled", _var_data=VarData(imports={RUNTIME: [ImportVar(tag="popoverToggled")]})).to(
    FunctionVar, EventChain
)


def popover(
    popover_id: str,
    *content: rx.Component | str,
    label: str,
    role: Literal["dialog", "group"] = "dialog",
    position: Position = "top-right",
    class_name: str = "",
    attrs: Mapping[str, Any] | None = None,
) -> rx.Component:
    """Render a popover; its ``popover_button`` opens and closes it, or ``openPopover`` (``base/react.js``) opens it.

    Args:
        attrs: Further attributes.
        label: Its name for screen readers.
        role: ``dialog`` takes the focus; ``group`` has nothing to operate, and the focus stays on the button.
    """
    return rx.el.div(
        *content,
        id=popover_id,
        role=role,
        class_name=f"popover {position} {class_name}".strip(),
        custom_attrs={**(attrs or {}), "popover": "auto", "aria-label": label, "onToggle": _TOGGLED},
    )


def popover_button(
    popover_id: str,
    *content: rx.Component | str,
    class_name: str,
    attrs: dict[str, Any],
    role: Literal["dialog", "group"] = "dialog",
) -> rx.Component:
    """Render the button that opens and closes a popover; the browser says which (``aria-expanded``).

    Args:
        role: That of the popover.
        attrs: Further attributes of the button.
    """
    opens = OPENS_DIALOG if role == "dialog" else {}
    return rx.el.button(
        *content,
        type="button",
        class_name=class_name,
        custom_attrs={**attrs, **opens, "popoverTarget": popover_id},
    )
