"""The rail: the ways to the other pages, the connection and the account. On narrow screens a bar at the bottom."""

from __future__ import annotations

import reflex as rx

from nova_app.components.account_menu import account_menu
from nova_app.components.connection_status import connection_sign, outbox_count
from nova_app.components.icons import icon
from nova_app.components.links import link
from nova_app.components.mark import mark
from nova_app.components.test_ids import hook
from nova_app.stores import AccountStore
from nova_app.stores.vars import choose

UNREAD_SHOWN = 999
"""Unread posts are counted exactly up to this number."""
PLACES = (
    ("/", "bubble", "Chats"),
    ("/posts", "feed", "Posts"),
    ("/search", "search", "Search"),
    ("/status", "pulse", "Status"),
)


def rail(here: str) -> rx.Component:
    """Render the links to the pages, and the account; the page that is open says so.

    Args:
        here: The path of the page, as in ``PLACES``.
    """
    return rx.el.div(
        rx.el.span(mark(), class_name="rail-mark"),
        rx.el.nav(
            *(_place(place, is_here=place[0] == here) for place in PLACES),
            class_name="places",
            custom_attrs={"aria-label": "Pages"},
        ),
        account_menu(is_here=here == "/settings"),
        class_name="rail",
    )


def connection() -> rx.Component:
    """Render the sign of the connection and what waits, always in sight: in the rail or in the header."""
    return rx.el.div(outbox_count(), connection_sign(), class_name="connection")


def _place(place: tuple[str, str, str], *, is_here: bool) -> rx.Component:
    path, symbol, label = place
    return link(
        icon(symbol),
        rx.el.span(label, class_name="place-word"),
        _unread() if path == "/posts" else "",
        href=path,
        class_name="place",
        title=label,
        custom_attrs={**hook(f"place-{path[1:] or 'messages'}"), "aria-current": "page" if is_here else "false"},
    )


def _unread() -> rx.Component:
    """Render a sign where there are unread posts; for screen readers it says how many."""
    count = AccountStore.unread_posts
    return rx.cond(
        count > 0,
        rx.el.span(
            choose(count > UNREAD_SHOWN, f"more than {UNREAD_SHOWN}", count.to_string()),
            " unread",
            class_name="place-sign new",
            custom_attrs=hook("posts-unread", count=count),
        ),
    )
