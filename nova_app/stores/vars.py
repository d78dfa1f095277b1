"""Types for Reflex's vars and for the functions that choose between them, where its own say too little for mypy."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import reflex as rx
from reflex_base.vars.base import Var
from reflex_base.vars.number import NumberVar
from reflex_base.vars.object import ObjectVar
from reflex_base.vars.sequence import StringVar
from reflex_components_core.base.bare import Bare
from reflex_components_core.core.cond import Cond

from nova_app.domain.limits import UNREAD_MAX

T = TypeVar("T")

_NOTHING: rx.Var[Any] = rx.Var("null")

if TYPE_CHECKING:

    class ItemVar(Var[T]):
        """A value that has fields, such as an item of a list; its fields are vars too."""

        def __getattr__(self, name: str) -> Any: ...

else:
    ItemVar = ObjectVar

# Its overloads stand in two groups; mypy knows only the first, for components.
_cond: Callable[[Any, Any, Any], Any] = rx.cond


def choose(condition: Any, yes: str | Var[str], no: str | Var[str]) -> StringVar:
    """Return the text that is ``yes`` while the condition holds, otherwise ``no``.

    The same as ``rx.cond``, which is for components.
    """
    text = _cond(condition, yes, no)
    assert isinstance(text, StringVar)
    return text


def show(condition: Any, yes: rx.Component, no: rx.Component | rx.Var[str] | None = None) -> rx.Component:
    """Render ``yes`` while the condition holds, otherwise ``no`` or nothing.

    As ``rx.cond``, but without a fragment around it and each of its branches: in hundreds of rows the browser would
    make, compare and remove all of them. Not for the items of ``rx.foreach``, which get their keys by a fragment.
    """
    branches = [yes, Bare.create(_NOTHING if no is None else no) if not isinstance(no, rx.Component) else no]
    return Cond._create(children=branches, cond=rx.Var.create(condition).bool())


def match_text(value: Any, *cases: tuple[str, str | Var[str]], default: str | Var[str]) -> Var[str]:
    """Return the text of the case that equals the value.

    The same as ``rx.match``, whose result may be a component as well.
    """
    text = rx.match(value, *cases, default)
    assert isinstance(text, Var)
    return text


def match_component(value: Any, *cases: tuple[str, rx.Component], default: rx.Component) -> rx.Component:
    """Render the component of the case that equals the value.

    The same as ``rx.match``, whose result may be a var as well.
    """
    component = rx.match(value, *cases, default)
    assert isinstance(component, rx.Component)
    return component


def count_label(count: NumberVar[int]) -> StringVar:
    """Return a count of unread messages; they are counted up to 999."""
    return choose(count >= UNREAD_MAX, f"{UNREAD_MAX - 1}+", count.to_string())
