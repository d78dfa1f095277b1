"""Writes the files for Prometheus, Grafana and operators: ``python -m monitoring.generate [--check]``."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from monitoring import overlay
from monitoring.alerts import GROUPS, OPTIONAL
from monitoring.alerts.anomaly import RECORDS as ANOMALY_RECORDS
from monitoring.dashboards import DASHBOARDS, render_dashboard
from monitoring.model import Alert
from monitoring.recording import RECORDS
from monitoring.yaml_files import read_yaml, to_yaml

ROOT = Path(__file__).parent
RUNBOOKS = "{{ $externalLabels.runbooks }}"
DASHBOARDS_URL = "{{ $externalLabels.dashboards }}"
"""The addresses of these pages, which Prometheus fills in: the external labels of prometheus.yml."""
HEAD = "# Written by `python -m monitoring.generate`; edit monitoring/{} instead.\n"
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def render() -> dict[Path, str]:
    """Every generated file with its text."""
    files = {ROOT / "rules" / "recording.yml": render_records(RECORDS), **_render_overlays()}
    for name, alerts in GROUPS.items():
        files[ROOT / "rules" / f"alerts-{name}.yml"] = render_rules(name, alerts)
    for alerts in (*GROUPS.values(), *OPTIONAL.values()):
        files |= {ROOT / "runbooks" / f"{alert.name}.md": _runbook(alert) for alert in alerts}
    for uid, dashboard in DASHBOARDS.items():
        text = json.dumps(render_dashboard(uid, dashboard), indent=1, ensure_ascii=False)
        files[ROOT / "grafana" / "dashboards" / f"{uid}.json"] = text + "\n"
    return files


def _render_overlays() -> dict[Path, str]:
    base = read_yaml(ROOT / "prometheus.yml")
    head = "# Written by `python -m monitoring.generate` from prometheus.yml and overlay.py.\n\n"
    folder = ROOT / "overlays"
    changed = ((overlay.COST,), (overlay.LONG_TERM,), (overlay.COST, overlay.LONG_TERM))
    files = {
        folder / f"prometheus.{'.'.join(chosen)}.yml": to_yaml(overlay.prometheus_config(base, chosen), head=head)
        for chosen in changed
    }
    for name, alerts in OPTIONAL.items():
        records = [_group_records("anomaly-recording", ANOMALY_RECORDS)] if name == overlay.ANOMALY else []
        source = f"alerts/{name.replace('-', '_')}.py"
        files[folder / "rules" / f"{name}.yml"] = _render_groups(source, *records, _group_alerts(name, alerts))
    return files


def render_rules(name: str, alerts: tuple[Alert, ...], thresholds: Mapping[str, float] | None = None) -> str:
    """A group of alerts as Prometheus reads it.

    Args:
        thresholds: Other numbers for some alerts, to prove that tests notice.
    """
    return _render_groups(f"alerts/{name}.py", _group_alerts(name, alerts, thresholds))


def render_records(records: Mapping[str, str]) -> str:
    """The recording rules as Prometheus reads them."""
    return _render_groups("recording.py", *([_group_records("recording", records)] if records else []))


def _render_groups(source: str, *groups: dict[str, Any]) -> str:
    return to_yaml({"groups": list(groups)}, head=HEAD.format(source))


def _group_alerts(
    name: str, alerts: tuple[Alert, ...], thresholds: Mapping[str, float] | None = None
) -> dict[str, Any]:
    thresholds = thresholds or {}
    rules = [_rule_of(alert, thresholds.get(alert.name, alert.threshold)) for alert in alerts]
    return {"name": f"nova-{name}", "rules": rules}


def _group_records(name: str, records: Mapping[str, str]) -> dict[str, Any]:
    return {"name": f"nova-{name}", "rules": [{"record": record, "expr": expr} for record, expr in records.items()]}


def _rule_of(alert: Alert, threshold: float) -> dict[str, Any]:
    return {
        "alert": alert.name,
        "expr": alert.with_threshold(threshold),
        **({"for": alert.hold} if alert.hold != "0m" else {}),
        **({"keep_firing_for": alert.keep} if alert.keep else {}),
        "labels": labels_of(alert),
        "annotations": annotations_of(alert),
    }


def labels_of(alert: Alert) -> dict[str, str]:
    """The labels that every alert carries: without all three, inhibition would take missing for equal."""
    return {"severity": alert.severity, "service": "nova", "component": alert.component}


def annotations_of(alert: Alert) -> dict[str, str]:
    """The annotations, as Prometheus' templates."""

    def template(found: re.Match[str]) -> str:
        name = found.group(1)
        return f"{{{{ $value | {alert.shows} }}}}" if name == "value" else f"{{{{ $labels.{name} }}}}"

    return {
        "summary": alert.summary,
        "description": PLACEHOLDER.sub(template, alert.description),
        "runbook_url": f"{RUNBOOKS}/{alert.name}.md",
        "dashboard_url": f"{DASHBOARDS_URL}/nova-{alert.dashboard}",
    }


def _runbook(alert: Alert) -> str:
    diagnosis = "\n".join(f"{question}\n\n```promql\n{query}\n```\n" for question, query in alert.diagnosis)
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(alert.mitigation, 1))
    held = f" for {alert.hold}" if alert.hold != "0m" else ""
    return f"""<!-- Written by `python -m monitoring.generate`; edit monitoring/alerts instead. -->

# {alert.name}

{alert.summary}. Severity: {alert.severity}; component: {alert.component}.

## Meaning

{alert.meaning} It fires when this is true{held}:

```promql
{alert.rule}
```

## Impact

{alert.impact}

## Diagnosis

{diagnosis}
Dashboard: {alert.dashboard}.

## Mitigation

{steps}

## Verification

{_VERIFICATION[alert.severity]}

## Escalation

{_ESCALATION[alert.severity]}
"""


_VERIFICATION = {
    **dict.fromkeys(
        ("critical", "warning"), "The query above gives nothing any more, and Alertmanager sends the resolution."
    ),
    "info": "The query above gives nothing any more; no resolution is sent for this severity.",
    "none": "It is seen firing in Prometheus, and the dead man's switch outside is quiet.",
}
_ESCALATION = {
    "critical": "Answer within 15 minutes. After 30 minutes without a cause, call the second person on duty.",
    "warning": "Within the working day. If a critical alert of the same component joins it, treat it as one.",
    "info": "With the next review of the dashboards; nobody is called.",
    "none": "Treat a message of the external switch as critical: until it is fixed no alert is delivered.",
}


def main(arguments: list[str]) -> int:
    """Write stale files, or only list them with ``--check``; return the exit code."""
    files = render()
    stale = [path for path, text in files.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    folders = ("rules", "runbooks", "grafana/dashboards", "overlays/rules")
    kept = {path for folder in folders for path in (ROOT / folder).glob("*.*")}
    kept |= set((ROOT / "overlays").glob("prometheus.*.yml"))
    orphans = sorted(kept - set(files))
    if "--check" in arguments:
        for path in (*stale, *orphans):
            print(f"{path.relative_to(ROOT.parent)} is stale: run 'make codes'")
        return 1 if stale or orphans else 0
    for path in orphans:
        path.unlink()
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
