"""How Nova is doing, as the page of status shows it."""

from __future__ import annotations

from dataclasses import dataclass

from nova_app.stores.base import STATUS_RUNTIME, Action, ClientStore, Field


@dataclass(frozen=True)
class FigureItem:
    """A figure with its course, as an SVG path whose field ends at ``top``.

    ``limit_path`` is the line above which an alert fires, and ``limit`` its value; both empty where it is far away.
    """

    name: str
    value: str
    about: str
    path: str
    top: str
    is_bad: bool
    limit_path: str
    limit: str


@dataclass(frozen=True)
class KindItem:
    """How many errors of a kind pages reported."""

    kind: str
    count: int


@dataclass(frozen=True)
class HalfHourItem:
    """Half an hour: good, bad, or none where nothing was recorded."""

    state: str
    label: str


@dataclass(frozen=True)
class AlertItem:
    """An alert that fires."""

    name: str
    severity: str
    summary: str
    runbook_url: str
    dashboard_url: str
    since: str


class StatusStore(ClientStore):
    """``state`` is loading, ready, stale (the last answer is shown, a newer one did not come) or error.

    Whoever is no ``is_admin`` learns only whether Nova ``is_well``. ``verdict`` is good, alerts (one
    fires) or figures (one is too high).
    """

    store_name = "status"
    module = STATUS_RUNTIME
    use = "useStatusStore"
    actions = "statusActions"

    state = Field("loading")
    problem_code = Field("")
    problem_text = Field("")
    is_admin = Field(default=False)
    is_well = Field(default=True)
    verdict = Field("good")
    version = Field("")
    since_label = Field("")
    updated_label = Field("")
    figures = Field([], list[FigureItem])
    day = Field([], list[HalfHourItem])
    bad_half_hours = Field(0)
    kinds = Field([], list[KindItem])
    alerts_state = Field("off")
    alerts = Field([], list[AlertItem])
    dashboards_url = Field("")

    retry = Action()
