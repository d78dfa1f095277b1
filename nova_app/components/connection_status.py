"""The connection, always in sight: what it is, what is waiting, and what a person can do."""

from __future__ import annotations

import re
from typing import Any, Literal

import reflex as rx

from nova_app.components.banners import BANNERS
from nova_app.components.icons import icon
from nova_app.components.links import reload_link, sign_in_link
from nova_app.components.popovers import Position, popover, popover_button
from nova_app.components.test_ids import hook
from nova_app.stores import ConnectionStore, ConversationStore
from nova_app.stores.vars import choose, match_component

_FIGURES = "connection-figures"


def connection_status(
    position: Position | Literal["inline"] = "top-right", *, show_metrics: bool = False
) -> rx.Component:
    """Render the detailed widget: dot and label, and on demand the figures.

    Not a live region: the banner announces to screen readers what matters.

    Args:
        position: The corner of the screen that it is in; ``inline`` shows the figures in the text's flow.
        show_metrics: Offer the figures (closed at first).
    """
    shown = rx.el.span(
        rx.el.span(class_name="status-dot", custom_attrs={"aria-hidden": "true"}),
        rx.el.span(ConnectionStore.label, class_name="status-word"),
        class_name="status",
        custom_attrs=_state(),
    )
    if not show_metrics:
        return shown
    label = rx.el.span("Connection details", class_name="visually-hidden")
    if position == "inline":
        return rx.el.details(
            rx.el.summary(shown, label, custom_attrs=hook("connection-details")),
            rx.el.div(_figures(), class_name="status-figures"),
            class_name="status-details",
        )
    return rx.fragment(
        popover_button(
            _FIGURES, shown, label, role="group", class_name="status-button", attrs=hook("connection-details")
        ),
        popover(
            _FIGURES,
            _figures(),
            label="Connection details",
            role="group",
            position=position,
            class_name="status-figures",
        ),
    )


def connection_sign() -> rx.Component:
    """Render the sign of the connection; one click opens the figures.

    Quiet while all is well, and loud in form and colour while it is not; its word is there for screen readers
    and on hover.
    """
    is_well = (ConnectionStore.state == "CONNECTED") & ConnectionStore.synced
    shown = rx.el.span(
        rx.cond(is_well, icon("link"), icon("link-off")),
        rx.el.span(ConnectionStore.label, class_name="status-word visually-hidden"),
        class_name="status",
        title=ConnectionStore.label,
        custom_attrs=_state(),
    )
    label = rx.el.span("Connection details", class_name="visually-hidden")
    return rx.fragment(
        popover_button(
            _FIGURES, shown, label, role="group", class_name="status-button", attrs=hook("connection-details")
        ),
        popover(
            _FIGURES,
            rx.el.p(ConnectionStore.label, class_name="status-heading", custom_attrs={"aria-hidden": "true"}),
            _figures(),
            label="Connection details",
            role="group",
            position="bottom-left",
            class_name="status-figures",
        ),
    )


def _state() -> dict[str, Any]:
    return hook(
        "connection-status",
        state=ConnectionStore.state,
        reason=ConnectionStore.reason,
        synced=choose(ConnectionStore.synced, "true", "false"),
    )


def _figures() -> rx.Component:
    figures = ConnectionStore.metrics
    rows = (
        ("Last contact", figures.last_contact),
        ("Round trip", figures.round_trip),
        ("Reconnects", figures.reconnects),
        ("Downtime", figures.downtime),
        ("Unsent messages", figures.queued),
    )
    return rx.el.dl(
        *(rx.el.div(rx.el.dt(label), rx.el.dd(value)) for label, value in rows),
    )


def connection_indicator() -> rx.Component:
    """Render the compact widget: a symbol whose form differs by state, with the label as its text."""
    return rx.el.span(
        rx.match(
            ConnectionStore.state,
            ("CONNECTED", icon("check")),
            ("FAILED", icon("alert")),
            ("CLOSED", icon("close")),
            icon("clock"),
        ),
        rx.el.span(ConnectionStore.label, class_name="visually-hidden"),
        title=ConnectionStore.label,
        class_name="status-indicator",
        custom_attrs={"data-state": ConnectionStore.state},
    )


def outbox_count() -> rx.Component:
    """Render how many messages wait to be sent; hidden from the eye while there are none."""
    return rx.el.span(
        rx.el.span(ConversationStore.outbox_count, custom_attrs=hook("outbox-count")),
        rx.el.span(" waiting", class_name="visually-hidden"),
        class_name=choose(ConversationStore.outbox_count == 0, "waiting visually-hidden", "waiting"),
        title="Messages that wait to be sent",
    )


def connection_banner() -> rx.Component:
    """Render what happened, what it means and what to do, once it is worth saying.

    Beside it lives the page's one polite live region for the connection: it announces the
    beginning and the end of trouble, never the countdown.
    """
    return rx.el.div(
        rx.cond(ConnectionStore.banner != "", _banner()),
        rx.el.p(_said(ConnectionStore.announcement), role="status", class_name="visually-hidden"),
        # Not `:has(.banner)` in the style sheets: browsers would search the whole page for one at each change of a row.
        class_name=choose(ConnectionStore.banner != "", "banner-frame shown", "banner-frame"),
    )


def _banner() -> rx.Component:
    return rx.el.div(
        rx.el.span(_said(ConnectionStore.banner), class_name="banner-text"),
        rx.cond(
            ConnectionStore.banner_seconds > 0,
            rx.el.span(
                "Trying again in ",
                ConnectionStore.banner_seconds,
                " s.",
                class_name="banner-countdown",
                custom_attrs={"aria-hidden": "true"},
            ),
        ),
        rx.match(
            ConnectionStore.banner,
            *((about, _offer(banner.action)) for about, banner in BANNERS.items() if banner.action),
            rx.fragment(),
        ),
        class_name="banner",
        custom_attrs=hook("connection-banner", about=ConnectionStore.banner),
    )


def _said(about: rx.Var[str]) -> rx.Component:
    return match_component(
        about, *((name, _fill(banner.text)) for name, banner in BANNERS.items()), default=rx.fragment()
    )


def _fill(text: str) -> rx.Component:
    parts = re.split(r"(\{waiting\}|\{sent\})", text)
    counts = {
        "{waiting}": _counted(ConnectionStore.queued, "waiting message"),
        "{sent}": _counted(ConnectionStore.sent, "message"),
    }
    return rx.fragment(*(counts.get(part, part) for part in parts))


def _counted(count: rx.Var[int], noun: str) -> rx.Component:
    return rx.fragment(count, choose(count == 1, f" {noun}", f" {noun}s"))


def _offer(action: str) -> rx.Component:
    if action in {"retry", "use_here"}:
        return _retry("Try now" if action == "retry" else "Use here")
    # Full navigations on purpose: all state is created again.
    if action == "sign_in":
        return sign_in_link(class_name="banner-action", custom_attrs=hook("connection-sign-in"))
    return reload_link("Reload", class_name="banner-action", custom_attrs=hook("connection-reload"))


def _retry(label: str) -> rx.Component:
    return rx.el.button(
        label,
        on_click=ConnectionStore.retry,
        class_name="banner-action",
        type="button",
        custom_attrs=hook("connection-retry"),
    )
