"""Something that happens once, or fails to, and is awaited; it holds nothing while nobody waits."""

from __future__ import annotations

import asyncio


class Latch:
    """Opens once; much smaller than an ``asyncio.Event``, of which idle sockets would hold one each."""

    __slots__ = ("_waiter", "is_open")

    def __init__(self) -> None:
        self.is_open = False
        self._waiter: asyncio.Future[None] | None = None

    def fail(self, fault: Exception) -> None:
        """Let everyone fail, now and later, unless it is open."""
        if not self.is_open:
            waiter = self._future()
            waiter.set_exception(fault)
            waiter.exception()  # nobody has to wait for it

    def open(self) -> None:
        """Let everyone pass, now and later."""
        self.is_open = True
        if self._waiter is not None:
            self._waiter.set_result(None)
            self._waiter = None

    async def wait(self) -> None:
        """Wait until it is open.

        Raises:
            Exception: What it failed with.
        """
        if not self.is_open:
            await asyncio.shield(self._future())

    def _future(self) -> asyncio.Future[None]:
        if self._waiter is None:
            self._waiter = asyncio.get_running_loop().create_future()
        return self._waiter
