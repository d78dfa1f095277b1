"""Settings of this browser: theme and notifications. They work without the server."""

from __future__ import annotations

import reflex as rx

from nova_app.components.settings_frame import part, switch
from nova_app.components.test_ids import hook
from nova_app.stores import ErrorStore, SettingsStore
from nova_app.stores.base import with_args
from nova_app.stores.vars import choose, match_text

_THEMES = (("", "System"), ("light", "Light"), ("dark", "Dark"))


def appearance() -> rx.Component:
    """Render the theme."""
    return part(
        "appearance",
        "Appearance",
        rx.el.div(
            *(_theme(value, label) for value, label in _THEMES),
            class_name="segments three",
            role="radiogroup",
            custom_attrs={"aria-label": "Theme"},
        ),
        rx.el.p("Applies to this browser.", class_name="settings-outcome faint"),
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
        class_name=choose(is_chosen, "segment chosen", "segment"),
    )


_NOTIFICATION_TEXTS = {
    "unsupported": "Notifications are not available in this browser, or at this address because it is not secure.",
    "blocked": "Your browser blocks notifications from Nova. Allow them in the browser's settings for this site.",
    "failed": "This browser could not show a notification. Turn notifications on again to retry.",
}


def notifications() -> rx.Component:
    """Render whether this browser shows notifications."""
    is_on = SettingsStore.notifications == "on"
    cannot = (SettingsStore.notifications == "unsupported") | (SettingsStore.notifications == "blocked")
    return part(
        "notifications",
        "Notifications",
        switch(
            "notifications",
            "Desktop notifications",
            "For new messages in this browser, while Nova is open in the background.",
            is_on=is_on,
            action=SettingsStore.toggle_notifications,
            disabled=cannot,
        ),
        rx.el.p(
            match_text(SettingsStore.notifications, *_NOTIFICATION_TEXTS.items(), default=""),
            class_name="settings-outcome faint",
            role="status",
        ),
        rx.cond(
            is_on,
            rx.el.button(
                "Send a test notification",
                type="button",
                class_name="button quiet",
                on_click=SettingsStore.try_notification,
                custom_attrs=hook("try-notification"),
            ),
        ),
    )


def troubleshooting() -> rx.Component:
    """Render the errors that this browser keeps, also from before the page was loaded."""
    return part(
        "troubleshooting",
        "Troubleshooting",
        rx.el.p(
            "Nova keeps the last errors of this browser, without passwords or tokens. Save them to report a problem.",
            class_name="faint",
        ),
        rx.el.div(
            rx.el.button(
                "Save recent errors as a file",
                type="button",
                class_name="button quiet",
                on_click=ErrorStore.save_log,
                custom_attrs=hook("settings-errors-save"),
            ),
            rx.el.button(
                "Clear",
                type="button",
                class_name="link-button",
                on_click=ErrorStore.clear_log,
                custom_attrs={**hook("settings-errors-clear"), "aria-label": "Clear recent errors"},
            ),
            class_name="settings-foot",
        ),
    )
