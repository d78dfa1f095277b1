"""How Nova is doing, in figures and words for the people who run it.

May import: domain, observability.history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from nova_app.observability.history import Recorder, Sample, per_minute, share, slow_latency

WIDTH, HEIGHT = 120.0, 32.0
"""The field that a course is drawn in."""
BAD_ERRORS, BAD_SECONDS, BAD_WAITING = 0.05, 1.0, 1_000
"""As in the alerts: from here on a figure is marked."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its course over the last quarter of an hour.

    Attributes:
        value: As people read it, with its unit.
        path: The course, as an SVG path in a field of ``WIDTH`` by ``HEIGHT``.
        is_bad: It is where an alert would fire.
    """

    name: str
    value: str
    about: str
    path: str
    is_bad: bool


@dataclass(frozen=True, slots=True)
class FiringAlert:
    """An alert that fires now."""

    name: str
    severity: str
    summary: str
    runbook_url: str
    dashboard_url: str
    since: str


@dataclass(frozen=True, slots=True)
class Alerts:
    """What Alertmanager says; ``state`` is off (none is configured), unreachable or known."""

    state: str
    items: Sequence[FiringAlert] = ()


class AlertSource(Protocol):
    """Where firing alerts are known."""

    async def find_firing(self) -> Alerts:
        """What fires now; never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything the page shows."""

    since: datetime
    figures: Sequence[Figure]
    kinds: Sequence[tuple[str, int]]
    alerts: Alerts


class Status:
    """Tells how Nova is doing."""

    def __init__(self, recorder: Recorder, alerts: AlertSource, started_at: datetime) -> None:
        """Tell what these know."""
        self._recorder = recorder
        self._alerts = alerts
        self._started_at = started_at

    async def tell(self) -> Standing:
        """The figures of now and the course behind them."""
        samples = list(self._recorder.samples)
        kinds = samples[-1].kinds if samples else {}
        shown = sorted(((kind, int(number)) for kind, number in kinds.items() if number), key=lambda item: -item[1])
        return Standing(self._started_at.astimezone(UTC), figures_of(samples), shown, await self._alerts.find_firing())


def figures_of(samples: Sequence[Sample]) -> list[Figure]:
    """The figures of the page, from samples, oldest first; pure."""
    if not samples:
        return []
    now = samples[-1]
    tried = now.delivered + now.failed
    sockets = [sample.sockets for sample in samples]
    messages = per_minute(samples, lambda sample: sample.accepted)
    slow = slow_latency(samples)
    errors = share(samples, lambda sample: sample.errors, lambda sample: sample.operations)
    requests = per_minute(samples, lambda sample: sample.requests)
    refused = share(samples, lambda sample: sample.refused, lambda sample: sample.requests)
    waiting = [sample.waiting for sample in samples]
    whole = [_whole(sample) for sample in samples]
    return [
        _figure("Open sockets", f"{now.sockets:.0f}", "Tabs and programs that hear live.", sockets),
        _figure("Messages", f"{messages[-1]:.0f}/min", "Stored for good.", messages),
        _figure("Delivery", _duration(slow[-1]), "95 % are with their readers within.", slow, BAD_SECONDS),
        _figure("Delivered at once", _percent(whole[-1]), f"Of {tried:.0f}; the rest was resumed.", whole),
        _figure("Socket errors", _percent(errors[-1]), "Of everything the socket did.", errors, BAD_ERRORS),
        _figure("API", f"{requests[-1]:.0f}/min", "Requests.", requests),
        _figure("API errors", _percent(refused[-1]), "Requests that Nova failed to answer.", refused, BAD_ERRORS),
        _figure(
            "Webhooks waiting", f"{now.waiting:.0f}", f"{now.given_up:.0f} wait for a person.", waiting, BAD_WAITING
        ),
    ]


def _whole(sample: Sample) -> float:
    tried = sample.delivered + sample.failed
    return sample.delivered / tried if tried else 1.0


def _figure(name: str, value: str, about: str, course: Sequence[float], bad_above: float = float("inf")) -> Figure:
    return Figure(name, value, about, draw(course), course[-1] > bad_above)


def draw(course: Sequence[float]) -> str:
    """A course as an SVG path; it fills the field, and a flat one lies at its foot."""
    low, high = min(course), max(course)
    span = high - low
    step = WIDTH / max(1, len(course) - 1)
    return "M" + " L".join(
        f"{number * step:.1f},{HEIGHT - (0 if span == 0 else (value - low) / span) * HEIGHT:.1f}"
        for number, value in enumerate(course)
    )


def _percent(ratio: float) -> str:
    return f"{ratio * 100:.2f} %".replace(".00 %", " %")


def _duration(seconds: float) -> str:
    if seconds == 0:
        return "-"
    if seconds == float("inf"):
        return "over 60 s"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.0f} s"
