"""The list over the text field while something is completed: members, or emoji."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from nova_app.components.test_ids import hook
from nova_app.stores.base import with_args
from nova_app.stores.vars import ItemVar, choose

KEEPS_FOCUS: rx.Var[Any] = rx.Var("((event) => event.preventDefault())")
"""For ``onPointerDown``: else the text field loses the focus, and with it what is selected, before the press ends."""


@dataclass(frozen=True, slots=True)
class Completion:
    """Something to complete: the id and hook of its list, its label, and what one and several options are called."""

    list_id: str
    label: str
    one: str
    several: str


def completion_list(completion: Completion, options: Any, option: Callable[..., rx.Component]) -> rx.Component:
    """Render each of ``options`` by ``option``, while there are any; the text field keeps the focus."""
    count = options.length()
    words = choose(count == 1, f" {completion.one}", f" {completion.several}")
    return rx.fragment(
        rx.el.p(
            choose(count > 0, count.to_string() + words + ", Enter takes the marked one", ""),
            role="status",
            class_name="visually-hidden",
        ),
        rx.cond(
            count > 0,
            rx.el.ul(
                rx.foreach(options, option),
                id=completion.list_id,
                role="listbox",
                class_name="completions",
                custom_attrs={**hook(completion.list_id), "aria-label": completion.label},
            ),
        ),
    )


def completion_option(
    *children: rx.Component, option: ItemVar[Any], choose_it: Any, value: Any, test_id: dict[str, Any]
) -> rx.Component:
    """Render an option that is an element with an ``id`` and ``is_chosen``; a click chooses its ``value``."""
    return rx.el.li(
        *children,
        id=option.id,
        key=value,
        role="option",
        class_name="completion",
        on_click=with_args(choose_it, value),
        custom_attrs={
            **test_id,
            "aria-selected": choose(option.is_chosen, "true", "false"),
            "onPointerDown": KEEPS_FOCUS,
        },
    )
