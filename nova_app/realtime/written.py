"""Counts what one socket wrote, and what it still held when it ended; the same for every shell."""

from __future__ import annotations

from nova_app.observability.sockets import DeliveryMetrics, SocketMetrics
from nova_app.realtime.metric_labels import LEFT_ON_PURPOSE, cut_off_cause, loss_reason
from nova_app.realtime.send_queue import FrameBatch


def count_written(
    batch: FrameBatch, size: int, now: float, sockets: SocketMetrics, deliveries: DeliveryMetrics
) -> None:
    """Count a batch that was handed to the transport."""
    sockets.sent(batch.kinds, size)
    if batch.events:
        deliveries.delivered(batch.events, None if batch.live_since is None else now - batch.live_since)
        if batch.logged_since is not None:
            deliveries.caught_up(now - batch.logged_since)


def count_left(left: int, end: str, *, was_cut_off: bool, sockets: SocketMetrics, deliveries: DeliveryMetrics) -> None:
    """Count the events that a socket did not write before it ended.

    Args:
        end: Why it ended (``ws_disconnections_total``).
        was_cut_off: A write did not get through.
    """
    if was_cut_off and (cause := cut_off_cause(end)):
        sockets.failed("send", cause)
    if left and end in LEFT_ON_PURPOSE:
        deliveries.expired(left)
    elif left:
        deliveries.failed(left, loss_reason(end))
