"""What covers a page whose account is not the one that is signed in any more."""

from __future__ import annotations

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData
from reflex_base.vars.base import Var

from nova_app.components.error_text import error_text
from nova_app.components.test_ids import hook
from nova_app.stores import AccountStore
from nova_app.stores.base import RUNTIME

_ID = "account-changed"


def account_changed() -> rx.Component:
    """Say who is signed in now, and offer to continue as them; nothing under the dialog can be used."""
    is_wanted = AccountStore.standing != "own"
    return rx.cond(is_wanted, _panel(is_wanted))


def _panel(is_wanted: Var[bool]) -> rx.Component:
    return rx.el.dialog(
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
        id=_ID,
        class_name="dialog account-changed",
        custom_attrs={
            **hook(_ID, standing=AccountStore.standing, wanted=_as_blocking(is_wanted)),
            "aria-labelledby": f"{_ID}-title",
            "aria-describedby": f"{_ID}-text",
        },
    )


def _problem() -> rx.Component:
    text = error_text(AccountStore.form_problem, AccountStore.form_error)
    return rx.el.p(text, role="alert", class_name="field-error")


def _title() -> rx.Component:
    return rx.match(
        AccountStore.standing,
        ("ended", rx.el.span("You signed out in another tab")),
        ("again", rx.el.span("You signed in again in another tab")),
        rx.cond(
            AccountStore.other_name != "",
            rx.el.span("Signed in as ", rx.el.bdi(AccountStore.other_name), " in another tab"),
            rx.el.span("Signed in as someone else in another tab"),
        ),
    )


def _meaning() -> rx.Component:
    return rx.match(
        AccountStore.standing,
        ("ended", rx.el.span("Nothing more is sent from this page.")),
        ("again", rx.el.span("Continue to use this page. Messages that were waiting are sent.")),
        rx.el.span(
            "This page was opened by ",
            rx.el.bdi(AccountStore.display_name),
            ". Nothing is sent from it. Drafts and waiting messages are kept for ",
            rx.el.bdi(AccountStore.display_name),
            ".",
        ),
    )


def _way_on() -> rx.Component:
    return rx.match(
        AccountStore.standing,
        ("ended", rx.el.span("Sign in")),
        ("again", rx.el.span("Continue")),
        rx.cond(
            AccountStore.other_name != "",
            rx.el.span("Continue as ", rx.el.bdi(AccountStore.other_name)),
            rx.el.span("Continue"),
        ),
    )


def _as_blocking(is_wanted: Var[bool]) -> Var[str]:
    """Show the dialog for as long as it is wanted; the value says whether it is."""
    data = VarData.merge(
        is_wanted._get_all_var_data(),
        VarData(
            imports={RUNTIME: [ImportVar(tag="useBlocking")]},
            hooks={f'useBlocking("{_ID}", {is_wanted!s})': None},
        ),
    )
    return Var(_js_expr=f'({is_wanted!s} ? "true" : "false")', _var_type=str, _var_data=data)
