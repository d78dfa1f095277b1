"""Inviting people to this server, for its admins."""

from __future__ import annotations

import reflex as rx

from nova_app.components.settings_frame import field, outcome, part
from nova_app.components.test_ids import hook
from nova_app.stores import ConnectionStore, SettingsStore
from nova_app.stores.base import with_args
from nova_app.stores.settings import InviteItem
from nova_app.stores.vars import ItemVar, choose

_AT_REST = ~ConnectionStore.is_connected | (SettingsStore.busy != "")


def invites() -> rx.Component:
    """Render the links that lead in, and the form for another one."""
    return part(
        "invites",
        "Invite people",
        rx.el.p("Whoever opens the link can create an account on this server.", class_name="faint"),
        rx.el.ul(rx.foreach(SettingsStore.invites, _invite), class_name="settings-list"),
        rx.cond(SettingsStore.new_invite != "", _link()),
        rx.el.form(
            field(
                "expires_in_seconds", "Valid for (days)", default_value="7", input_mode="numeric", auto_complete="off"
            ),
            field(
                "max_uses",
                "Number of accounts",
                placeholder="Any number",
                input_mode="numeric",
                auto_complete="off",
            ),
            rx.cond(
                SettingsStore.invite_needs_password,
                field("invite_password", "Current password", type="password", auto_complete="current-password"),
            ),
            rx.el.div(
                rx.el.button(
                    choose(SettingsStore.busy == "invites", "Saving…", "Create link"),
                    type="submit",
                    class_name="button primary",
                    disabled=_AT_REST,
                    custom_attrs=hook("server-invite-create"),
                ),
                outcome("invites", "Invites updated."),
                class_name="settings-foot",
            ),
            class_name="form",
            on_submit=SettingsStore.create_invite,
            no_validate=True,
        ),
    )


def _link() -> rx.Component:
    return rx.el.div(
        rx.el.label(
            rx.el.span("Your new link. Copy it now: it will not be shown again."),
            rx.el.input(
                value=SettingsStore.new_invite, read_only=True, class_name="input", custom_attrs=hook("invite-url")
            ),
            class_name="field",
        ),
        rx.el.button(
            choose(SettingsStore.done == "invite", "Copied", "Copy"),
            type="button",
            class_name="button quiet",
            on_click=SettingsStore.copy_invite,
            custom_attrs=hook("invite-copy"),
        ),
        class_name="settings-secret",
        role="status",
    )


def _invite(invite: ItemVar[InviteItem]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(invite.uses_label),
            rx.el.span("Valid until ", invite.expires_label, class_name="faint"),
            class_name="settings-words",
        ),
        rx.el.button(
            "Revoke",
            type="button",
            class_name="button quiet",
            disabled=_AT_REST,
            on_click=with_args(SettingsStore.end_invite, invite.id),
            custom_attrs={
                **hook("invite-end"),
                "aria-label": rx.Var.create("Revoke the invite that is valid until ") + invite.expires_label,
            },
        ),
        key=invite.id,
        class_name="settings-line",
        custom_attrs=hook("invite"),
    )
