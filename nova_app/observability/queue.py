"""What is counted about the durable delivery queue."""

from __future__ import annotations

from nova_app.observability.metrics import Metrics


class QueueMetrics:
    """Deliveries that wait, and attempts to make them."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def stands(self, queue: str, *, pending: int, retry: int, failed: int, oldest_at: float) -> None:
        """How many wait for their first try, for another, and for a person; since when (epoch seconds, 0 for none)."""
        for state, number in (("pending", pending), ("retry", retry), ("failed", failed)):
            self._metrics.gauge("nova_queue_messages", queue, state).set(number)
        self._metrics.gauge("nova_queue_oldest_message_timestamp_seconds", queue).set(oldest_at)

    def attempted(self, queue: str, result: str, seconds: float) -> None:
        """An attempt took so long and ended ok, retried or failed."""
        self._metrics.counter("nova_queue_processed_total", queue, result).inc()
        self._metrics.histogram("nova_queue_attempt_duration_seconds", queue).observe(seconds)

    def waited(self, queue: str, seconds: float) -> None:
        """A delivery succeeded so long after its event."""
        self._metrics.histogram("nova_queue_wait_seconds", queue).observe(seconds)
