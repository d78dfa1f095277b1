"""A member who stops reading: what the others notice."""

from __future__ import annotations

from benchmarks.side_by_side.load.generator import Figures, Generator
from benchmarks.side_by_side.works.base import Bench, Work

PER_SECOND = 1_000
FILL_SECONDS = 1.5
"""The stalled member's buffers are full by then; it is closed only after ten seconds."""


def stalled() -> Work:
    """The same load twice, with everybody reading and with one who does not; the last connection is the one."""

    def measure(bench: Bench, generator: Generator) -> Figures:
        last = bench.layout.connections - 1
        generator.open(0, last)
        with_all = generator.rate(PER_SECOND, warm=FILL_SECONDS, seconds=bench.seconds)
        generator.open(last, 1, is_stalled=True)
        with_one = generator.rate(PER_SECOND, warm=FILL_SECONDS, seconds=bench.seconds)
        return {
            "p99_ms": with_all["p99_ms"],
            "p99_stalled_ms": with_one["p99_ms"],
            "stalled_ratio": with_one["p99_ms"] / max(with_all["p99_ms"], 0.001),
            "stalled_cpu": with_one["server_cpu"] / max(with_all["server_cpu"], 1e-6),
        }

    return Work("stalled", measure)
