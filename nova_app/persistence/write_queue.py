"""What waits for the writer: accounts take turns, each in its own order. Put on the event loop, taken by the thread."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque

from nova_app.persistence.write_requests import WriteRequest


class WriteQueue:
    """Requests by who pays for them; one round takes one of each, so that nobody's backlog stands before another's."""

    def __init__(self) -> None:
        """Begin empty."""
        self._lines: OrderedDict[str, deque[WriteRequest]] = OrderedDict()
        self._changed = threading.Condition()
        self._is_closed = False

    def put(self, payer: str, request: WriteRequest) -> None:
        """Let a request wait behind those of the same payer, and one round of the others'."""
        with self._changed:
            line = self._lines.get(payer)
            if line is None:
                self._lines[payer] = line = deque()
            line.append(request)
            self._changed.notify()

    def close(self) -> None:
        """Let :meth:`take_batch` return what waits, and nothing after it."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()

    def take_batch(self, weight_max: int) -> list[WriteRequest]:
        """Wait for requests, and take them until they weigh so much; none once the queue is closed and empty."""
        batch: list[WriteRequest] = []
        weight = 0
        with self._changed:
            while not self._lines and not self._is_closed:
                self._changed.wait()
            while self._lines and weight < weight_max:
                payer, line = self._lines.popitem(last=False)
                request = line.popleft()
                if line:
                    self._lines[payer] = line
                batch.append(request)
                weight += request.weight
        return batch
