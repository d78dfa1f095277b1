"""Every query there is, with where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from monitoring.alerts import ALERTS, OPTIONAL
from monitoring.alerts.anomaly import RECORDS as ANOMALY_RECORDS
from monitoring.dashboards import DASHBOARDS
from monitoring.names import names_in
from monitoring.recording import RECORDS

EVERY_RECORD = {**RECORDS, **ANOMALY_RECORDS}


def queries() -> Iterator[tuple[str, str]]:
    """Where it stands, and the query."""
    for alert in (*ALERTS, *(alert for alerts in OPTIONAL.values() for alert in alerts)):
        yield f"alert {alert.name}", alert.rule
        for question, query in alert.diagnosis:
            yield f"runbook of {alert.name}: {question}", query
    for name, expr in EVERY_RECORD.items():
        yield f"record {name}", expr
    for uid, dashboard in DASHBOARDS.items():
        for panel in dashboard.panels:
            for expr, _ in panel.queries:
                yield f"panel {uid}: {panel.title}", expr


def names_used() -> set[str]:
    """The names of all series that a rule, a runbook or a panel reads."""
    return set().union(*(names_in(expr) for _, expr in queries()))
