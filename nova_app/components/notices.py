"""Errors apart from rows and banner: what happened, whether anything is lost, what to do."""

from __future__ import annotations

import reflex as rx

from nova_app.components.hooks import hook
from nova_app.components.icons import icon
from nova_app.components.links import link
from nova_app.components.wording import error_words
from nova_app.stores import ErrorStore
from nova_app.stores.base import with_args
from nova_app.stores.errors import Notice


def error_notifications(max_notifications: int = 5) -> rx.Component:
    """The notices; the region exists before there is one, so that it is read out.

    They stand still while somebody points at or focuses them; F6 or Alt+T moves there.

    Args:
        max_notifications: So many are shown at once, from 1 to 5; the newest stay.
    """
    shown = ErrorStore.notices.to(list[Notice])[-max_notifications:]
    return rx.el.section(
        rx.foreach(shown, _notice),
        class_name="notices",
        custom_attrs={
            "aria-label": "Problems",
            "aria-live": "assertive",
            "aria-relevant": "additions text",
            # As attributes: both must run at once, without the server.
            "onMouseEnter": ErrorStore.pause,
            "onMouseLeave": ErrorStore.resume,
            "onFocus": ErrorStore.pause,
            "onBlur": ErrorStore.resume,
        },
    )


def _notice(notice: rx.Var[Notice]) -> rx.Component:
    return rx.el.div(
        icon("alert"),
        rx.el.div(
            rx.el.p(
                error_words(notice.code, notice.text),
                rx.cond(notice.wait_seconds > 0, rx.fragment(" (", notice.wait_seconds, " s)")),
                rx.cond(notice.count > 1, rx.el.span(" (", notice.count, " times)"), rx.fragment()),
            ),
            rx.el.div(
                rx.cond(
                    notice.can_retry,
                    rx.el.button(
                        "Retry",
                        type="button",
                        class_name="link-button",
                        on_click=with_args(ErrorStore.retry, notice.id),
                        custom_attrs=hook("notice-retry"),
                    ),
                ),
                rx.match(
                    notice.action,
                    ("sign_in", link("Sign in", href=_sign_in_href(), class_name="link-button", reload_document=True)),
                    ("reload", link("Reload", href=_here(), class_name="link-button", reload_document=True)),
                    ("copy", _copy(notice)),
                    rx.fragment(),
                ),
                class_name="notice-actions",
            ),
            class_name="notice-body",
        ),
        rx.el.button(
            icon("close"),
            type="button",
            class_name="icon-button",
            on_click=with_args(ErrorStore.dismiss, notice.id),
            custom_attrs={**hook("notice-dismiss"), "aria-label": "Dismiss"},
        ),
        key=notice.id,
        class_name="notice",
        custom_attrs=hook("notice", kind=notice.kind, count=notice.count, code=notice.code),
    )


def _copy(notice: rx.Var[Notice]) -> rx.Component:
    return rx.el.button(
        "Copy details", type="button", class_name="link-button", on_click=with_args(ErrorStore.copy, notice.id)
    )


def _here() -> rx.Var[str]:
    return rx.Var('(globalThis.location?.pathname ?? "/")').to(str)


def _sign_in_href() -> rx.Var[str]:
    """To the sign-in page, and from there back to where somebody was."""
    return rx.Var(f'("/login?next=" + encodeURIComponent({_here()!s}))').to(str)


def error_history() -> rx.Component:
    """The problems of this session, with what helps whoever runs this Nova."""
    return rx.el.details(
        rx.el.summary("Problems of this session (", ErrorStore.history.length(), ")"),
        rx.cond(
            ErrorStore.history.length() == 0,
            rx.el.p("None so far.", class_name="faint"),
            rx.el.ul(rx.foreach(ErrorStore.history, _line)),
        ),
        rx.el.div(
            rx.el.button("Save as file", type="button", class_name="link-button", on_click=ErrorStore.save_log),
            rx.el.button("Clear", type="button", class_name="link-button", on_click=ErrorStore.clear_log),
            class_name="notice-actions",
        ),
        class_name="error-history",
    )


def _line(line: rx.Var[Notice]) -> rx.Component:
    return rx.el.li(
        rx.el.span(line.time_label, class_name="faint"),
        rx.el.span(" ", error_words(line.code, line.text)),
        rx.cond(line.count > 1, rx.el.span(" (", line.count, " times)"), rx.fragment()),
        rx.cond(line.request_id != "", rx.el.span(" ", line.request_id, class_name="faint"), rx.fragment()),
        key=line.id,
    )
