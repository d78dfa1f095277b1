"""A small picture of what a theme looks like."""

from __future__ import annotations

import reflex as rx


def theme_picture(theme: str) -> rx.Component:
    """Render a picture in the colours of a theme, for the eye only.

    Args:
        theme: Light or dark; empty for what the system has, drawn one half each.
    """
    shown = (theme,) if theme else ("light", "dark")
    return rx.el.span(
        *(_small_page(one) for one in shown), class_name="theme-picture", custom_attrs={"aria-hidden": "true"}
    )


def _small_page(theme: str) -> rx.Component:
    """Draw the rail, the list, some messages and the composer."""
    return rx.el.svg(
        _box(0, 0, 208, 120, "page"),
        _box(0, 0, 82, 120, "list"),
        _box(0, 0, 21, 120, "rail"),
        *(_box(30, y, width, 6, "text") for y, width in ((16, 41), (32, 32), (48, 38))),
        *(_box(91, y, 16, 16, "face") for y in (24, 54)),
        *(_box(115, y, width, 5, "text") for y, width in ((25, 46), (35, 71), (55, 34), (65, 62))),
        _box(91, 92, 109, 17, "field"),
        _box(184, 95.5, 11, 10, "send"),
        view_box="0 0 208 120",
        class_name=f"small-{theme}",
    )


def _box(x: float, y: float, width: float, height: float, what: str) -> rx.Component:
    corners = {"text": 3, "face": 8, "field": 5, "send": 3}
    place = {"x": x, "y": y, "width": width, "height": height, "rx": corners.get(what, 0)}
    return rx.el.rect(class_name=f"small-{what}", custom_attrs={name: str(number) for name, number in place.items()})
