"""Presence: a dot, and a text for screen readers."""

from __future__ import annotations

import reflex as rx

from nova_app.components.test_ids import hook
from nova_app.stores import AccountStore, ConnectionStore, MessageStore
from nova_app.stores.conversations import ConversationItem
from nova_app.stores.vars import ItemVar


def presence_dot(item: ItemVar[ConversationItem]) -> rx.Component:
    """Render the dot on the picture of a direct conversation whose other user is online."""
    return rx.cond(
        item.online,
        rx.el.span(
            rx.el.span("online", class_name="visually-hidden"),
            class_name="presence-dot",
            title="online",
            custom_attrs=hook("presence"),
        ),
    )


def own_presence() -> rx.Component:
    """Render the dot on the user's own picture while others see them online."""
    return rx.cond(
        AccountStore.shares_presence & ConnectionStore.is_connected,
        rx.el.span(class_name="presence-dot own", title="Others see you online", custom_attrs=hook("own-presence")),
    )


def conversation_presence() -> rx.Component:
    """Render, beside the names of the open conversation, whether the other user is online, or how many are."""
    return rx.cond(
        MessageStore.active_presence != "",
        rx.el.span(
            MessageStore.active_presence, class_name="presence-word", custom_attrs=hook("conversation-presence")
        ),
    )
