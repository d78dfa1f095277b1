"""Bounded work in fair order: accounts take turns, and none of them ever has all of the slots."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator

from nova_app.domain.errors import ErrorCode, Unavailable

RETRY_SECONDS = 5.0


class FairTurns:
    """Lets so many works run at once. A key waits behind its own works, and one round of the others'.

    A turn costs the same however many keys wait.
    """

    def __init__(self, *, slots: int, per_key: int, waiting_per_key: int, waiting_max: int) -> None:
        """Create with every slot free.

        Args:
            slots: How many works run at once.
            per_key: How many of them belong to one key; fewer than ``slots`` leaves room for the others.
            waiting_per_key: So many works of one key may wait; the next is refused.
            waiting_max: So many works of all keys may wait.
        """
        self._free = slots
        self._per_key = per_key
        self._waiting_per_key = waiting_per_key
        self._waiting_max = waiting_max
        self._running: Counter[str] = Counter()
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """How many works wait."""
        return self._waiting

    @contextlib.asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[None]:
        """Wait for a slot, and hold it while the block runs.

        Raises:
            Unavailable: ``OVERLOADED``, with the seconds to wait: too much waits already.
        """
        await self._take(key)
        try:
            yield
        finally:
            self._give_back(key)

    async def _take(self, key: str) -> None:
        if self._free and not self._queues and self._running[key] < self._per_key:
            self._free -= 1
            self._running[key] += 1
            return
        queue = self._queues.get(key, ())
        if len(queue) >= self._waiting_per_key or self.waiting >= self._waiting_max:
            raise Unavailable(ErrorCode.OVERLOADED, retry_after_seconds=RETRY_SECONDS)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(key, deque()).append(turn)
        self._waiting += 1
        self._grant()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_back(key)
            else:
                self._forget(key, turn)
            raise

    def _grant(self) -> None:
        """Give the free slots to the keys at the front; those that have all of theirs keep their place there."""
        full: list[tuple[str, deque[asyncio.Future[None]]]] = []
        while self._free and self._queues:
            key = next(iter(self._queues))
            if self._running[key] >= self._per_key:
                full.append((key, self._queues.pop(key)))
            elif turn := self._next_of(key):
                self._free -= 1
                self._running[key] += 1
                turn.set_result(None)
        # No more of them than slots.
        for key, queue in reversed(full):
            self._queues[key] = queue
            self._queues.move_to_end(key, last=False)

    def _next_of(self, key: str) -> asyncio.Future[None] | None:
        """Return the key's first work that was not given up; the key's next one waits behind the others'."""
        queue = self._queues.pop(key)
        while queue and queue[0].done():
            self._waiting -= 1
            queue.popleft()
        turn = queue.popleft() if queue else None
        self._waiting -= turn is not None
        if queue:
            self._queues[key] = queue
        return turn

    def _give_back(self, key: str) -> None:
        self._free += 1
        self._running[key] -= 1
        if not self._running[key]:
            del self._running[key]
        self._grant()

    def _forget(self, key: str, turn: asyncio.Future[None]) -> None:
        if queue := self._queues.get(key):
            with contextlib.suppress(ValueError):
                queue.remove(turn)
                self._waiting -= 1
            if not queue:
                del self._queues[key]
