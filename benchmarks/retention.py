"""What Prometheus keeps: series, samples a second, bytes a sample; and what 30 days of it take.

Runs the real Nova with people who talk, the prober and the machine's exporter under the real
Prometheus with the configuration of a deployment, at its real intervals, and then has
Prometheus write down what it took in (a snapshot: blocks as they lie on the disk).

``python benchmarks/retention.py [minutes [overlay …]]``; 30 unless given, because a chunk that is
cut early looks larger than it is. Ends by itself; loopback only.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.serving import free_port
from monitoring.stack import Stack

ROOT = Path(__file__).parents[1]
DAYS = 30
SECONDS_A_DAY = 86_400
CAP_BYTES = 5 * 1024**3
ROOM_FOR_WORK = 1.3
"""Beside the blocks: the log of the last hours, and compaction that has the old and the new."""


@contextlib.contextmanager
def running(directory, overlays):
    """Nova with people, the prober, and Prometheus over all of it."""
    nova, prober, node, prometheus, manager = (free_port() for _ in range(5))
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("NOVA_")},
        "NOVA_PORT": str(nova),
        "NOVA_PROBE_PORT": str(prober),
        "NOVA_DATA_DIR": str(directory / "data"),
    }
    targets = {
        "nova": [f"127.0.0.1:{nova}"],
        "nova-prober": [f"127.0.0.1:{prober}"],
        "prometheus": [f"127.0.0.1:{prometheus}"],
        "alertmanager": [f"127.0.0.1:{manager}"],
        "node": [f"127.0.0.1:{node}"],
    }
    secrets = {"slack_url": "http://127.0.0.1:1/", "pagerduty_key": "none", "metrics_token": "none"}
    flags = ["--web.enable-admin-api"]
    stack = Stack(directory / "stack", prometheus, manager, targets, secrets, flags=flags, overlays=overlays)
    stack.write()
    try:
        for command in ("demo", "probe"):
            with (directory / f"{command}.log").open("wb") as log:
                stack.processes.append(
                    subprocess.Popen([sys.executable, "-m", "nova_app", command], cwd=ROOT, env=environ, stderr=log)
                )
        stack.start()
        stack.start_node_exporter(node)
        yield stack
    finally:
        stack.stop()


def ask(stack, query):
    answer = httpx.get(f"{stack.prometheus}/api/v1/query", params={"query": query}, timeout=30).json()
    return answer["data"]["result"]


@dataclass(frozen=True, slots=True)
class Kept:
    """What Prometheus took in and what that is on the disk."""

    samples_a_scrape: dict[str, int]
    samples_a_second: float
    messages_a_second: float
    down: list[str]
    chunks: int
    index: int
    samples: int
    series: int


def look(stack):
    """Ask, and have everything written down as blocks."""
    rows = ask(stack, "sum by (job) (scrape_samples_post_metric_relabeling)")
    answer = httpx.post(f"{stack.prometheus}/api/v1/admin/tsdb/snapshot", timeout=120).raise_for_status().json()
    folder = stack.directory / "prometheus-data" / "snapshots" / answer["data"]["name"]
    figures = [json.loads(path.read_text())["stats"] for path in folder.glob("*/meta.json")]
    return Kept(
        {row["metric"]["job"]: int(row["value"][1]) for row in rows},
        number(stack, "sum(rate(prometheus_tsdb_head_samples_appended_total[5m]))"),
        number(stack, 'sum(rate(nova_messages_accepted_total{job="nova"}[5m]))'),
        [row["metric"]["job"] for row in ask(stack, "up == 0")],
        sum(path.stat().st_size for path in folder.glob("*/chunks/*")),
        sum(path.stat().st_size for path in folder.glob("*/index")),
        sum(found["numSamples"] for found in figures),
        sum(found["numSeries"] for found in figures),
    )


def number(stack, query):
    return float(ask(stack, query)[0]["value"][1])


def main():
    """Run, measure, print; the exit code is 1 if the cap does not fit."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    with tempfile.TemporaryDirectory() as directory, running(Path(directory), sys.argv[2:]) as stack:
        time.sleep(minutes * 60)
        kept = look(stack)
    return report(minutes, kept)


def report(minutes, kept):
    size = kept.chunks + kept.index
    each = size / kept.samples
    month = each * kept.samples_a_second * SECONDS_A_DAY * DAYS
    need = month * ROOM_FOR_WORK
    print(
        f"{minutes:g} minutes of a deployment's configuration, {kept.messages_a_second:.1f} messages a second; ", end=""
    )
    print(f"down: {kept.down or 'nothing'}")
    for job, samples in sorted(kept.samples_a_scrape.items(), key=lambda item: -item[1]):
        print(f"  {job:<14}{samples:>7,} samples a scrape")
    print(f"  {kept.series:,} series (with those of rules and alerts), {kept.samples_a_second:,.0f} samples a second")
    print(f"  {kept.samples:,} samples in {size:,} bytes: {each:.2f} bytes a sample ", end="")
    print(f"(chunks {kept.chunks / kept.samples:.2f}, index {kept.index / kept.samples:.2f})")
    print(f"  {month / DAYS / 1e6:,.0f} MB a day, {month / 1e9:.2f} GB in {DAYS} days, ", end="")
    print(f"{need / 1e9:.2f} GB with room for work")
    print(f"  the cap is {CAP_BYTES / 1e9:.2f} GB: {'fits' if need <= CAP_BYTES else 'TOO SMALL'}")
    return 0 if need <= CAP_BYTES and not kept.down else 1


if __name__ == "__main__":
    raise SystemExit(main())
