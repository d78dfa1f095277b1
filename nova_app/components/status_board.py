"""How Nova is doing: figures with their course, errors by kind, and what fires."""

from __future__ import annotations

import reflex as rx

from nova_app.components.icons import icon
from nova_app.components.links import link
from nova_app.components.load_states import bone, load_failed, load_states, skeleton
from nova_app.components.test_ids import hook
from nova_app.stores import StatusStore
from nova_app.stores.status import AlertItem, FigureItem, HalfHourItem, KindItem
from nova_app.stores.vars import ItemVar, choose, match_text

WIDTH, HEIGHT = 120, 32
"""The size of the field of a course; as ``services/status.py`` draws it."""


def status_board() -> rx.Component:
    """Render the whole board; says apart loading, failed, and what is no longer fresh."""
    return rx.el.div(
        load_states(
            StatusStore.state,
            loading=rx.fragment(rx.el.p("Loading…", class_name="visually-hidden", role="status"), _skeleton()),
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
                rx.fragment(_verdict(), _figures(), _day(), _alerts(), _kinds(), _links()),
                _sentence(),
            ),
        ),
        class_name="status-board",
        custom_attrs=hook("status-board", state=StatusStore.state),
    )


def _skeleton() -> rx.Component:
    tiles = (rx.el.div(bone("line short"), bone(), bone("tall"), class_name="figure") for _ in range(8))
    return skeleton(
        rx.el.div(bone("avatar"), bone("line short"), class_name="verdict"),
        rx.el.div(*tiles, class_name="figures"),
        class_name="status-board skeleton",
    )


def _sentence() -> rx.Component:
    return rx.el.div(
        rx.cond(StatusStore.is_well, icon("check"), icon("alert")),
        rx.el.p(
            choose(
                StatusStore.is_well,
                "Nova is working normally.",
                "Nova has a problem right now. The people who run it can see what it is.",
            ),
            role="status",
            custom_attrs=hook("status-sentence"),
        ),
        class_name=choose(StatusStore.is_well, "verdict alone", "verdict alone bad"),
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
        rx.cond(figure.path != "", rx.el.dd(_course(figure))),
        rx.el.dd(figure.about, class_name="faint"),
        rx.cond(figure.limit != "", rx.el.dd("Alert above ", figure.limit, class_name="course-limit-word")),
        class_name=choose(figure.is_bad, "figure bad", "figure"),
        custom_attrs={**hook("status-figure"), "data-name": figure.name},
    )


def _course(figure: ItemVar[FigureItem]) -> rx.Component:
    # The last quarter of an hour; screen readers get the value beside it.
    return rx.el.div(
        rx.el.div(rx.el.span(figure.top), rx.el.span("0"), class_name="course-scale"),
        rx.el.svg(
            rx.el.path(d=figure.path + f" L{WIDTH},{HEIGHT} L0,{HEIGHT} Z", class_name="course-ground"),
            rx.el.path(d=figure.path),
            rx.cond(figure.limit_path != "", rx.el.path(d=figure.limit_path, class_name="course-limit")),
            view_box=f"0 0 {WIDTH} {HEIGHT}",
            preserve_aspect_ratio="none",
            class_name="course",
        ),
        rx.el.div(
            rx.el.span("15 min ago"),
            rx.el.span("now"),
            class_name="course-axis",
        ),
        class_name="course-frame",
        custom_attrs={"aria-hidden": "true"},
    )


def _day() -> rx.Component:
    """Render the last 24 hours, half an hour each."""
    number = StatusStore.bad_half_hours
    return rx.el.section(
        rx.el.h2("Last 24 hours"),
        rx.el.div(
            rx.foreach(StatusStore.day, _half_hour), class_name="status-day", custom_attrs={"aria-hidden": "true"}
        ),
        rx.el.div(
            rx.el.span("24 hours ago"),
            rx.el.span("now"),
            class_name="course-axis",
            custom_attrs={"aria-hidden": "true"},
        ),
        rx.el.p(
            choose(
                number == 0,
                "No figure was too high since the server started.",
                rx.Var.create("A figure was too high in ")
                + number.to_string()
                + choose(number == 1, " half-hour period.", " half-hour periods."),
            ),
            class_name="faint",
            custom_attrs=hook("status-day"),
        ),
        custom_attrs={"aria-label": "Last 24 hours"},
    )


def _half_hour(half: ItemVar[HalfHourItem]) -> rx.Component:
    return rx.el.span(title=half.label, class_name="half-hour", custom_attrs={"data-state": half.state})


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
