"""What opens the account: browsers that are signed in, the password, and keys for programs."""

from __future__ import annotations

import reflex as rx

from nova_app.components.account_news import event_title
from nova_app.components.links import link
from nova_app.components.new_password import password_type, shown_by_button, suggest_button
from nova_app.components.settings_frame import field, outcome, part, submit
from nova_app.components.test_ids import hook
from nova_app.domain.limits import TOKEN_NAME_MAX_CHARS
from nova_app.stores import ConnectionStore, SettingsStore
from nova_app.stores.base import with_args
from nova_app.stores.settings import ActivityItem, SessionItem, TokenItem
from nova_app.stores.vars import ItemVar, choose

_AT_REST = ~ConnectionStore.is_connected | (SettingsStore.busy != "")


def sessions() -> rx.Component:
    """Render the signed-in browsers."""
    return part(
        "sessions",
        "Devices",
        rx.el.ul(rx.foreach(SettingsStore.sessions, _session), class_name="settings-list"),
        rx.cond(SettingsStore.session_needs_password != "", _prove()),
        outcome("sessions", "Signed out on that device."),
    )


def activity() -> rx.Component:
    """Render what happened to the account lately; nothing while there is nothing."""
    return rx.cond(
        SettingsStore.activity.length() > 0,
        part(
            "activity",
            "Recent activity",
            rx.el.ul(rx.foreach(SettingsStore.activity, _event), class_name="settings-list"),
            rx.el.p(
                "Not you? ",
                _to_part("sessions", "Sign out the devices"),
                " that are not yours, and ",
                _to_part("password", "change your password"),
                ".",
                class_name="faint",
            ),
        ),
    )


def _to_part(name: str, label: str) -> rx.Component:
    return link(label, href=f"#settings-{name}", reload_document=True, custom_attrs=hook(f"activity-{name}"))


def _event(item: ItemVar[ActivityItem]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(event_title(item)),
            rx.el.span(rx.el.bdi(item.where), class_name="faint"),
            class_name="settings-words",
        ),
        key=item.id,
        class_name="settings-line",
        custom_attrs=hook("account-event", kind=item.kind),
    )


def _prove() -> rx.Component:
    return rx.el.form(
        rx.el.p("To sign out ", rx.el.bdi(SettingsStore.session_needs_password), ", enter your password."),
        field("session_password", "Current password", type="password", auto_complete="current-password"),
        rx.el.div(submit("sessions", "Sign out"), class_name="settings-foot"),
        class_name="form",
        on_submit=SettingsStore.confirm_end_session,
        no_validate=True,
    )


def _session(session: ItemVar[SessionItem]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(rx.el.bdi(session.device)),
            rx.el.span(
                rx.cond(session.is_current, "This browser", rx.fragment("Last used ", session.seen_label)),
                class_name="faint",
                title=session.seen_title,
            ),
            class_name="settings-words",
        ),
        rx.cond(
            session.is_current,
            rx.fragment(),
            _end(
                "session-end",
                "Sign out",
                rx.Var.create("Sign out ") + session.device,
                SettingsStore.end_session,
                session.id,
            ),
        ),
        key=session.id,
        class_name="settings-line",
        custom_attrs=hook("session", current=session.is_current),
    )


def _end(testid: str, label: str, name: rx.Var[str], action: object, what: rx.Var[str]) -> rx.Component:
    return rx.el.button(
        label,
        type="button",
        class_name="button quiet",
        disabled=_AT_REST,
        on_click=with_args(action, what),
        custom_attrs={**hook(testid), "aria-label": name},
    )


def password() -> rx.Component:
    """Render the form for another password."""
    return part(
        "password",
        "Password",
        rx.el.form(
            field("current_password", "Current password", type=password_type(), auto_complete="current-password"),
            field(
                "new_password",
                "New password",
                around=lambda typed: shown_by_button(typed, "settings-password-show"),
                type=password_type(),
                auto_complete="new-password",
            ),
            suggest_button("settings-password-suggest", SettingsStore.suggest_password),
            rx.el.label(
                rx.el.input(name="end_tokens", type="checkbox", custom_attrs=hook("settings-end-tokens")),
                rx.el.span("Revoke my API tokens as well"),
                class_name="check",
            ),
            rx.el.div(
                submit("password", "Change password"),
                outcome("password", "Password changed. All other devices were signed out."),
                class_name="settings-foot",
            ),
            class_name="form",
            on_submit=SettingsStore.change_password,
            no_validate=True,
        ),
    )


def tokens() -> rx.Component:
    """Render the tokens for programs."""
    return part(
        "tokens",
        "API tokens",
        rx.el.p(
            "A program with an API token can read and write for you for a year, or until you revoke the token."
            " It cannot change your password or devices, or create tokens.",
            class_name="faint",
        ),
        rx.el.ul(rx.foreach(SettingsStore.tokens, _token), class_name="settings-list"),
        rx.cond(SettingsStore.new_token != "", _secret()),
        rx.el.form(
            field("name", "Token name", max_length=TOKEN_NAME_MAX_CHARS, auto_complete="off", dir="auto"),
            rx.cond(
                SettingsStore.token_needs_password,
                field("token_password", "Current password", type="password", auto_complete="current-password"),
            ),
            rx.el.div(
                submit("tokens", "Create token"), outcome("tokens", "Tokens updated."), class_name="settings-foot"
            ),
            class_name="form",
            on_submit=SettingsStore.create_token,
            no_validate=True,
        ),
    )


def _secret() -> rx.Component:
    return rx.el.div(
        rx.el.label(
            rx.el.span("Your new token. Copy it now: it will not be shown again."),
            rx.el.input(
                value=SettingsStore.new_token, read_only=True, class_name="input", custom_attrs=hook("token-secret")
            ),
            class_name="field",
        ),
        rx.el.button(
            choose(SettingsStore.done == "token", "Copied", "Copy"),
            type="button",
            class_name="button quiet",
            on_click=SettingsStore.copy_token,
            custom_attrs=hook("token-copy"),
        ),
        class_name="settings-secret",
        role="status",
    )


def _token(token: ItemVar[TokenItem]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(rx.el.bdi(token.name)),
            rx.el.span(
                "Created ",
                token.created_label,
                ", ",
                rx.cond(token.used_label != "", rx.fragment("last used ", token.used_label), "never used"),
                ", expires ",
                token.expires_label,
                class_name="faint",
            ),
            class_name="settings-words",
        ),
        _end("token-end", "Revoke", rx.Var.create("Revoke token ") + token.name, SettingsStore.end_token, token.id),
        key=token.id,
        class_name="settings-line",
        custom_attrs=hook("token"),
    )
