"""Which pages there are and what guards them: all that a server needs of pages that are built already."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import reflex as rx

# Reflex finds handlers by name: what pages call has to be there although nothing here names it.
from nova_app.state import conversations as _conversations  # noqa: F401
from nova_app.state.identity import IdentityState

GUARDS: Mapping[str, Any] = MappingProxyType(
    {
        "/": IdentityState.require_sign_in,
        "/c/[conversation_id]": IdentityState.require_acquaintance,
        "/posts": IdentityState.require_acquaintance,
        "/search": IdentityState.require_acquaintance,
        "/settings": IdentityState.require_acquaintance,
        "/status": IdentityState.require_acquaintance,
        "/login": None,
        "/register": None,
        "/invite/[token]": None,
        "/reset/[token]": None,
        # Where the address leads once the token has left it: a reload says what to do.
        "/reset": None,
        "/404": None,
    }
)
"""The event that decides whether a page may be opened, by its route."""


def add_routes(app: rx.App) -> None:
    """Give the app its routes without the pages' trees, which take memory and time that serving does not need."""
    for route, guard in GUARDS.items():
        app.add_page(_nothing, route=route, on_load=guard)


def _nothing() -> rx.Component:
    return rx.fragment()
