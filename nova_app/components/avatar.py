"""How people and conversations look."""

from __future__ import annotations

import reflex as rx

from nova_app.codegen.palette import PEOPLE
from nova_app.stores.vars import show


def avatar(
    initials: rx.Var[str],
    hue: rx.Var[int],
    picture: rx.Var[str] | None = None,
    class_name: str | rx.Var[str] = "avatar",
) -> rx.Component:
    """Render a picture, or initials on a colour that is always the same for this user.

    Empty for screen readers, as the name is shown beside it.

    Args:
        hue: Any whole number that is always the same for this user.
        picture: Its address; empty where there is none.
        class_name: ``avatar``, with ``tile`` for a group.
    """
    return rx.el.span(
        initials if picture is None else show(picture != "", _picture(picture), initials),
        class_name=class_name,
        # An attribute, not a style of its own: the pages' policy allows style sheets only.
        custom_attrs={"aria-hidden": "true", "data-person": hue.to(int) % PEOPLE + 1},
    )


def _picture(address: rx.Var[str]) -> rx.Component:
    return rx.el.img(src=address, alt="", custom_attrs={"width": "36", "height": "36", "decoding": "async"})
