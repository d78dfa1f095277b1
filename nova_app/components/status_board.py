"""How Nova is doing: figures with their course, errors by kind, and what fires."""

from __future__ import annotations

import reflex as rx

from nova_app.components.icons import icon
from nova_app.components.links import link
from nova_app.components.load_states import load_failed, load_states
from nova_app.components.test_ids import hook
from nova_app.stores import StatusStore
from nova_app.stores.status import AlertItem, FigureItem, KindItem
from nova_app.stores.vars import ItemVar, choose, match_text


def status_board() -> rx.Component:
    """Render the whole board; says apart loading, failed, and what is no longer fresh."""
    return rx.el.div(
        load_states(
            StatusStore.state,
            loading=rx.el.p("Loading…", class_name="faint", role="status"),
            what="The status was",
            failed=load_failed(
                "The status could not be loaded.",
                StatusStore.problem_code,
                StatusStore.problem_text,
                retry=StatusStore.retry,
                testid="status-retry",
            ),
            content=rx.cond(
                StatusStore.is_admin,
                rx.fragment(_verdict(), _figures(), _alerts(), _kinds(), _links()),
                _sentence(),
            ),
        ),
        class_name="status-board",
        custom_attrs=hook("status-board", state=StatusStore.state),
    )


def _sentence() -> rx.Component:
    return rx.el.p(
        choose(
            StatusStore.is_well,
            "Nova is working normally.",
            "Nova has a problem right now. The people who run it can see what it is.",
        ),
        role="status",
        custom_attrs=hook("status-sentence"),
    )


def _verdict() -> rx.Component:
    """Say whether all is well, since when it runs, and how old that is."""
    is_good = StatusStore.verdict == "good"
    is_stale = StatusStore.state == "stale"
    return rx.el.div(
        rx.cond(is_good & ~is_stale, icon("check"), icon("alert")),
        rx.el.h2(_verdict_text(), custom_attrs=hook("status-verdict")),
        rx.el.div(_freshness()),
        class_name=choose(is_good & ~is_stale, "verdict", "verdict bad"),
    )


def _verdict_text() -> rx.Var[str]:
    text = match_text(
        StatusStore.verdict,
        ("good", "All good"),
        ("alerts", "An alert is active"),
        default="Slower or less reliable than it should be",
    )
    return choose(StatusStore.state == "stale", "Not up to date", text)


def _freshness() -> rx.Component:
    fresh = rx.el.p(
        "Nova ",
        StatusStore.version,
        ", running since ",
        StatusStore.since_label,
        ". Updated ",
        StatusStore.updated_label,
        ".",
    )
    stale = rx.el.p(
        "Last updated ",
        StatusStore.updated_label,
        ". Newer figures could not be loaded; trying again automatically.",
        role="status",
        class_name="status-stale",
    )
    return rx.cond(StatusStore.state == "stale", stale, fresh)


def _figures() -> rx.Component:
    return rx.el.dl(rx.foreach(StatusStore.figures, _figure), class_name="figures")


def _figure(figure: ItemVar[FigureItem]) -> rx.Component:
    return rx.el.div(
        rx.el.dt(figure.name),
        rx.el.dd(
            rx.el.strong(figure.value, custom_attrs=hook("status-value")),
            rx.cond(figure.is_bad, rx.el.span(icon("alert"), "too high", class_name="figure-mark")),
        ),
        rx.cond(figure.path != "", rx.el.dd(_course(figure.path))),
        rx.el.dd(figure.about, class_name="faint"),
        class_name=choose(figure.is_bad, "figure bad", "figure"),
        custom_attrs={**hook("status-figure"), "data-name": figure.name},
    )


def _course(path: rx.Var[str]) -> rx.Component:
    # The last quarter of an hour; screen readers get the value beside it.
    return rx.el.div(
        rx.el.svg(rx.el.path(d=path), view_box="-1 -1 122 34", preserve_aspect_ratio="none", class_name="course"),
        rx.el.div(rx.el.span("15 min ago"), rx.el.span("now"), class_name="course-axis"),
        custom_attrs={"aria-hidden": "true"},
    )


def _alerts() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Alerts"),
        rx.match(
            StatusStore.alerts_state,
            ("off", rx.el.p("Alerting is not set up (NOVA_ALERTMANAGER_URL).", class_name="faint")),
            ("unreachable", rx.el.p(icon("alert"), "Alertmanager is not responding.", class_name="status-stale")),
            rx.cond(
                StatusStore.alerts.length() == 0,
                rx.el.p("No active alerts.", class_name="faint"),
                rx.el.ul(rx.foreach(StatusStore.alerts, _alert), class_name="alerts"),
            ),
        ),
        custom_attrs={"aria-label": "Alerts"},
    )


def _alert(alert: ItemVar[AlertItem]) -> rx.Component:
    return rx.el.li(
        rx.el.strong(alert.summary),
        rx.el.span(alert.severity, " · since ", alert.since, class_name="faint"),
        rx.el.span(
            link("Runbook", href=alert.runbook_url, reload_document=True, custom_attrs=hook("alert-runbook")),
            link("Dashboard", href=alert.dashboard_url, reload_document=True, custom_attrs=hook("alert-dashboard")),
            class_name="alert-links",
        ),
        custom_attrs={**hook("status-alert"), "data-severity": alert.severity},
    )


def _kinds() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Errors shown to people"),
        rx.el.p("In all browsers, since the server started.", class_name="faint"),
        rx.cond(
            StatusStore.kinds.length() == 0,
            rx.el.p("None.", class_name="faint"),
            rx.el.dl(rx.foreach(StatusStore.kinds, _kind), class_name="kinds"),
        ),
        custom_attrs={"aria-label": "Errors shown to people"},
    )


_KIND_NAMES = {
    "NETWORK_ERROR": "Network errors",
    "TIMEOUT": "Timeouts",
    "UNAUTHORIZED": "Not signed in",
    "FORBIDDEN": "Not allowed",
    "NOT_FOUND": "Not found",
    "VALIDATION_ERROR": "Invalid input",
    "RATE_LIMITED": "Rate limits",
    "SERVER_ERROR": "Server errors",
    "UNKNOWN": "Other errors",
}


def _kind(item: ItemVar[KindItem]) -> rx.Component:
    return rx.el.div(rx.el.dt(match_text(item.kind, *_KIND_NAMES.items(), default=item.kind)), rx.el.dd(item.count))


def _links() -> rx.Component:
    return rx.cond(
        StatusStore.dashboards_url != "",
        rx.el.p(
            link(
                "All dashboards",
                href=StatusStore.dashboards_url,
                reload_document=True,
                custom_attrs=hook("dashboards-link"),
            )
        ),
    )
