"""Types for the vars of Reflex where its own say too little for mypy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import reflex as rx
from reflex_base.vars.base import Var
from reflex_base.vars.object import ObjectVar

T = TypeVar("T")

if TYPE_CHECKING:

    class ItemVar(Var[T]):
        """One item of a list that a page repeats; its fields are vars too."""

        def __getattr__(self, name: str) -> Any: ...

else:
    ItemVar = ObjectVar


def choose(condition: Any, yes: Any, no: Any) -> Any:
    """Return the var that is ``yes`` while the condition holds, otherwise ``no``.

    The same as ``rx.cond``, of whose overloads mypy finds only those for components.
    """
    return rx.cond(condition, yes, no)
