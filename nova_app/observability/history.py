"""The figures of the last 15 minutes, kept in the process, for the status page.

``Sample`` and what is computed from samples are pure; ``Recorder`` reads the registry.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from nova_app.observability.metrics import Metrics

EVERY_SECONDS = 5.0
KEPT = 180
MINUTE = 60.0
HALF_HOUR = 1800.0
HALF_HOURS = 48
SLOW = 0.95

_FAMILIES = (
    "ws_connections_active",
    "ws_operations",
    "nova_messages_accepted",
    "nova_message_deliveries",
    "nova_message_delivery_latency_seconds",
    "nova_queue_messages",
    "nova_frontend_errors",
    "http_requests",
    "nova_reflex_event_duration_seconds",
)
_EVENTS = "nova_reflex_event_duration_seconds_count"


@dataclass(frozen=True, slots=True)
class Sample:
    """The counters and gauges of one moment.

    Attributes:
        at: Seconds since 1970.
        requests: Answered by the API, and events of pages that were handled.
        refused: Of those, what failed because of the server.
        latency: How many live deliveries took at most so many seconds, cumulative, by bound.
        kinds: How many errors people were shown, by kind.
    """

    at: float
    sockets: float
    accepted: float
    delivered: float
    failed: float
    operations: float
    errors: float
    requests: float
    refused: float
    waiting: float
    failed_messages: float
    latency: Mapping[float, float]
    kinds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class HalfHour:
    """Half an hour, counted from 1970, and whether anything was wrong in it."""

    number: int
    is_bad: bool


class Recorder:
    """Keeps a sample every few seconds and a mark every half hour of a day; the oldest one is dropped."""

    def __init__(
        self,
        metrics: Metrics,
        now: Callable[[], float],
        *,
        is_bad: Callable[[Sequence[Sample]], bool] = lambda _: False,
    ) -> None:
        """Keep nothing yet.

        Args:
            is_bad: Whether anything is wrong at the last of these samples.
        """
        self._registry = metrics.registry.restricted_registry(_names())
        self._now = now
        self._is_bad = is_bad
        self.samples: deque[Sample] = deque(maxlen=KEPT)
        self.half_hours: deque[HalfHour] = deque(maxlen=HALF_HOURS)

    def record(self) -> None:
        """Take a sample."""
        sums: dict[tuple[str, str], float] = {}
        latency: dict[float, float] = {}
        kinds: dict[str, float] = {}
        for family in self._registry.collect():
            for name, labels, value, *_ in family.samples:
                if name == "nova_message_delivery_latency_seconds_bucket":
                    if labels["path"] == "live":
                        latency[float(labels["le"])] = value
                elif name == "nova_frontend_errors_total":
                    kinds[labels["kind"]] = kinds.get(labels["kind"], 0.0) + value
                else:
                    key = (name, labels.get("result") or labels.get("outcome") or _class_of(labels))
                    sums[key] = sums.get(key, 0.0) + value
        self.samples.append(_sample(self._now(), sums, latency, kinds))
        self._mark()

    def _mark(self) -> None:
        now = HalfHour(int(self.samples[-1].at // HALF_HOUR), self._is_bad(list(self.samples)))
        last = self.half_hours[-1] if self.half_hours else None
        if last is None or last.number != now.number:
            self.half_hours.append(now)
        elif now.is_bad:
            self.half_hours[-1] = replace(last, is_bad=True)

    def read_day(self) -> list[str]:
        """Return the last 48 half hours, oldest first: ``good``, ``bad``, or ``none`` where nothing was recorded."""
        known = {half.number: "bad" if half.is_bad else "good" for half in self.half_hours}
        last = int(self._now() // HALF_HOUR)
        return [known.get(number, "none") for number in range(last - HALF_HOURS + 1, last + 1)]


def _names() -> list[str]:
    histograms = ("nova_message_delivery_latency_seconds", "nova_reflex_event_duration_seconds")
    counters = [f"{name}_total" for name in _FAMILIES]
    parts = [f"{name}_{part}" for name in histograms for part in ("bucket", "count", "sum")]
    return [*_FAMILIES, *counters, *parts]


def _class_of(labels: Mapping[str, str]) -> str:
    return labels.get("status") or labels.get("state") or ""


def _sample(
    at: float, sums: Mapping[tuple[str, str], float], latency: Mapping[float, float], kinds: Mapping[str, float]
) -> Sample:
    def total(name: str, *values: str) -> float:
        return sum(
            number for (found, value), number in sums.items() if found == name and (not values or value in values)
        )

    return Sample(
        at=at,
        sockets=total("ws_connections_active"),
        accepted=total("nova_messages_accepted_total"),
        delivered=total("nova_message_deliveries_total", "delivered"),
        failed=total("nova_message_deliveries_total", "failed"),
        operations=total("ws_operations_total"),
        errors=total("ws_operations_total", "error"),
        requests=total("http_requests_total") + total(_EVENTS),
        refused=total("http_requests_total", "5xx") + total(_EVENTS, "error"),
        waiting=total("nova_queue_messages", "pending", "retry"),
        failed_messages=total("nova_queue_messages", "failed"),
        latency=latency,
        kinds=kinds,
    )


def per_minute(samples: Sequence[Sample], read: Callable[[Sample], float]) -> list[float]:
    """Return how much a counter grew in the minute before each sample, oldest first; shorter while there is less."""
    return [_growth(samples, number, read) for number in range(len(samples))]


def share(samples: Sequence[Sample], part: Callable[[Sample], float], whole: Callable[[Sample], float]) -> list[float]:
    """Return this counter's share of the growth in the minute before each sample, 0 to 1; 0 where nothing grew."""
    parts, wholes = per_minute(samples, part), per_minute(samples, whole)
    return [some / every if every > 0 else 0.0 for some, every in zip(parts, wholes, strict=True)]


def slow_latency(samples: Sequence[Sample]) -> list[float]:
    """Return the bound (in seconds) that 95 % of the deliveries in the minute before each sample kept; 0 for none."""
    return [slow_latency_between(samples[_minute_before(number)], sample) for number, sample in enumerate(samples)]


def slow_latency_between(before: Sample, after: Sample) -> float:
    """Return the bound (in seconds) that 95 % of the deliveries between two samples kept; 0 for none."""
    grown = sorted((bound, value - before.latency.get(bound, 0.0)) for bound, value in after.latency.items())
    every = grown[-1][1] if grown else 0.0
    return next((bound for bound, value in grown if value >= SLOW * every), 0.0) if every > 0 else 0.0


def _growth(samples: Sequence[Sample], number: int, read: Callable[[Sample], float]) -> float:
    begin = _minute_before(number)
    seconds = samples[number].at - samples[begin].at
    grown = read(samples[number]) - read(samples[begin])
    return max(0.0, grown) * MINUTE / seconds if seconds > 0 else 0.0


def _minute_before(number: int) -> int:
    back = round(MINUTE / EVERY_SECONDS)
    return max(0, number - back)
