"""The account menu: who is signed in, settings, recent errors and signing out."""

from __future__ import annotations

import reflex as rx
from reflex_base.event import EventChain
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData
from reflex_base.vars.base import Var
from reflex_base.vars.function import FunctionVar

from nova_app.components.avatar import avatar
from nova_app.components.icons import icon
from nova_app.components.links import link
from nova_app.components.notices import error_history
from nova_app.components.popovers import popover, popover_button
from nova_app.components.presence import own_presence
from nova_app.components.test_ids import hook
from nova_app.stores import AccountStore, ErrorStore
from nova_app.stores.base import RUNTIME

_MENU = "account-menu"
_CLOSE = Var("closePopover", _var_data=VarData(imports={RUNTIME: [ImportVar(tag="closePopover")]})).to(
    FunctionVar, EventChain
)


def account_menu(*, is_here: bool) -> rx.Component:
    """Render the user's picture, which opens the menu; a dot says that there are recent errors.

    Args:
        is_here: The page of settings is open.
    """
    return rx.fragment(
        popover_button(
            _MENU,
            rx.el.span(_picture(), own_presence(), class_name="item-face"),
            rx.cond(ErrorStore.history.length() > 0, rx.el.span(class_name="place-sign", title="Recent errors")),
            rx.el.span("You", class_name="place-word"),
            role="dialog",
            class_name="place me",
            attrs={**hook("account-menu-open"), "aria-label": "Your account", "title": "Your account"},
        ),
        popover(
            _MENU,
            _profile(is_here=is_here),
            link(
                icon("gear"),
                "Settings",
                href="/settings",
                class_name="menu-item",
                custom_attrs={**hook("settings-icon"), "onClick": _CLOSE},
            ),
            rx.cond(ErrorStore.history.length() > 0, error_history()),
            rx.el.button(
                icon("leave"),
                "Sign out",
                type="button",
                class_name="menu-item",
                on_click=AccountStore.sign_out,
                custom_attrs=hook("account-sign-out"),
            ),
            label="Your account",
            position="bottom-left",
            class_name="menu account-menu",
        ),
    )


def _picture() -> rx.Component:
    return avatar(AccountStore.initials, AccountStore.hue, AccountStore.avatar_url)


def _profile(*, is_here: bool) -> rx.Component:
    return link(
        _picture(),
        rx.el.span(
            rx.el.strong(rx.el.bdi(AccountStore.display_name)),
            rx.el.span("@", AccountStore.username, class_name="faint"),
            class_name="menu-names",
        ),
        href="/settings",
        class_name="menu-item menu-profile",
        custom_attrs={
            **hook("settings-link"),
            "aria-current": "page" if is_here else "false",
            "data-autofocus": "true",
            "onClick": _CLOSE,
        },
    )
