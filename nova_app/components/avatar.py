"""How people and conversations look."""

from __future__ import annotations

import reflex as rx


def avatar(initials: rx.Var[str], hue: rx.Var[int], picture: rx.Var[str] | None = None) -> rx.Component:
    """Render a picture, or initials on a colour that is always the same for this user.

    Empty for screen readers, as the name is shown beside it.

    Args:
        picture: Its address; empty where there is none.
    """
    return rx.el.span(
        initials if picture is None else rx.cond(picture != "", _picture(picture), initials),
        class_name="avatar",
        style={"--hue": hue},
        custom_attrs={"aria-hidden": "true"},
    )


def _picture(address: rx.Var[str]) -> rx.Component:
    return rx.el.img(src=address, alt="", width="36", height="36", custom_attrs={"decoding": "async"})
