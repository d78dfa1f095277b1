"""Settings of notifications: of the account, and of this browser."""

from __future__ import annotations

import reflex as rx

from nova_app.components.settings_frame import outcome, part, switch
from nova_app.components.test_ids import hook
from nova_app.stores import ConnectionStore, SettingsStore
from nova_app.stores.base import with_args
from nova_app.stores.vars import choose, match_text

_LEVELS = (("all", "All messages"), ("mentions", "Direct messages and mentions"), ("none", "Nothing"))
_BROWSER_TEXTS = {
    "unsupported": "Notifications are not available in this browser, or at this address because it is not secure.",
    "blocked": "Your browser blocks notifications from Nova. Allow them in the browser's settings for this site.",
    "failed": "This browser could not show a notification. Turn notifications on again to retry.",
}
_TEST_TEXTS = {
    "asking": "Waiting for the browser…",
    "shown": "The browser has shown the notification.",
    "accepted": "The browser accepted the notification. If you do not see it, check the notification settings of your "
    "system, such as Do Not Disturb.",
    "worker": "The browser accepted the notification through the service worker. If you do not see it, check the "
    "notification settings of your system.",
    "refused": "The browser did not get an answer to its question. Try again, and allow notifications.",
    "blocked": "The browser answered that notifications from Nova are blocked.",
    "unsupported": "This browser has no notifications, or not at this address because it is not secure.",
    "failed": "The browser could not show the notification.",
}


def notifications() -> rx.Component:
    """Render what the user is notified of, and whether this browser shows it."""
    is_on = SettingsStore.notifications == "on"
    cannot = (SettingsStore.notifications == "unsupported") | (SettingsStore.notifications == "blocked")
    return part(
        "notifications",
        "Notifications",
        rx.cond(SettingsStore.state == "ready", rx.fragment(_level(), _quiet_hours(), outcome("notify", "Saved."))),
        switch(
            "notifications",
            "Desktop notifications",
            "For new messages in this browser, while Nova is open in the background.",
            is_on=is_on,
            action=SettingsStore.toggle_notifications,
            disabled=cannot,
        ),
        rx.el.p(
            match_text(SettingsStore.notifications, *_BROWSER_TEXTS.items(), default=""),
            class_name="settings-outcome faint",
            role="status",
        ),
        _test(),
    )


def _level() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(rx.el.strong("Notify me about")),
        rx.el.p("A chat can have a setting of its own, which you find in its details.", class_name="faint"),
        *(_option(level, text) for level, text in _LEVELS),
        class_name="settings-options",
        disabled=~ConnectionStore.is_connected | (SettingsStore.busy == "notify"),
    )


def _option(level: str, text: str) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="radio",
            name="notify",
            value=level,
            checked=SettingsStore.notify_default == level,
            on_change=with_args(SettingsStore.choose_notify, level),
            custom_attrs=hook(f"notify-{level}"),
        ),
        text,
        class_name="settings-option",
    )


def _quiet_hours() -> rx.Component:
    return rx.fragment(
        switch(
            "quiet-hours",
            "Quiet hours",
            "Every day between these times nothing notifies you.",
            is_on=SettingsStore.quiet_hours,
            action=SettingsStore.toggle_quiet,
            disabled=~ConnectionStore.is_connected | (SettingsStore.busy == "notify"),
        ),
        rx.cond(
            SettingsStore.quiet_hours,
            rx.el.div(
                _time("from", "From", SettingsStore.quiet_from, SettingsStore.edit_quiet_from),
                _time("until", "Until", SettingsStore.quiet_until, SettingsStore.edit_quiet_until),
                rx.el.p("Time zone: ", SettingsStore.quiet_zone, class_name="faint"),
                class_name="settings-times",
            ),
        ),
    )


def _time(name: str, label: str, value: rx.Var[str], edit: object) -> rx.Component:
    return rx.el.label(
        rx.el.span(label),
        rx.el.input(
            type="time",
            value=value,
            class_name="input",
            disabled=~ConnectionStore.is_connected,
            on_change=edit,
            on_blur=SettingsStore.save_quiet,
            custom_attrs=hook(f"quiet-{name}"),
        ),
        class_name="field",
    )


def _test() -> rx.Component:
    """Render the button that shows a notification, and what the browser answered."""
    return rx.el.div(
        rx.el.button(
            "Send a test notification",
            type="button",
            class_name="button quiet",
            disabled=SettingsStore.test_result == "asking",
            on_click=SettingsStore.try_notification,
            custom_attrs=hook("try-notification"),
        ),
        rx.el.p(
            match_text(SettingsStore.test_result, *_TEST_TEXTS.items(), default=""),
            choose(SettingsStore.test_detail != "", " It said: “" + SettingsStore.test_detail.to(str) + "”", ""),
            class_name="settings-outcome faint",
            role="status",
            custom_attrs=hook("notification-test", result=SettingsStore.test_result),
        ),
        class_name="settings-test",
    )
