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
from nova_app.stores.settings import ActivityItem
from nova_app.stores.vars import ItemVar, choose, match_component


def account_news() -> Any:
    """Render the news, the newest on top."""
    return rx.foreach(AccountStore.news, _item)


def _item(item: ItemVar[NewsItem]) -> rx.Component:
    return rx.el.div(
        icon("key"),
        rx.cond(
            item.kind == "short_password",
            rx.el.div(*_short_password(item), class_name="notice-body"),
            rx.el.div(*_event(item), class_name="notice-body"),
        ),
        rx.cond(item.kind == "short_password", rx.fragment(), _close(item)),
        key=item.id,
        class_name="notice calm news",
        custom_attrs=hook("account-news", kind=item.kind),
    )


def event_title(item: ItemVar[NewsItem] | ItemVar[ActivityItem]) -> rx.Component:
    """Render what happened to the account."""
    return match_component(
        item.kind,
        ("signed_in", rx.el.span("New sign-in")),
        ("password_changed", rx.el.span("Password changed")),
        default=rx.el.span("New API token “", rx.el.bdi(item.name), "”"),
    )


def _event(item: ItemVar[NewsItem]) -> tuple[rx.Component, ...]:
    return (
        rx.el.p(event_title(item), rx.el.br(), rx.el.bdi(item.where)),
        rx.el.div(
            link(
                "Not you?",
                href=choose(
                    item.kind == "password_changed", "/settings#settings-password", "/settings#settings-sessions"
                ),
                class_name="link-button",
                custom_attrs=hook("account-news-check"),
            ),
            class_name="notice-actions",
        ),
    )


def _close(item: ItemVar[NewsItem]) -> rx.Component:
    return rx.el.button(
        icon("close"),
        type="button",
        class_name="icon-button",
        on_click=with_args(AccountStore.close_news, item.id),
        custom_attrs={**hook("account-news-close"), "aria-label": "Close"},
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
