"""What a deployment may add: figures that are kept for longer, unusual hours, fewer series.

Pure: makes other texts of ``prometheus.yml`` from the one that is written by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from monitoring.queries import names_used
from nova_app.observability.catalogue import FAMILIES, PROBE
from nova_app.observability.family import HISTOGRAM

ANOMALY, COST, LONG_TERM = "anomaly", "cost", "long-term"
OVERLAYS = (ANOMALY, COST, LONG_TERM)
LONG_TERM_URL = "http://long-term:8428/api/v1/write"
"""Where samples are sent: VictoriaMetrics in the overlay; any store that takes remote write does."""
KEPT_LONG = r".+:.+|up|nova_build_info|nova_users|nova_conversations|nova_stored_messages|nova_active_users"
"""What is worth years: what rules computed, and how many there were."""

COARSER: Mapping[str, Sequence[float]] = {
    "http_request_duration_seconds": (0.01, 0.05, 0.25, 5.0),
    "nova_frontend_api_duration_seconds": (0.1, 0.5, 2, 10),
}
"""Bounds that the two largest families can do without; none of them is the threshold of an alert."""
OWN_JOBS = ("nova", "nova-prober")
NARROWED = {"prometheus": "prometheus_", "alertmanager": "alertmanager_", "grafana": "grafana_build", "node": "node_"}
"""Jobs of which only what rules and panels read is kept; others are watched by panels of your own."""

_JOB = re.compile(r"^  - job_name: (\S+)\n", re.MULTILINE)


def prometheus_config(text: str, overlays: Sequence[str], *, url: str = LONG_TERM_URL) -> str:
    """The configuration with these overlays.

    Args:
        url: Where to send what is kept for longer.
    """
    if COST in overlays:
        text = _with_cost(text)
    if LONG_TERM in overlays:
        text = _with_long_term(text, url)
    return text


def _with_cost(text: str) -> str:
    text = text.replace("  scrape_interval: 15s", "  scrape_interval: 30s")
    text = text.replace("  evaluation_interval: 15s", "  evaluation_interval: 30s")

    def narrowed(found: re.Match[str]) -> str:
        lines = _relabelings(found.group(1))
        return found.group(0) + ("    metric_relabel_configs:\n" + "".join(lines) if lines else "")

    return _JOB.sub(narrowed, text)


def _relabelings(job: str) -> list[str]:
    if job in OWN_JOBS:
        thinner = [
            _rule("drop", ("__name__", "le"), rf"{name}_bucket;({_either(map(_bound, bounds))})")
            for name, bounds in COARSER.items()
        ]
        return [_rule("drop", ("__name__",), _either(_unread())), *thinner]
    if job in NARROWED:
        return [_rule("keep", ("__name__",), _either(sorted(_read(NARROWED[job]))))]
    return [_rule("drop", ("__name__",), "(go|promhttp|process)_.+")]


def _rule(action: str, labels: Sequence[str], regex: str) -> str:
    source = f"        source_labels: [{', '.join(labels)}]\n"
    return f"      - action: {action}\n{source}        regex: {json.dumps(regex)}\n"


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


def _with_long_term(text: str, url: str) -> str:
    return f"""{text}
# Kept for longer elsewhere: what rules computed. Mimir takes it at /api/v1/push, Thanos at /api/v1/receive.
remote_write:
  - url: {url}
    queue_config:
      max_shards: 4
    write_relabel_configs:
      - action: keep
        source_labels: [__name__]
        regex: {json.dumps(KEPT_LONG)}
"""
