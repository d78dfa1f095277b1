"""Sockets that say nothing: what they cost at rest, and when all of them come at once."""

from __future__ import annotations

import time

from benchmarks.side_by_side.load.generator import Figures, Generator
from benchmarks.side_by_side.machine import cpu_seconds, memory_kb
from benchmarks.side_by_side.works.base import Bench, Work

FIRST = 50
"""Open before memory is first read: what the first socket alone loads is not what a socket costs."""
SETTLE_SECONDS = 1.0


def idle(name: str = "idle") -> Work:
    """Memory of sockets at rest."""

    def measure(bench: Bench, generator: Generator) -> Figures:
        base = memory_kb(bench.server.pid)
        generator.open(0, FIRST)
        time.sleep(SETTLE_SECONDS)
        before, count = memory_kb(bench.server.pid), bench.layout.connections - FIRST
        generator.open(FIRST, count)
        time.sleep(SETTLE_SECONDS)
        return {"kb_per_socket": (memory_kb(bench.server.pid) - before) / count, "base_mb": base / 1024}

    return Work(name, measure)


def storm() -> Work:
    """Sockets that all come at once."""

    def measure(bench: Bench, generator: Generator) -> Figures:
        before, count = cpu_seconds(bench.server.pid), bench.layout.connections
        opened = generator.open(0, count, at_once=count)
        spent = cpu_seconds(bench.server.pid) - before
        return {"storm_seconds": opened["seconds"], "storm_cpu": spent, "turned_away": opened["turned_away"]}

    return Work("storm", measure)
