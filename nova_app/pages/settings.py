"""``/settings``: profile, privacy, theme, notifications and access."""

from __future__ import annotations

import reflex as rx

from nova_app.components.layout import messenger
from nova_app.components.load_states import bone, load_failed, load_states, skeleton, unsettled
from nova_app.components.settings_access import activity, password, sessions, tokens
from nova_app.components.settings_device import appearance, troubleshooting, writing
from nova_app.components.settings_invites import invites
from nova_app.components.settings_notifications import notifications
from nova_app.components.settings_profile import privacy, profile
from nova_app.components.settings_side import settings_side
from nova_app.components.test_ids import hook
from nova_app.stores import SettingsStore


def _access() -> tuple[rx.Component, ...]:
    return sessions(), activity(), password(), tokens(), rx.cond(SettingsStore.is_admin, invites())


def settings() -> rx.Component:
    """Render the page; settings of the browser are shown without the server too."""
    return messenger(
        rx.el.header(rx.el.h1("Settings"), class_name="conversation-head"),
        rx.el.div(
            load_states(
                SettingsStore.state,
                loading=skeleton(*(bone(), bone("line short")) * 2, class_name="settings-card skeleton"),
                what="Your settings were",
                failed=load_failed(
                    "Your settings could not be loaded.",
                    SettingsStore.problem_code,
                    SettingsStore.problem_text,
                    retry=SettingsStore.reload,
                    testid="settings-retry",
                ),
                content=rx.fragment(profile(), privacy()),
            ),
            appearance(),
            writing(),
            notifications(),
            rx.cond(
                SettingsStore.state == "ready",
                rx.fragment(*_access()),
            ),
            troubleshooting(),
            class_name="page settings",
            custom_attrs={
                **hook("settings", state=SettingsStore.state),
                **unsettled(SettingsStore.state, SettingsStore.problem_code),
            },
        ),
        has_conversation=True,
        here="/settings",
        side=settings_side(),
    )
