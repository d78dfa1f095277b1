"""The figures of the status page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from nova_app.observability.history import (
    Recorder,
    Sample,
    per_minute,
    share,
    slow_latency,
    slow_latency_between,
)

WIDTH, HEIGHT = 120.0, 32.0
"""The size of the SVG view box of a curve."""
BAD_ERRORS, BAD_SECONDS, BAD_WAITING = 0.05, 1.0, 1_000
"""The thresholds of the alerts: a figure above its threshold is marked."""
NEAR = 0.25
"""A course that comes this near to its threshold is drawn in a field that shows the threshold, too."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its history over the last 15 minutes.

    Attributes:
        value: For display, with its unit.
        path: The course, as an SVG path in a field of ``WIDTH`` by ``HEIGHT``.
        top: What the top of the field stands for, with its unit; the bottom is 0.
        is_bad: It is where an alert would fire.
        limit_path: The line above which an alert would fire, as an SVG path; empty where the field ends below it.
        limit: What that line stands for, with its unit.
    """

    name: str
    value: str
    about: str
    path: str
    top: str
    is_bad: bool
    limit_path: str = ""
    limit: str = ""


@dataclass(frozen=True, slots=True)
class FiringAlert:
    """An alert that is firing."""

    name: str
    severity: str
    summary: str
    runbook_url: str
    dashboard_url: str
    since: str


@dataclass(frozen=True, slots=True)
class Alerts:
    """The answer of Alertmanager; ``state`` is off (none is configured), unreachable or known."""

    state: str
    items: Sequence[FiringAlert] = ()


class AlertSource(Protocol):
    """A source of firing alerts."""

    async def find_firing(self) -> Alerts:
        """Return the firing alerts; never raises."""
        ...


@dataclass(frozen=True, slots=True)
class StatusReport:
    """The content of the status page; ``day`` as ``Recorder.read_day``."""

    since: datetime
    figures: Sequence[Figure]
    kinds: Sequence[tuple[str, int]]
    alerts: Alerts
    day: Sequence[str] = ()

    @property
    def is_well(self) -> bool:
        """Whether no figure is where an alert would fire, and none fires that matters now."""
        serious = any(alert.severity in ("critical", "warning") for alert in self.alerts.items)
        return not serious and not any(figure.is_bad for figure in self.figures)


class Status:
    """Reports the state of this server."""

    def __init__(self, recorder: Recorder, alerts: AlertSource, started_at: datetime) -> None:
        self._recorder = recorder
        self._alerts = alerts
        self._started_at = started_at

    async def read_status(self) -> StatusReport:
        """Return the current figures with their history."""
        samples = list(self._recorder.samples)
        kinds = samples[-1].kinds if samples else {}
        shown = sorted(((kind, int(number)) for kind, number in kinds.items() if number), key=lambda item: -item[1])
        return StatusReport(
            self._started_at.astimezone(UTC),
            figures_of(samples),
            shown,
            await self._alerts.find_firing(),
            self._recorder.read_day(),
        )


def is_any_bad(samples: Sequence[Sample]) -> bool:
    """Return whether a figure is where an alert would fire; pure."""
    return any(figure.is_bad for figure in figures_of(samples))


def figures_of(samples: Sequence[Sample]) -> list[Figure]:
    """Return the figures of the page, from samples, oldest first; pure."""
    if not samples:
        return []
    now, tried = samples[-1], samples[-1].delivered + samples[-1].failed
    return [
        _figure(
            "Open connections",
            f"{now.sockets:.0f}",
            "Browser tabs and programs connected now.",
            [sample.sockets for sample in samples],
        ),
        _per_minute("Messages", "Messages stored per minute.", samples, lambda sample: sample.accepted),
        _delivery(samples),
        _figure(
            "Delivered live",
            _percent(_whole(now)),
            f"Of {tried:.0f} deliveries; the rest came after a reconnect.",
            [_whole(sample) for sample in samples],
            scale=_percent,
        ),
        _failures(
            "Connection errors", samples, lambda sample: sample.errors, lambda sample: sample.operations, "operations"
        ),
        _per_minute("Requests", "Requests per minute.", samples, lambda sample: sample.requests),
        _failures(
            "Failed requests", samples, lambda sample: sample.refused, lambda sample: sample.requests, "requests"
        ),
        _figure(
            "Webhooks waiting",
            f"{now.waiting:.0f}",
            f"{now.failed_messages:.0f} need attention.",
            [sample.waiting for sample in samples],
            BAD_WAITING,
        ),
    ]


def _per_minute(name: str, about: str, samples: Sequence[Sample], read: Callable[[Sample], float]) -> Figure:
    course = per_minute(samples, read)
    return _figure(name, f"{course[-1]:.0f}/min", about, course)


def _delivery(samples: Sequence[Sample]) -> Figure:
    """Return the last minute's figure; where nothing was delivered in it, that of everything the curve shows."""
    course = slow_latency(samples)
    overall = slow_latency_between(samples[0], samples[-1])
    if overall == 0:
        return Figure("Delivery", "No messages", "In the last 15 minutes.", "", "", is_bad=False)
    about = "95 % delivered within this time." if course[-1] else "95 % delivered within this time, last 15 minutes."
    return _figure("Delivery", _duration(course[-1] or overall), about, course, BAD_SECONDS, scale=_duration)


