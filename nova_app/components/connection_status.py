"""The connection, always in sight: a dot, a word and what is still waiting."""

from __future__ import annotations

import reflex as rx

from nova_app.components.hooks import hook
from nova_app.components.links import link
from nova_app.stores import ConnectionStore, MessageStore


def connection_status() -> rx.Component:
    """Dot and word; told politely to screen readers when it changes."""
    return rx.el.div(
        rx.el.span(class_name="status-dot", custom_attrs={"aria-hidden": "true"}),
        rx.el.span(ConnectionStore.word, class_name="status-word"),
        rx.cond(
            ConnectionStore.state == "FAILED",
            rx.el.button(
                "Try now",
                on_click=ConnectionStore.retry,
                class_name="link-button",
                type="button",
                custom_attrs=hook("connection-retry"),
            ),
        ),
        role="status",
        class_name="status",
        custom_attrs=hook(
            "connection-status",
            state=ConnectionStore.state,
            reason=ConnectionStore.reason,
            synced=rx.cond(ConnectionStore.synced, "true", "false"),
        ),
    )


def outbox_count() -> rx.Component:
    """How many messages wait to be sent; hidden from the eye while there are none."""
    return rx.el.span(
        rx.el.span(MessageStore.outbox_count, custom_attrs=hook("outbox-count")),
        rx.el.span(" waiting"),
        class_name=rx.cond(MessageStore.outbox_count == 0, "waiting visually-hidden", "waiting"),
    )


def connection_banner() -> rx.Component:
    """Says what the person can do when the connection ended on purpose or needs them."""
    return rx.match(
        ConnectionStore.reason,
        ("signed_out", _banner("You are signed out. Messages that wait are kept.", "Sign in", "/login")),
        ("replaced", _banner("Nova is open in many other places.", "Use here", "/")),
        ("outdated", _banner("A newer version is ready. Drafts are kept.", "Reload", "/")),
        rx.fragment(),
    )


def _banner(text: str, label: str, href: str) -> rx.Component:
    return rx.el.div(
        rx.el.span(text),
        # A full navigation on purpose: everything begins afresh.
        link(label, href=href, class_name="banner-action", reload_document=True),
        role="alert",
        class_name="banner",
        custom_attrs=hook("connection-banner"),
    )
