"""The mark of Nova: a star in the night sky, as in ``assets/icon.svg``."""

from __future__ import annotations

import reflex as rx

STAR = (
    "M16.00 3.50L17.34 12.77L20.95 11.05L19.23 14.66L28.50 16.00L19.23 17.34L20.95 20.95L17.34 19.23"
    "L16.00 28.50L14.66 19.23L11.05 20.95L12.77 17.34L3.50 16.00L12.77 14.66L11.05 11.05L14.66 12.77z"
)
"""The outline of the star, in a square of 32."""


def mark(class_name: str = "mark") -> rx.Component:
    """Render the mark, for the eye only."""
    return rx.el.svg(
        rx.el.rect(width="32", height="32", rx="9", class_name="mark-sky"),
        rx.el.path(d=STAR, class_name="mark-star"),
        view_box="0 0 32 32",
        class_name=class_name,
        custom_attrs={"aria-hidden": "true"},
    )