def _failures(
    name: str,
    samples: Sequence[Sample],
    part: Callable[[Sample], float],
    whole: Callable[[Sample], float],
    noun: str,
) -> Figure:
    """Return which part failed in all of the time that the curve shows; marked by the last minute, as an alert is."""
    failed = part(samples[-1]) - part(samples[0])
    every = whole(samples[-1]) - whole(samples[0])
    value = _percent(failed / every if every > 0 else 0.0)
    about = f"{failed:.0f} of {every:.0f} {noun} in the last 15 minutes."
    return _figure(name, value, about, share(samples, part, whole), BAD_ERRORS, scale=_percent)


def _whole(sample: Sample) -> float:
    tried = sample.delivered + sample.failed
    return sample.delivered / tried if tried else 1.0


def _figure(
    name: str,
    value: str,
    about: str,
    course: Sequence[float],
    bad_above: float = float("inf"),
    *,
    scale: Callable[[float], str] = "{:.0f}".format,
) -> Figure:
    highest = max(course)
    if bad_above * NEAR <= highest < bad_above:
        highest = bad_above
    top = round_up(highest, 0.01 if scale is _percent else 0.001 if scale is _duration else 1.0)
    figure = Figure(name, value, about, draw(course, top), scale(top), course[-1] > bad_above)
    return figure if bad_above > top else replace(figure, limit_path=draw_level(bad_above, top), limit=scale(bad_above))


def round_up(value: float, smallest: float) -> float:
    """Return the next of 1, 2, 5, 10, … times ``smallest`` that is not below a value; infinite for an infinite one."""
    if value in (0.0, float("inf")):
        return smallest if value == 0 else value
    top = smallest
    while True:
        for step in (1, 2, 5):
            if top * step >= value * (1 - 1e-9):
                return top * step
        top *= 10


def draw(course: Sequence[float], top: float) -> str:
    """Return a course as an SVG path; the bottom of the field is 0, its top is ``top``."""
    step = WIDTH / max(1, len(course) - 1)
    return "M" + " L".join(
        f"{number * step:.1f},{HEIGHT * (1 - _part(value, top)):.1f}" for number, value in enumerate(course)
    )


def draw_level(value: float, top: float) -> str:
    """Return a straight line across the field, as an SVG path."""
    height = HEIGHT * (1 - _part(value, top))
    return f"M0,{height:.1f} H{WIDTH:.0f}"


def _part(value: float, top: float) -> float:
    if top == float("inf"):
        return 1.0 if value == top else 0.0
    return min(1.0, max(0.0, value / top))


def _percent(ratio: float) -> str:
    return f"{ratio * 100:.2f} %".replace(".00 %", " %")


def _duration(seconds: float) -> str:
    if seconds == float("inf"):
        return "over 60 s"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.0f} s"
