"""When a socket is read on: what its client sends too quickly waits at the client's own end."""

from __future__ import annotations

import asyncio

IN_FLIGHT_MAX = 1_024
"""Maximum number of drafts and changes of one socket that wait for their commit."""


class Backpressure:
    """Stops reading while too much waits for its commit, and while the account is in debt."""

    def __init__(self) -> None:
        """Begin with room."""
        self.has_room = asyncio.Event()
        self.has_room.set()
        self._in_flight = 0
        self._in_debt: asyncio.TimerHandle | None = None

    def count(self, requests: int) -> None:
        """Note that so many more requests wait for their commit; fewer, if negative."""
        self._in_flight += requests
        self._decide()

    def wait(self, seconds: float) -> None:
        """Do not read for so long."""
        if self._in_debt is not None:
            self._in_debt.cancel()
        self._in_debt = asyncio.get_running_loop().call_later(seconds, self._read_on)
        self._decide()

    def close(self) -> None:
        """Forget the debt's timer."""
        if self._in_debt is not None:
            self._in_debt.cancel()

    def _read_on(self) -> None:
        self._in_debt = None
        self._decide()

    def _decide(self) -> None:
        if self._in_flight > IN_FLIGHT_MAX or self._in_debt is not None:
            self.has_room.clear()
        else:
            self.has_room.set()
