"""The profile, and what others may see of it."""

from __future__ import annotations

import reflex as rx

from nova_app.components.avatar import avatar
from nova_app.components.settings_frame import field, outcome, part, submit, switch
from nova_app.components.test_ids import hook
from nova_app.domain.limits import DISPLAY_NAME_MAX_CHARS, STATUS_MAX_CHARS
from nova_app.stores import ConnectionStore, SettingsStore
from nova_app.stores.vars import choose

_AT_REST = ~ConnectionStore.is_connected | (SettingsStore.busy != "")


def profile() -> rx.Component:
    """Render picture, name and status line."""
    return part(
        "profile",
        "Profile",
        _picture(),
        rx.el.form(
            field(
                "display_name",
                "Display name",
                value=SettingsStore.display_name,
                on_change=SettingsStore.edit_name,
                max_length=DISPLAY_NAME_MAX_CHARS,
                auto_complete="name",
                dir="auto",
            ),
            field(
                "status",
                "Status",
                value=SettingsStore.status,
                on_change=SettingsStore.edit_status,
                max_length=STATUS_MAX_CHARS,
                placeholder="Shown next to your name",
                dir="auto",
                auto_complete="off",
            ),
            rx.el.div(
                submit("profile", "Save", also=~SettingsStore.is_changed),
                outcome("profile", "Saved."),
                class_name="settings-foot",
            ),
            class_name="form",
            on_submit=SettingsStore.save_profile,
            no_validate=True,
        ),
    )


def _picture() -> rx.Component:
    return rx.el.div(
        rx.el.span(
            avatar(SettingsStore.initials, SettingsStore.hue, SettingsStore.avatar_url), class_name="avatar-large"
        ),
        rx.el.div(
            rx.el.span("@", SettingsStore.username, class_name="faint"),
            rx.el.div(_choose_picture(), _remove_picture(), class_name="settings-foot"),
            rx.el.span(SettingsStore.field_errors["avatar_id"], class_name="field-error", role="alert"),
            outcome("avatar", "Picture updated."),
            class_name="settings-words",
        ),
        class_name="settings-picture",
    )


def _choose_picture() -> rx.Component:
    return rx.el.label(
        choose(SettingsStore.busy == "avatar", f"Uploading… {SettingsStore.avatar_percent} %", "Upload a picture"),
        rx.el.input(
            type="file",
            accept="image/png,image/jpeg,image/gif,image/webp",
            class_name="visually-hidden",
            disabled=_AT_REST,
            # As an attribute: the function needs the event itself.
            custom_attrs={**hook("settings-avatar"), "onChange": SettingsStore.choose_avatar},
        ),
        class_name="button quiet choose",
        custom_attrs={"aria-disabled": choose(_AT_REST, "true", "false")},
    )


def _remove_picture() -> rx.Component:
    return rx.cond(
        SettingsStore.avatar_url != "",
        rx.el.button(
            "Remove",
            type="button",
            class_name="link-button",
            disabled=_AT_REST,
            on_click=SettingsStore.remove_avatar,
            custom_attrs={**hook("settings-avatar-remove"), "aria-label": "Remove picture"},
        ),
    )


def privacy() -> rx.Component:
    """Render the privacy settings."""
    return part(
        "privacy",
        "Privacy",
        switch(
            "read",
            "Read receipts",
            "Let others see when you have read their messages.",
            is_on=SettingsStore.shares_read,
            action=SettingsStore.toggle_read,
            disabled=_AT_REST,
        ),
        switch(
            "presence",
            "Online and typing status",
            "If this is off, nobody sees when you are online or typing, and you do not see it of others.",
            is_on=SettingsStore.shares_presence,
            action=SettingsStore.toggle_presence,
            disabled=_AT_REST,
        ),
        rx.cond(
            SettingsStore.link_previews_available,
            switch(
                "link-previews",
                "Link previews",
                "Show the titles of pages that messages link to. This server fetches them, not your browser.",
                is_on=SettingsStore.link_previews,
                action=SettingsStore.toggle_link_previews,
                disabled=_AT_REST,
            ),
        ),
        outcome("privacy", "Saved."),
    )
