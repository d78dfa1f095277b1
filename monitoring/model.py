"""The definition of an alert: its rule, its runbook and the case that proves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nova_app.observability.catalogue import FAMILIES, PROBE

QUIET_MINUTES, BAD_MINUTES, CALM_MINUTES = 30, 60, 150
"""A case is quiet, then bad, then calm again."""
BUCKETS = {family.name: family.buckets for family in (*FAMILIES, *PROBE) if family.buckets}


Levels = tuple[float | None, float | None]
"""Good, bad; None for a series that is missing then."""


@dataclass(frozen=True, slots=True)
class Case:
    """Series under which an alert stays quiet, fires and resolves, minute by minute.

    Attributes:
        series: Each input series (with labels) as its levels: good, bad.  Counters are
            levels per minute. A text is promtool's own notation of the whole course.
        edge: The same with the bad level right below the threshold: nothing may fire.
        labels: What the firing alert carries besides severity, service and component.
        value: What ``{value}`` says while it fires.
    """

    series: Mapping[str, Levels | str]
    edge: Mapping[str, Levels] | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    value: str = ""
    bad_minutes: int = BAD_MINUTES
    quiet_minutes: int = QUIET_MINUTES
    calm_minutes: int = CALM_MINUTES
    fires_at: int | None = None
    """Minutes after the bad phase begins; its end unless given."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert.

    Attributes:
        expr: PromQL, with ``{threshold}`` where a number decides.
        hold: How long the expression must be true before it fires (``for``).
        keep: How long it keeps firing afterwards (``keep_firing_for``).
        description: One sentence; ``{value}`` is the expression's value, other braces are labels.
        shows: The template function of Prometheus that formats the value.
        dashboard: The dashboard that shows the figure.
        meaning, impact: For the runbook; a sentence or two each.
        diagnosis: Questions to answer, each with a query.
        mitigation: What to do, the most likely first.
    """

    name: str
    component: str
    severity: str
    expr: str
    summary: str
    description: str
    meaning: str
    impact: str
    diagnosis: Sequence[tuple[str, str]]
    mitigation: Sequence[str]
    case: Case | None
    threshold: float | None = None
    hold: str = "5m"
    keep: str = ""
    shows: str = "humanize"
    dashboard: str = "overview"

    @property
    def rule(self) -> str:
        """The expression with its threshold."""
        return self.with_threshold(self.threshold)

    def with_threshold(self, threshold: float | None) -> str:
        """The expression with another threshold."""
        return self.expr if threshold is None else self.expr.replace("{threshold}", f"{threshold:g}")


def histogram(name: str, labels: str, good: float, bad: float, *, per_minute: float = 60) -> dict[str, Levels]:
    """The buckets of observations that all take ``good`` seconds, then all ``bad``."""
    bounds = [*(float(bound) for bound in BUCKETS[name]), float("inf")]
    return {
        f'{name}_bucket{{{labels},le="{_bound(bound)}"}}': (
            per_minute if good <= bound else 0.0,
            per_minute if bad <= bound else 0.0,
        )
        for bound in bounds
    }


def at_least(name: str, by: str, window: str, number: int = 10) -> str:
    """Return a condition: the histogram has more observations than this, so that one outlier is no trend."""
    return f'sum by ({by}) (increase({name}_bucket{{job="nova",le="+Inf"}}[{window}])) > {number}'


def _bound(bound: float) -> str:
    return "+Inf" if bound == float("inf") else str(bound)
