"""The filters of a search: those that are set, and those that one click sets."""

from __future__ import annotations

import reflex as rx

from nova_app.components.icons import icon
from nova_app.components.test_ids import hook
from nova_app.stores import SearchStore
from nova_app.stores.base import with_args
from nova_app.stores.search import ChipItem
from nova_app.stores.vars import ItemVar, choose, match_text


def search_chips() -> rx.Component:
    """Render the filters in one line, which scrolls where it is narrow."""
    return rx.el.div(
        rx.foreach(SearchStore.chips, _chip),
        class_name="chips",
        role="group",
        custom_attrs={"aria-label": "Filters"},
    )


def _chip(chip: ItemVar[ChipItem]) -> rx.Component:
    return rx.el.button(
        rx.el.bdi(_label(chip)),
        rx.cond(chip.is_set, icon("close")),
        type="button",
        key=chip.term,
        class_name="chip",
        on_click=with_args(SearchStore.toggle, chip.term),
        custom_attrs={
            **hook("search-chip", term=chip.term, set=choose(chip.is_set, "true", "false")),
            "aria-pressed": choose(chip.is_set, "true", "false"),
        },
    )


def _label(chip: ItemVar[ChipItem]) -> rx.Var[str]:
    value = chip.value.to(str)
    return match_text(
        chip.kind,
        ("from", rx.Var.create("from ") + value),
        ("in", rx.Var.create("in ") + value),
        ("has", match_text(value, ("file", "has a file"), ("image", "has a picture"), default="has a link")),
        ("mentions", rx.Var.create("mentions ") + value),
        ("replies", rx.Var.create("replies to ") + value),
        ("reacted", choose(value == "me", "I reacted", rx.Var.create("reacted ") + value)),
        ("is", choose(value.lower() == "post", "posts only", "messages only")),
        ("before", rx.Var.create("before ") + value),
        default=rx.Var.create("after ") + value,
    )
