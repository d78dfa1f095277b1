"""What belongs to this browser: how it looks, and whether it tells of messages. Works without the server."""

from __future__ import annotations

import reflex as rx

from nova_app.components.hooks import hook
from nova_app.components.settings_frame import part, switch
from nova_app.stores import SettingsStore
from nova_app.stores.base import with_args

_THEMES = (("", "System"), ("light", "Light"), ("dark", "Dark"))


def appearance() -> rx.Component:
    """The theme."""
    return part(
        "appearance",
        "Appearance",
        rx.el.div(
            *(_theme(value, label) for value, label in _THEMES),
            class_name="segments three",
            role="radiogroup",
            custom_attrs={"aria-label": "Theme"},
        ),
        rx.el.p("In this browser.", class_name="settings-outcome faint"),
    )


def _theme(value: str, label: str) -> rx.Component:
    is_chosen = SettingsStore.theme == value
    return rx.el.label(
        rx.el.input(
            type="radio",
            name="theme",
            value=value,
            checked=is_chosen,
            on_change=with_args(SettingsStore.choose_theme, value),
            class_name="visually-hidden",
            custom_attrs=hook(f"theme-{value or 'system'}"),
        ),
        label,
        class_name=rx.cond(is_chosen, "segment chosen", "segment"),
    )


_WORDS = {
    "unsupported": "This browser, or this address (it is not a secure one), has no notifications.",
    "blocked": "Your browser blocks notifications of Nova. Allow them in its settings for this page first.",
    "failed": "This browser could not show a notification. You can switch them on again to retry.",
}


def notifications() -> rx.Component:
    """Whether this browser tells of messages."""
    is_on = SettingsStore.notifications == "on"
    cannot = (SettingsStore.notifications == "unsupported") | (SettingsStore.notifications == "blocked")
    return part(
        "notifications",
        "Notifications",
        switch(
            "notifications",
            "Tell me of new messages",
            "In this browser, while Nova is open and you are not looking at it.",
            is_on=is_on,
            action=SettingsStore.toggle_notifications,
            disabled=cannot,
        ),
        rx.el.p(
            rx.match(SettingsStore.notifications, *_WORDS.items(), ""),
            class_name="settings-outcome faint",
            role="status",
        ),
        rx.cond(
            is_on,
            rx.el.button(
                "Show me one",
                type="button",
                class_name="button quiet",
                on_click=SettingsStore.try_notification,
                custom_attrs=hook("try-notification"),
            ),
        ),
    )
