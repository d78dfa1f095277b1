"""When a socket is read on: what its client sends too quickly waits at the client's own end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

IN_FLIGHT_MAX = 1_024
"""Maximum number of drafts and changes of one socket that wait for their commit."""


class Backpressure:
    """Stops reading while too much waits for its commit, and while the account is in debt."""

    __slots__ = ("_has_room", "_in_debt", "_in_flight", "_set_reading")

    def __init__(self, set_reading: Callable[[bool], None]) -> None:
        """Begin with room.

        Args:
            set_reading: Called when the client's frames are to be read, or to be left where they are, from now on.
        """
        self._set_reading = set_reading
        self._has_room = True
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
        has_room = self._in_flight <= IN_FLIGHT_MAX and self._in_debt is None
        if has_room is not self._has_room:
            self._has_room = has_room
            self._set_reading(has_room)
