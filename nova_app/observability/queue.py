"""Metrics of the durable delivery queue."""

from __future__ import annotations

from nova_app.observability.metrics import Metrics


class QueueMetrics:
    """Deliveries that wait, and attempts to make them."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def set_waiting(self, queue: str, *, pending: int, retry: int, failed: int, oldest_at: float) -> None:
        """Set how many wait, by state, and since when the oldest does (epoch seconds; 0 for none)."""
        for state, number in (("pending", pending), ("retry", retry), ("failed", failed)):
            self._metrics.gauge("nova_queue_messages", queue, state).set(number)
        self._metrics.gauge("nova_queue_oldest_message_timestamp_seconds", queue).set(oldest_at)

    def attempted(self, queue: str, result: str, seconds: float) -> None:
        """Count an attempt that ended ok, retried or failed, and its duration."""
        self._metrics.counter("nova_queue_processed_total", queue, result).inc()
        self._metrics.histogram("nova_queue_attempt_duration_seconds", queue).observe(seconds)

    def waited(self, queue: str, seconds: float) -> None:
        """Observe the time from an event to its delivery."""
        self._metrics.histogram("nova_queue_wait_seconds", queue).observe(seconds)
