"""``ClientStore``: a store of the browser, declared once and used like any Reflex var.

A field compiles to one React hook line and one import, so a page shows it without the
server, and components that show it are rendered again only when that field changes.  An action is a
plain function of the browser: it runs at once, also without the server, because it
does not pass through Reflex's event queue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from types import UnionType
from typing import Any, ClassVar, Generic, TypeVar, get_args, get_type_hints

from reflex_base.event import EventChain
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData
from reflex_base.vars.base import Var
from reflex_base.vars.function import FunctionVar
from reflex_base.vars.object import ObjectVar

RUNTIME = "$/public/nova/index.js"
"""The module of the browser runtime that every page imports."""
CONVERSATION_RUNTIME = "$/public/nova/conversation/page.js"
"""What only the page of a conversation imports."""
FILES_RUNTIME = "$/public/nova/posts/page.js"
"""What only pages import that take files."""
SEARCH_RUNTIME = "$/public/nova/search/page.js"
"""What only the page of search imports."""
FIRST_RUN_RUNTIME = "$/public/nova/first_run/page.js"
"""What only the page without a conversation imports."""
REGISTRATION_RUNTIME = "$/public/nova/registration/page.js"
"""What only the pages import that lead in: registering, invites, resets."""
STATUS_RUNTIME = "$/public/nova/status/page.js"
"""What only the page of status imports."""

LIGHTBOX_RUNTIME = "$/public/nova/lightbox/page.js"
"""What only pages import that show pictures."""
SETTINGS_RUNTIME = "$/public/nova/settings/page.js"
"""What only the page of settings imports."""

_VAR_NAMES = frozenset(name for name in dir(ObjectVar) if not name.startswith("_"))
"""What a var of an item has itself: a field of the same name could not be read in a component."""

T = TypeVar("T")


class Field(Generic[T]):
    """One value of a store, with what it is before anything is known."""

    def __init__(self, default: T, type_: type[T] | UnionType | None = None) -> None:
        """Declare the value.

        Raises:
            TypeError: A field of one of its items is named like a method of Reflex's vars.
        """
        self.default = default
        self.type = type_ or type(default)
        _check_names(self.type)
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        """Set the field's name."""
        self._name = name

    def __get__(self, instance: None, owner: type[ClientStore]) -> Any:
        """Return the value as a Reflex var of the page."""
        value = f"{owner.store_name}_{self._name}"
        line = f'const {value} = {owner.use}("{owner.store_name}", "{self._name}")'
        data = VarData(imports={owner.module: [ImportVar(tag=owner.use)]}, hooks={line: None})
        return Var(_js_expr=value, _var_type=self.type, _var_data=data).guess_type()


def _check_names(kind: Any) -> None:
    for part in get_args(kind):
        _check_names(part)
    if not is_dataclass(kind):
        return
    types = get_type_hints(kind)
    if taken := sorted(_VAR_NAMES & types.keys()):
        name = getattr(kind, "__name__", kind)
        raise TypeError(f"expected other names for fields of {name}: {', '.join(taken)} is a method of Reflex's vars")
    for part in types.values():
        _check_names(part)


class Action:
    """Something a person can do with a store; a function of the browser."""

    def __init__(self) -> None:
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        """Set the action's name."""
        self._name = name

    def __get__(self, instance: None, owner: type[ClientStore]) -> Any:
        """Return the action as an event handler: as it is, or called with arguments first."""
        return BoundAction.create(f"{owner.actions}.{owner.store_name}.{self._name}", owner)


class BoundAction:
    """Makes the function vars of one action."""

    @staticmethod
    def create(path: str, owner: type[ClientStore]) -> Any:
        """Return the function itself, which gets the page's event."""
        data = VarData(imports={owner.module: [ImportVar(tag=owner.actions)]})
        return Var(_js_expr=path, _var_data=data).to(FunctionVar, EventChain)


def with_args(action: Any, *args: Any) -> Any:
    """Return an action that is called with these values instead of the page's event.

    Args:
        action: An action of a store.
        args: Vars or plain values, for example ``row.client_id``.
    """
    return _calling(action, args, "")


def with_event(action: Any, *args: Any) -> Any:
    """Return an action that is called with these values and then the browser's event, for ``custom_attrs``.

    Args:
        action: An action of a store.
        args: As for :func:`with_args`.
    """
    return _calling(action, args, "event")


def _calling(action: Any, args: tuple[Any, ...], event: str) -> Any:
    values = [arg if isinstance(arg, Var) else Var.create(arg) for arg in args]
    data = VarData.merge(action._get_all_var_data(), *(value._get_all_var_data() for value in values))
    names = ", ".join([*map(str, values), *([event] if event else [])])
    return Var(_js_expr=f"(({event}) => {action!s}({names}))", _var_data=data).to(FunctionVar, EventChain)


class ClientStore:
    """Base of the stores; a subclass names itself and lists fields and actions.

    Attributes:
        module: The module of the store; pages that use it load that module.
        use: The module's hook, ``actions`` its functions.
    """

    store_name: ClassVar[str]
    module: ClassVar[str] = RUNTIME
    use: ClassVar[str] = "useStore"
    actions: ClassVar[str] = "actions"

    @classmethod
    def fields(cls) -> Mapping[str, Field[Any]]:
        """Return every field, in the order of their declaration."""
        return {name: field for name, field in vars(cls).items() if isinstance(field, Field)}

    @classmethod
    def action_names(cls) -> tuple[str, ...]:
        """Return the names of all actions, in the order of their declaration."""
        return tuple(name for name, value in vars(cls).items() if isinstance(value, Action))
