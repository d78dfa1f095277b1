"""Errors apart from rows and banner."""

from __future__ import annotations

import reflex as rx

from nova_app.components.hooks import hook
from nova_app.components.icons import icon
from nova_app.stores import ErrorStore
from nova_app.stores.base import with_args
from nova_app.stores.errors import Notice


def notices() -> rx.Component:
    """The notices; the region exists before there is one, so that it is read out."""
    return rx.el.div(
        rx.foreach(ErrorStore.notices, _notice),
        class_name="notices",
        role="region",
        custom_attrs={"aria-label": "Problems", "aria-live": "assertive"},
    )


def _notice(notice: rx.Var[Notice]) -> rx.Component:
    return rx.el.div(
        icon("alert"),
        rx.el.p(notice.text, rx.cond(notice.count > 1, rx.el.span(" (", notice.count, " times)"), rx.fragment())),
        rx.el.button(
            icon("close"),
            type="button",
            class_name="icon-button",
            on_click=with_args(ErrorStore.dismiss, notice.id),
            custom_attrs={**hook("notice-dismiss"), "aria-label": "Dismiss"},
        ),
        key=notice.id,
        class_name="notice",
        custom_attrs=hook("notice", kind=notice.kind, count=notice.count),
    )
