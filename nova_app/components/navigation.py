"""The links to the other pages."""

from __future__ import annotations

import reflex as rx

from nova_app.components.icons import icon
from nova_app.components.links import link
from nova_app.components.test_ids import hook

PLACES = (
    ("/", "bubble", "Messages"),
    ("/posts", "feed", "Posts"),
    ("/search", "search", "Search"),
    ("/status", "pulse", "Status"),
)


def navigation(here: str) -> rx.Component:
    """Render one row of links; the one that is open says so.

    Args:
        here: The path of the page, as in ``PLACES``.
    """
    return rx.el.nav(
        *(
            link(
                icon(symbol),
                rx.el.span(label),
                href=path,
                class_name="place",
                custom_attrs={**hook(f"place-{label.lower()}"), "aria-current": "page" if path == here else "false"},
            )
            for path, symbol, label in PLACES
        ),
        class_name="places",
        custom_attrs={"aria-label": "Pages"},
    )
