"""Metrics of the messaging socket and of deliveries to readers.

All methods are for the event loop.
"""

from __future__ import annotations

from collections.abc import Mapping

from nova_app.observability.catalogue import DISCONNECTIONS, FRAMES, RECONNECTIONS, WS_ERRORS
from nova_app.observability.metrics import Metrics

REJECTED = {
    "auth": "rejected_auth",
    "origin": "rejected_origin",
    "rate_limited": "rejected_capacity",
    "capacity": "rejected_capacity",
}


class SocketMetrics:
    """Handshakes, frames, errors and ends of sockets.

    Every operation ends in :meth:`succeeded` or :meth:`failed`, so that the errors by
    type always add up to the operations with an error.
    """

    def __init__(self, metrics: Metrics) -> None:
        counter, histogram = metrics.counter, metrics.histogram
        results = ("accepted", "rejected_error", *set(REJECTED.values()))
        self._handshakes = {result: counter("ws_connections_total", result) for result in results}
        self._active = metrics.gauge("ws_connections_active")
        self._ended = {reason: counter("ws_disconnections_total", reason) for reason in DISCONNECTIONS}
        self._lives = histogram("ws_connection_duration_seconds")
        self._handshake_seconds = histogram("ws_handshake_duration_seconds")
        self._returns = {reason: counter("ws_reconnections_total", reason) for reason in RECONNECTIONS}
        self._gaps = histogram("ws_reconnect_gap_seconds")
        self._sent = {kind: counter("ws_messages_sent_total", kind) for kind in FRAMES}
        self._received = {kind: counter("ws_messages_received_total", kind) for kind in FRAMES}
        self._waiting = metrics.gauge("ws_send_queue_messages")
        self._waiting_longest = metrics.gauge("ws_send_queue_largest_messages")
        self._size_in = histogram("ws_message_size_bytes", "in")
        self._size_out = histogram("ws_message_size_bytes", "out")
        operations = ("connect", "receive", "send")
        self._done = {name: counter("ws_operations_total", name, "ok") for name in operations}
        self._undone = {name: counter("ws_operations_total", name, "error") for name in operations}
        self._errors = {cause: counter("ws_errors_total", cause) for cause in WS_ERRORS}

    def accepted(self, seconds: float) -> None:
        """Count a socket that opened, and the duration of its handshake."""
        self._handshakes["accepted"].inc()
        self._handshake_seconds.observe(seconds)
        self._active.inc()
        self.succeeded("connect")

    def rejected(self, cause: str) -> None:
        """Count a refused handshake by one of the causes of ``ws_errors_total``."""
        self._handshakes[REJECTED.get(cause, "rejected_error")].inc()
        self.failed("connect", cause)

    def ended(self, reason: str, seconds: float) -> None:
        """Count a socket that ended, and how long it was open."""
        self._active.dec()
        self._ended[reason].inc()
        self._lives.observe(seconds)

    def resumed(self, reason: str, gap_seconds: float) -> None:
        """Count a reconnect by the reason that the client names."""
        self._returns[reason].inc()
        self._gaps.observe(gap_seconds)

    def received(self, counters: Mapping[str, int]) -> None:
        """Count received frames by type."""
        for kind, number in counters.items():
            self._received[kind].inc(number)

    def arrived(self, size: int) -> None:
        """Count the bytes of a received text frame."""
        self._size_in.observe(size)

    def sent(self, counters: Mapping[str, int], size: int) -> None:
        """Count a written text frame: its frames by type, and its bytes."""
        for kind, number in counters.items():
            self._sent[kind].inc(number)
        self._size_out.observe(size)
        self._done["send"].inc()

    def succeeded(self, operation: str, number: int = 1) -> None:
        """Count operations that succeeded."""
        self._done[operation].inc(number)

    def failed(self, operation: str, cause: str, number: int = 1) -> None:
        """Count operations that failed for this cause."""
        self._undone[operation].inc(number)
        self._errors[cause].inc(number)

    def backlog(self, total: int, largest: int) -> None:
        """Set how many frames wait to be written: over all sockets, and for the slowest reader."""
        self._waiting.set(total)
        self._waiting_longest.set(largest)


class DeliveryMetrics:
    """Delivery of messages from the sender to the readers' sockets."""

    def __init__(self, metrics: Metrics) -> None:
        counter, histogram = metrics.counter, metrics.histogram
        self._delivered = counter("nova_message_deliveries_total", "delivered")
        self._failed = counter("nova_message_deliveries_total", "failed")
        self._expired = counter("nova_message_deliveries_total", "expired")
        reasons = ("timeout", "connection_lost", "queue_full", "storage", "other")
        self._reasons = {reason: counter("nova_message_delivery_failures_total", reason) for reason in reasons}
        self._live = histogram("nova_message_delivery_latency_seconds", "live")
        self._queued = histogram("nova_message_delivery_latency_seconds", "queued")
        self._acks = histogram("nova_message_ack_latency_seconds")
        self._duplicates = counter("nova_message_duplicates_total")
        self._gaps = counter("nova_message_gaps_total")
        self._broadcast_seconds = histogram("ws_broadcast_duration_seconds")
        self._recipients = histogram("ws_broadcast_recipients")

    def delivered(self, events: int, seconds: float | None) -> None:
        """Count events that were written to a reader's socket, and the age of the oldest live one."""
        self._delivered.inc(events)
        if seconds is not None:
            self._live.observe(seconds)

    def caught_up(self, seconds: float) -> None:
        """Observe the age of the oldest event among them that came from the log."""
        self._queued.observe(seconds)

    def failed(self, events: int, reason: str) -> None:
        """Count events for a reader whose connection failed; they resume from the log."""
        self._failed.inc(events)
        self._reasons[reason].inc(events)

    def expired(self, events: int) -> None:
        """Count events for a reader who left on purpose."""
        self._expired.inc(events)

    def acked(self, seconds: float, duplicates: int) -> None:
        """Count acknowledged messages, and the time since they arrived."""
        self._acks.observe(seconds)
        if duplicates:
            self._duplicates.inc(duplicates)

    def gap(self) -> None:
        """Count a client's request for missed events."""
        self._gaps.inc()

    def broadcast(self, seconds: float, recipients: int) -> None:
        """Count the sockets that a commit's events were queued for."""
        self._broadcast_seconds.observe(seconds)
        self._recipients.observe(recipients)
