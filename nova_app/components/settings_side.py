"""What stands beside the settings: links to their parts, in the place of the conversation list."""

from __future__ import annotations

import reflex as rx

from nova_app.components.icons import icon
from nova_app.components.links import link
from nova_app.components.load_states import unsettled
from nova_app.components.test_ids import hook
from nova_app.stores import AccountStore, SettingsStore

_PROFILE = (("profile", "person", "Profile"), ("privacy", "lock", "Privacy"))
_DEVICE = (
    ("appearance", "contrast", "Appearance"),
    ("writing", "pencil", "Writing"),
    ("notifications", "bell", "Notifications"),
)
_ACCESS = (("sessions", "device", "Devices"), ("password", "password", "Password"), ("tokens", "key", "API tokens"))


def settings_side() -> rx.Component:
    """Render the links; on narrow screens they are a row that scrolls, under the header."""
    is_loaded = SettingsStore.state == "ready"
    return rx.el.aside(
        rx.el.header(rx.el.h2("Settings"), class_name="sidebar-head"),
        rx.el.nav(
            rx.cond(is_loaded, rx.fragment(*(_part(*part) for part in _PROFILE))),
            *(_part(*part) for part in _DEVICE),
            rx.cond(is_loaded, rx.fragment(*(_part(*part) for part in _ACCESS))),
            rx.cond(is_loaded & SettingsStore.is_admin, _part("invites", "invite", "Invite people")),
            _part("troubleshooting", "repair", "Troubleshooting"),
            rx.el.button(
                icon("leave"),
                "Sign out",
                type="button",
                class_name="side-link side-last",
                on_click=AccountStore.sign_out,
                custom_attrs=hook("sign-out"),
            ),
            class_name="settings-nav",
            custom_attrs={"aria-label": "Settings", **unsettled(SettingsStore.state, SettingsStore.problem_code)},
        ),
        class_name="sidebar settings-side",
    )


def _part(name: str, symbol: str, title: str) -> rx.Component:
    return link(
        icon(symbol),
        title,
        href=f"#settings-{name}",
        # The browser moves there, the focus with it.
        reload_document=True,
        class_name="side-link",
        custom_attrs=hook(f"settings-nav-{name}"),
    )
