"""What covers a page whose account is not the one that is signed in any more."""

from __future__ import annotations

import reflex as rx

from nova_app.components.dialogs import blocking_modal
from nova_app.components.error_text import error_text
from nova_app.components.test_ids import hook
from nova_app.stores import AccountStore
from nova_app.stores.vars import match_component

_ID = "account-changed"


def account_changed() -> rx.Component:
    """Say who is signed in now, and offer to continue as them; nothing under the dialog can be used."""
    is_open = AccountStore.standing != "own"
    return rx.cond(is_open, _panel(is_open))


def _panel(is_open: rx.Var[bool]) -> rx.Component:
    return blocking_modal(
        _ID,
        rx.el.h2(_title(), id=f"{_ID}-title"),
        rx.el.p(_meaning(), id=f"{_ID}-text", class_name="faint"),
        rx.cond(AccountStore.form_problem != "", _problem()),
        rx.el.button(
            _way_on(),
            type="button",
            class_name="button primary",
            on_click=AccountStore.go_on,
            disabled=AccountStore.busy,
            custom_attrs=hook("account-continue"),
        ),
        is_open=is_open,
        class_name="dialog account-changed",
        **hook(_ID, standing=AccountStore.standing),
    )


def _problem() -> rx.Component:
    text = error_text(AccountStore.form_problem, AccountStore.form_error)
    return rx.el.p(text, role="alert", class_name="field-error")


def _title() -> rx.Component:
    return match_component(
        AccountStore.standing,
        ("ended", rx.el.span("You signed out in another tab")),
        ("again", rx.el.span("You signed in again in another tab")),
        default=rx.cond(
            AccountStore.other_name != "",
            rx.el.span("Signed in as ", rx.el.bdi(AccountStore.other_name), " in another tab"),
            rx.el.span("Signed in as someone else in another tab"),
        ),
    )


def _meaning() -> rx.Component:
    return match_component(
        AccountStore.standing,
        ("ended", rx.el.span("Nothing more is sent from this page.")),
        ("again", rx.el.span("Continue to use this page. Messages that were waiting are sent.")),
        default=rx.el.span(
            "This page was opened by ",
            rx.el.bdi(AccountStore.display_name),
            ". Nothing is sent from it. Drafts and waiting messages are kept for ",
            rx.el.bdi(AccountStore.display_name),
            ".",
        ),
    )


def _way_on() -> rx.Component:
    return match_component(
        AccountStore.standing,
        ("ended", rx.el.span("Sign in")),
        ("again", rx.el.span("Continue")),
        default=rx.cond(
            AccountStore.other_name != "",
            rx.el.span("Continue as ", rx.el.bdi(AccountStore.other_name)),
            rx.el.span("Continue"),
        ),
    )
