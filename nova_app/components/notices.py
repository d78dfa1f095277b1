"""Errors apart from rows and banner: what happened, whether anything is lost, what to do."""

from __future__ import annotations

from typing import Any, Literal

import reflex as rx
from reflex.experimental.client_state import ClientStateVar
from reflex_base.vars.number import NumberVar

from nova_app.components.account_news import account_news
from nova_app.components.error_text import error_text
from nova_app.components.icons import icon
from nova_app.components.links import reload_link, sign_in_link
from nova_app.components.test_ids import hook, shortcut
from nova_app.stores import ErrorStore
from nova_app.stores.base import with_args
from nova_app.stores.errors import Notice
from nova_app.stores.vars import ItemVar, choose, match_component

_SHOWN_WIDE = 3
_ALL_SHOWN = ClientStateVar.create("allNoticesShown", default=False)


def error_notifications(max_notifications: int = 5) -> rx.Component:
    """Render the notices, the newest on top; what speaks exists before there is one.

    A few are drawn, one on narrow screens; a button shows the rest. They stay while the pointer or the focus is on
    them; F6 or Alt+T moves there, Escape dismisses. What asks for nothing (a wait, a message kept) speaks politely.

    Args:
        max_notifications: So many are shown at once, from 1 to 5; the newest stay.
    """
    shown = ErrorStore.notices.to(list[Notice])[-max_notifications:].reverse()
    return rx.el.section(
        _speaking(
            "alert", rx.foreach(shown, lambda notice, at: rx.cond(_is_calm(notice), rx.fragment(), _notice(notice, at)))
        ),
        _speaking(
            "status",
            rx.foreach(shown, lambda notice, at: rx.cond(_is_calm(notice), _notice(notice, at), rx.fragment())),
        ),
        rx.cond(shown.length() > 1, _rest(shown.length())),
        _speaking("status", account_news()),
        class_name=choose(_ALL_SHOWN.value, "notices all", "notices"),
        custom_attrs={**hook("notices"), **shortcut("F6", "Alt+T", is_global=True), "aria-label": "Notifications"},
    )


def _rest(number: NumberVar[int]) -> rx.Component:
    """Render the button that shows every notice, or few again; how many are behind it depends on the width."""
    return rx.el.button(
        rx.cond(
            _ALL_SHOWN.value,
            "Show fewer",
            rx.fragment(
                rx.el.span(number - _SHOWN_WIDE, " more", class_name="notices-rest-wide"),
                rx.el.span(number - 1, " more", class_name="notices-rest-narrow"),
            ),
        ),
        type="button",
        class_name=choose(number > _SHOWN_WIDE, "notices-rest", "notices-rest only-narrow"),
        on_click=_ALL_SHOWN.set_value(~_ALL_SHOWN.value),
        custom_attrs={**hook("notices-more"), "aria-expanded": choose(_ALL_SHOWN.value, "true", "false")},
    )


def _is_calm(notice: ItemVar[Notice]) -> Any:
    return (notice.kind == "RATE_LIMITED") | (notice.code == "saved_offline")


def _speaking(role: Literal["alert", "status"], notices: Any) -> rx.Component:
    # A notice is read out when it comes: not again for each count and second.
    return rx.el.div(
        notices,
        role=role,
        class_name="notices-list",
        custom_attrs={"aria-atomic": "false", "aria-relevant": "additions"},
    )


def _notice(notice: ItemVar[Notice], at: NumberVar[int]) -> rx.Component:
    return rx.el.div(
        rx.cond(_is_calm(notice), icon("clock"), icon("alert")),
        rx.el.div(
            rx.el.p(
                error_text(notice.code, notice.text),
                rx.cond(notice.wait_label != "", rx.fragment(" (", notice.wait_label, ")")),
                _times(notice),
            ),
            rx.el.div(_retry(notice), _action(notice), class_name="notice-actions"),
            class_name="notice-body",
        ),
        rx.el.button(
            icon("close"),
            type="button",
            class_name="icon-button",
            on_click=with_args(ErrorStore.dismiss, notice.id),
            custom_attrs={**hook("notice-dismiss"), **shortcut("Escape"), "aria-label": "Dismiss"},
        ),
        key=notice.id,
        class_name=choose(_is_calm(notice), "notice calm", "notice")
        + choose(at >= _SHOWN_WIDE, " rest", choose(at > 0, " rest-narrow", "")),
        custom_attrs=hook("notice", kind=notice.kind, count=notice.count, code=notice.code, id=notice.id),
    )


def _times(notice: ItemVar[Notice]) -> rx.Component:
    # A session ends once, however many calls find out.
    is_announced = (notice.count > 1) & (notice.kind != "UNAUTHORIZED")
    return rx.cond(is_announced, rx.fragment(" (", notice.count, " times)"), rx.fragment())


def _retry(notice: ItemVar[Notice]) -> rx.Component:
    """Render a button that is enabled when its time has come."""
    return rx.cond(
        notice.can_retry & (notice.wait_label == ""),
        _button("Retry", with_args(ErrorStore.retry, notice.id), "notice-retry"),
    )


def _action(notice: ItemVar[Notice]) -> rx.Component:
    return match_component(
        notice.action,
        ("sign_in", sign_in_link(class_name="link-button", custom_attrs=hook("notice-sign-in"))),
        ("reload", reload_link("Reload", class_name="link-button", custom_attrs=hook("notice-reload"))),
        ("copy", _copy(notice, "notice-copy")),
        ("edit", _button("Edit", ErrorStore.edit, "notice-edit")),
        default=rx.fragment(),
    )


def _copy(notice: ItemVar[Notice], testid: str) -> rx.Component:
    label = choose(ErrorStore.copied == notice.id, "Copied", "Copy details")
    return _button(label, with_args(ErrorStore.copy, notice.id), testid)


def _button(label: Any, action: Any, testid: str) -> rx.Component:
    return rx.el.button(label, type="button", class_name="link-button", on_click=action, custom_attrs=hook(testid))


def error_history() -> rx.Component:
    """Render the errors since this page was loaded; earlier ones are in the file. Not shown while there are none."""
    return rx.el.details(
        rx.el.summary("Recent errors (", ErrorStore.history.length(), ")", custom_attrs=hook("error-history-toggle")),
        rx.el.ul(
            rx.foreach(ErrorStore.history, _line),
            tab_index=0,
            custom_attrs={**hook("error-history-list"), "aria-label": "Recent errors, scrollable"},
        ),
        rx.el.div(
            _button("Save as file", ErrorStore.save_log, "errors-save"),
            _button("Clear", ErrorStore.clear_log, "errors-clear"),
            class_name="notice-actions",
        ),
        class_name="error-history",
        custom_attrs=hook("error-history"),
    )


def _line(line: ItemVar[Notice]) -> rx.Component:
    return rx.el.li(
        rx.el.span(line.time_label, class_name="faint"),
        rx.el.span(" ", error_text(line.code, line.text)),
        _times(line),
        rx.cond(line.request_id != "", rx.el.span(" ", line.request_id, class_name="faint"), rx.fragment()),
        rx.cond(
            line.can_retry, rx.fragment(" ", _button("Retry", with_args(ErrorStore.retry, line.id), "problem-retry"))
        ),
        rx.cond(line.action == "copy", rx.fragment(" ", _copy(line, "problem-copy"))),
        key=line.id,
    )
