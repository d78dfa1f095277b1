"""Reflex's own events in Nova's metrics, through the hooks that Reflex has for OpenTelemetry.

Reflex records durations of handlers and its open sockets on instruments of whatever
meter it is given; this meter hands them to Prometheus series. Traces go nowhere.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from opentelemetry.metrics import Histogram, Meter, MeterProvider, NoOpMeter, UpDownCounter
from opentelemetry.trace import NoOpTracerProvider
from reflex_base import otel

from nova_app.observability.metrics import Metrics


@contextlib.contextmanager
def counting_reflex(metrics: Metrics) -> Iterator[None]:
    """Count Reflex's events while the block runs."""
    otel.enable(NoOpTracerProvider(), _Provider(metrics))
    try:
        yield
    finally:
        otel.disable()


class _Provider(MeterProvider):
    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def get_meter(self, name: str, *_: Any, **__: Any) -> Meter:
        return _Meter(name, self._metrics)


class _Meter(NoOpMeter):
    """Provides the two instruments that Nova shows; the others have no effect."""

    def __init__(self, name: str, metrics: Metrics) -> None:
        super().__init__(name)
        self._metrics = metrics

    def create_histogram(
        self,
        name: str,
        unit: str = "",
        description: str = "",
        *,
        explicit_bucket_boundaries_advisory: Sequence[float] | None = None,
    ) -> Histogram:
        if name == otel.METRIC_EVENT_DURATION:
            return _EventDuration(self._metrics)
        return super().create_histogram(
            name, unit, description, explicit_bucket_boundaries_advisory=explicit_bucket_boundaries_advisory
        )

    def create_up_down_counter(self, name: str, unit: str = "", description: str = "") -> UpDownCounter:
        if name == otel.METRIC_WEBSOCKET_CONNECTIONS:
            return _OpenSockets(self._metrics)
        return super().create_up_down_counter(name, unit, description)


class _EventDuration(Histogram):
    def __init__(self, metrics: Metrics) -> None:
        self._ok = metrics.histogram("nova_reflex_event_duration_seconds", "ok")
        self._error = metrics.histogram("nova_reflex_event_duration_seconds", "error")

    def record(
        self,
        amount: float,
        attributes: Mapping[str, Any] | None = None,
        context: Any = None,  # noqa: ARG002 - OpenTelemetry's form
    ) -> None:
        (self._error if otel.ATTR_ERROR_TYPE in (attributes or {}) else self._ok).observe(amount)


class _OpenSockets(UpDownCounter):
    def __init__(self, metrics: Metrics) -> None:
        self._open = metrics.gauge("nova_reflex_connections_active")

    def add(self, amount: float, *_: Any, **__: Any) -> None:
        self._open.inc(amount)
