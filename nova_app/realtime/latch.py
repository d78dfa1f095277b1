"""Something that happens once and is awaited; it holds nothing while nobody waits."""

from __future__ import annotations

import asyncio


class Latch:
    """Opens once; much smaller than an ``asyncio.Event``, of which idle sockets would hold one each."""

    __slots__ = ("_waiter", "is_open")

    def __init__(self) -> None:
        self.is_open = False
        self._waiter: asyncio.Future[None] | None = None

    def open(self) -> None:
        """Let everyone pass, now and later."""
        self.is_open = True
        if self._waiter is not None:
            self._waiter.set_result(None)
            self._waiter = None

    async def wait(self) -> None:
        """Wait until it is open."""
        if not self.is_open:
            if self._waiter is None:
                self._waiter = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._waiter)
