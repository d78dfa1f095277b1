"""Something that happens once, or fails to, and is awaited; it holds nothing while nobody waits."""

from __future__ import annotations

import asyncio
from collections import deque


class Latch:
    """Opens once, and lets those pass who wait, in the order in which they came.

        closed --open()--> letting the first pass, each lets the next --the last passed--> open
               --fail()--> failed

    Who comes while others still leave waits behind them. Much smaller than an ``asyncio.Event``,
    of which idle sockets would hold one each.
    """

    __slots__ = ("_fault", "_waiters", "is_open")

    def __init__(self) -> None:
        self.is_open = False
        self._fault: Exception | None = None
        self._waiters: deque[asyncio.Future[None]] | None = None

    def fail(self, fault: Exception) -> None:
        """Let everyone fail, now and later, unless it is open."""
        if not self.is_open:
            self._fault = fault
            self._wake(len(self._waiters or ()))

    def open(self) -> None:
        """Let everyone pass, now and later."""
        self.is_open = True
        self._wake(1)

    async def wait(self) -> None:
        """Wait until it is open, and whoever came before has passed.

        Raises:
            Exception: What it failed with.
        """
        if self._fault is None and not (self.is_open and not self._waiters):
            await self._stand_in_line()
        if self._fault is not None:
            raise self._fault

    async def _stand_in_line(self) -> None:
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiters = self._waiters = self._waiters if self._waiters is not None else deque()
        waiters.append(mine)
        try:
            await mine
        finally:
            waiters.remove(mine)
            if not waiters:
                self._waiters = None
            elif self.is_open:
                self._wake(1)

    def _wake(self, number: int) -> None:
        """Let so many of those pass who came first."""
        for waiter in list(self._waiters or ())[:number]:
            if not waiter.done():
                waiter.set_result(None)
