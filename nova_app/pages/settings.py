"""``/settings``: profile, privacy, theme, notifications and access."""

from __future__ import annotations

import reflex as rx

from nova_app.components.away import while_loading
from nova_app.components.error_text import error_text
from nova_app.components.icons import icon
from nova_app.components.layout import messenger
from nova_app.components.settings_access import password, sessions, tokens
from nova_app.components.settings_device import appearance, notifications, troubleshooting
from nova_app.components.settings_profile import privacy, profile
from nova_app.components.test_ids import hook
from nova_app.stores import SettingsStore


def settings() -> rx.Component:
    """Render the page; settings of the browser are shown without the server too."""
    return messenger(
        rx.el.header(rx.el.h1("Settings"), class_name="conversation-head"),
        rx.el.div(
            rx.match(
                SettingsStore.state,
                ("loading", while_loading(_loading(), "Your settings were")),
                ("error", _failed()),
                rx.fragment(profile(), privacy()),
            ),
            appearance(),
            notifications(),
            rx.cond(SettingsStore.state == "ready", rx.fragment(sessions(), password(), tokens())),
            troubleshooting(),
            class_name="page settings",
            custom_attrs=hook("settings", state=SettingsStore.state),
        ),
        has_conversation=True,
        here="/settings",
    )


def _loading() -> rx.Component:
    lines = [rx.el.span(class_name="bone line"), rx.el.span(class_name="bone line short")]
    return rx.el.section(*lines, *lines, class_name="settings-part skeleton", custom_attrs={"aria-hidden": "true"})


def _failed() -> rx.Component:
    return rx.el.section(
        icon("alert"),
        rx.el.p(error_text(SettingsStore.problem_code, SettingsStore.problem_text)),
        rx.el.button(
            "Retry",
            type="button",
            class_name="button",
            on_click=SettingsStore.reload,
            custom_attrs=hook("settings-retry"),
        ),
        class_name="timeline-empty",
        role="alert",
    )
