"""Optional additions to a deployment: long-term storage, unusual hours, fewer series.

Pure: makes other configurations from ``prometheus.yml``, which is written by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from monitoring.queries import names_used
from nova_app.observability.catalogue import FAMILIES, PROBE
from nova_app.observability.family import HISTOGRAM

ANOMALY, COST, LONG_TERM = "anomaly", "cost", "long-term"
OVERLAYS = (ANOMALY, COST, LONG_TERM)
LONG_TERM_URL = "http://long-term:8428/api/v1/write"
"""Where samples are sent: VictoriaMetrics in the overlay; any store that takes remote write does."""
KEPT_LONG = r".+:.+|up|nova_build_info|nova_users|nova_conversations|nova_stored_messages|nova_active_users"
"""The series that are stored for years: results of rules, and counts."""

COARSER: Mapping[str, Sequence[float]] = {
    "http_request_duration_seconds": (0.01, 0.05, 0.25, 5.0),
    "nova_frontend_api_duration_seconds": (0.1, 0.5, 2, 10),
}
"""Bounds that the two largest families can do without; none of them is the threshold of an alert."""
OWN_JOBS = ("nova", "nova-prober")
NARROWED = {"prometheus": "prometheus_", "alertmanager": "alertmanager_", "grafana": "grafana_build", "node": "node_"}
"""Jobs of which only what rules and panels read is kept; others are watched by panels of your own."""

SLOWER = {"15s": "30s"}
"""How often the shorter intervals are scraped and evaluated instead."""

Config = Mapping[str, Any]


def prometheus_config(config: Config, overlays: Sequence[str], *, url: str = LONG_TERM_URL) -> Config:
    """The configuration with these overlays.

    Args:
        url: Where to send what is kept for longer.
    """
    if COST in overlays:
        config = _with_cost(config)
    if LONG_TERM in overlays:
        config = {**config, "remote_write": [_remote_write(url)]}
    return config


def _with_cost(config: Config) -> Config:
    jobs = [
        _slower({**job, "metric_relabel_configs": _relabelings(job["job_name"])}) for job in config["scrape_configs"]
    ]
    return {**config, "global": _slower(config["global"]), "scrape_configs": jobs}


def _slower(part: Config) -> Config:
    names = ("scrape_interval", "evaluation_interval")
    return {name: SLOWER.get(value, value) if name in names else value for name, value in part.items()}


def _relabelings(job: str) -> list[Config]:
    if job in OWN_JOBS:
        thinner = [
            _rule("drop", ("__name__", "le"), rf"{name}_bucket;({_either(map(_bound, bounds))})")
            for name, bounds in COARSER.items()
        ]
        return [_rule("drop", ("__name__",), _either(_unread())), *thinner]
    if job in NARROWED:
        return [_rule("keep", ("__name__",), _either(sorted(_read(NARROWED[job]))))]
    return [_rule("drop", ("__name__",), "(go|promhttp|process)_.+")]


def _rule(action: str, labels: Sequence[str], regex: str) -> Config:
    return {"action": action, "source_labels": list(labels), "regex": regex}


def _unread() -> list[str]:
    """Sums and counts of histograms that nothing reads."""
    used = names_used()
    names = [family.name for family in (*FAMILIES, *PROBE) if family.kind == HISTOGRAM]
    patterns = []
    for part in ("sum", "count"):
        unread = [name for name in names if f"{name}_{part}" not in used]
        patterns.append(f"({_either(unread)})_{part}")
    return ["python_gc_.+", *patterns]


def _read(prefix: str) -> set[str]:
    """What Nova's rules and panels read of a program that is not Nova."""
    return {name for name in names_used() if name.startswith((prefix, "process_"))}


def _either(words: Iterable[str]) -> str:
    return "|".join(words)


def _bound(bound: float) -> str:
    return str(float(bound)).replace(".", r"\.")


def _remote_write(url: str) -> Config:
    """What rules computed, sent to a store. Mimir takes it at /api/v1/push, Thanos at /api/v1/receive."""
    return {
        "url": url,
        "queue_config": {"max_shards": 4},
        "write_relabel_configs": [
            _rule("keep", ("__name__",), KEPT_LONG),
            {"action": "labeldrop", "regex": "runbooks|dashboards"},
        ],
    }
