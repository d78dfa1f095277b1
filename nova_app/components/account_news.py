"""What the user should know of their own account: calm, among the notices, and closed for good."""

from __future__ import annotations

from typing import Any

import reflex as rx

from nova_app.components.icons import icon
from nova_app.components.links import link
from nova_app.components.test_ids import hook
from nova_app.domain.limits import PASSWORD_MIN_CHARS
from nova_app.stores import AccountStore, ConnectionStore
from nova_app.stores.account import NewsItem
from nova_app.stores.base import with_args
from nova_app.stores.vars import ItemVar


def account_news() -> Any:
    """Render the news, the newest on top."""
    return rx.foreach(AccountStore.news, _item)


def _item(item: ItemVar[NewsItem]) -> rx.Component:
    return rx.el.div(
        icon("key"),
        rx.el.div(*_short_password(item), class_name="notice-body"),
        key=item.id,
        class_name="notice calm",
        custom_attrs=hook("account-news", kind=item.kind),
    )


def _short_password(item: ItemVar[NewsItem]) -> tuple[rx.Component, ...]:
    return (
        rx.el.p(
            f"Your password has fewer than {PASSWORD_MIN_CHARS} characters. A longer one, such as five words, is safer."
        ),
        rx.el.div(
            link(
                "Choose a longer one",
                href="/settings#settings-password",
                class_name="link-button",
                custom_attrs=hook("longer-password-choose"),
            ),
            rx.el.button(
                "Keep this one",
                type="button",
                class_name="link-button",
                disabled=~ConnectionStore.is_connected,
                on_click=with_args(AccountStore.close_news, item.id),
                custom_attrs=hook("longer-password-keep"),
            ),
            class_name="notice-actions",
        ),
    )
