"""Counts a client's frames, each once: as a success or by its cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from nova_app.domain.errors import ErrorCode, ErrorKind, NovaError
from nova_app.domain.events import Posted
from nova_app.domain.message_changes import Changed
from nova_app.observability.sockets import DeliveryMetrics, SocketMetrics
from nova_app.observability.usage import UsageMetrics
from nova_app.protocol.session import Turn
from nova_app.realtime.metric_labels import error_cause, is_ours


class FrameMetrics:
    """Records the metrics of one socket."""

    __slots__ = ("_deliveries", "_sockets", "_usage")

    def __init__(self, sockets: SocketMetrics, deliveries: DeliveryMetrics, usage: UsageMetrics) -> None:
        self._sockets = sockets
        self._deliveries = deliveries
        self._usage = usage

    def count_turn(self, turn: Turn) -> None:
        """Count the frames of a turn that need no further work."""
        self._sockets.received(turn.received)
        if turn.answered:
            self._sockets.succeeded("receive", turn.answered)
        for cause, number in turn.faults.items():
            self._sockets.failed("receive", cause, number)

    def count_finished(self, frames_count: int, cause: str) -> None:
        """Count frames of which the work has ended; what the client got wrong itself is no error of the socket.

        Args:
            cause: Why it failed, empty for a success.
        """
        if not frames_count:
            return
        if cause:
            self._sockets.failed("receive", cause, frames_count)
        else:
            self._sockets.succeeded("receive", frames_count)

    def count_failed(self, fault: NovaError) -> int:
        """Count a frame that failed; return for how many a cause was counted: none for what the client got wrong."""
        if not is_ours(fault):
            return 0
        self._sockets.failed("receive", error_cause(fault))
        return 1

    def count_stored(self, results: Sequence[Posted | Changed | NovaError], seconds: float) -> int:
        """Count the results of drafts or changes; return how many failed for a reason that is not their author's."""
        duplicates = failed = 0
        slowed: Counter[str] = Counter()
        for result in results:
            if not isinstance(result, NovaError):
                duplicates += result.duplicate
            elif result.kind is ErrorKind.RATE_LIMITED:
                slowed["reaction" if result.code is ErrorCode.TOO_MANY_REACTIONS else "send"] += 1
            else:
                failed += self.count_failed(result)
        for scope, number in slowed.items():
            self._sockets.failed("receive", "rate_limited", number)
            self._usage.slowed(scope, number)
        if len(results) > failed + slowed.total():
            self._deliveries.acked(seconds, duplicates)
        return failed + slowed.total()
