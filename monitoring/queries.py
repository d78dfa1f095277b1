"""All queries, with their sources."""

from __future__ import annotations

from collections.abc import Iterator

from monitoring.alerts import ALERTS, OPTIONAL
from monitoring.alerts.anomaly import RECORDS as ANOMALY_RECORDS
from monitoring.dashboards import DASHBOARDS
from monitoring.names import names_in
from monitoring.recording import RECORDS

EVERY_RECORD = {**RECORDS, **ANOMALY_RECORDS}


def queries(*, is_bare: bool = False) -> Iterator[tuple[str, str]]:
    """The source of a query, and the query.

    Args:
        is_bare: Without what comes with the overlays.
    """
    added = [] if is_bare else [alert for alerts in OPTIONAL.values() for alert in alerts]
    for alert in (*ALERTS, *added):
        yield f"alert {alert.name}", alert.rule
        for question, query in alert.diagnosis:
            yield f"runbook of {alert.name}: {question}", query
    for name, expr in (RECORDS if is_bare else EVERY_RECORD).items():
        yield f"record {name}", expr
    for uid, dashboard in DASHBOARDS.items():
        for panel in dashboard.panels:
            for expr, _ in panel.queries:
                yield f"panel {uid}: {panel.title}", expr


def names_used(*, is_bare: bool = False) -> set[str]:
    """The names of all series that a rule, a runbook or a panel reads."""
    return set().union(*(names_in(expr) for _, expr in queries(is_bare=is_bare)))
