"""Messages to rooms: as many as go, and few."""

from __future__ import annotations

from benchmarks.side_by_side.load.generator import Figures, Generator
from benchmarks.side_by_side.works.base import Bench, Work

WARM_SECONDS = 0.4
STEADY_PER_SECOND = 50


def looping(name: str, in_flight: int) -> Work:
    """Every ack is answered with the next message."""

    def measure(bench: Bench, generator: Generator) -> Figures:
        return _figures(bench, generator.loop(in_flight, warm=WARM_SECONDS, seconds=bench.seconds))

    return Work(name, measure)


def steady(per_second: float = STEADY_PER_SECOND) -> Work:
    """A few messages a second, as on an ordinary day."""

    def measure(bench: Bench, generator: Generator) -> Figures:
        return _figures(bench, generator.rate(per_second, warm=WARM_SECONDS, seconds=2 * bench.seconds))

    return Work("steady", measure)


def _figures(bench: Bench, measured: Figures) -> Figures:
    """What the table shows; what was sent and never arrived is said, not left out."""
    seconds, acks = measured["seconds"], max(measured["acks"], 1)
    return {
        "messages_per_second": measured["acks"] / seconds,
        "deliveries_per_second": measured["deliveries"] / seconds,
        "p50_ms": measured["p50_ms"],
        "p99_ms": measured["p99_ms"],
        "ack_p50_ms": measured["ack_p50_ms"],
        "ack_p99_ms": measured["ack_p99_ms"],
        "server_cpu": measured["server_cpu"] / seconds,
        "cpu_us_per_message": measured["server_cpu"] * 1e6 / acks,
        "generator_cpu": measured["busy"],
        "missing": measured["sent"] * bench.layout.members - measured["delivered"],
    }
