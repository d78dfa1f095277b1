"""A page that cannot be drawn says so in words, and keeps what was written."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData
from reflex_base.vars.base import Var
from reflex_components_core.base.error_boundary import ErrorBoundary

from nova_app.components.links import link, reload_link
from nova_app.components.test_ids import hook
from nova_app.stores import ErrorStore
from nova_app.stores.base import RUNTIME

# Another one after each navigation, also from one conversation to another.
_VISIT_KEYS: Var[list[str]] = Var(
    _js_expr="[visit]",
    _var_data=VarData(imports={RUNTIME: [ImportVar(tag="useVisit")]}, hooks={"const visit = useVisit()": None}),
)


def error_boundary(*children: Any) -> rx.Component:
    """Show the children; if one cannot be rendered, show a way out, and report it to the error store.

    Going to another place draws the children again.
    """
    return ErrorBoundary.create(
        *children,
        on_error=ErrorStore.page_failed,
        fallback_render=rx.Var.create(_fallback()),
        custom_attrs={"resetKeys": _VISIT_KEYS},
    )


def _fallback() -> rx.Component:
    return rx.el.div(
        rx.el.h1("This page could not be shown"),
        rx.el.p("It is our fault, not yours. Drafts and unsent messages are kept in this browser."),
        rx.el.p(
            reload_link("Reload", custom_attrs=hook("page-failed-reload")),
            " or go to ",
            link("your chats", href="/", reload_document=True, custom_attrs=hook("page-failed-home")),
            ".",
        ),
        role="alert",
        class_name="page-failed",
    )
