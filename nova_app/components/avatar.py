"""People and conversations without pictures."""

from __future__ import annotations

import reflex as rx


def avatar(initials: rx.Var[str], hue: rx.Var[int]) -> rx.Component:
    """Initials on a colour that stays with whoever it is; empty for screen readers, the name stands beside it."""
    return rx.el.span(
        initials,
        class_name="avatar",
        style={"--hue": hue},
        custom_attrs={"aria-hidden": "true"},
    )
