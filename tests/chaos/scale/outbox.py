"""What one device has to send: in order per lane, a bounded number at once, held back as the server asks.

The rules are those of the browser's outbox (``assets/nova/messages/outbox.js``). No I/O and no clock.
"""

from __future__ import annotations

from bisect import bisect_left

PIPELINE = 32
RETRY_SECONDS = 1.0


class Outbox:
    """Frames by code, until they are answered."""

    def __init__(self) -> None:
        self.frames: dict[int, tuple[str, bytes]] = {}
        self.in_flight: dict[int, float] = {}
        self.sent_again: set[int] = set()
        self._waiting: dict[str, list[int]] = {}
        self._held_until: dict[str, float] = {}

    def __repr__(self) -> str:
        return f"{len(self.frames)} open, {len(self.in_flight)} in flight"

    @property
    def room(self) -> int:
        """How many more may be written now."""
        return PIPELINE - len(self.frames)

    def add(self, code: int, lane: str, frame: bytes) -> None:
        """Queue one."""
        self.frames[code] = (lane, frame)
        self._waiting.setdefault(lane, []).append(code)

    def take(self, now: float) -> list[int]:
        """Return what is to be sent now, in order; it is in flight then."""
        due = []
        for lane, waiting in self._waiting.items():
            if self._held_until.get(lane, 0.0) <= now:
                due += waiting
                waiting.clear()
        self.in_flight |= dict.fromkeys(due, now)
        return due

    def settle(self, code: int) -> bool:
        """Forget one that was answered for good; whether it was still open."""
        self.in_flight.pop(code, None)
        self.sent_again.discard(code)
        found = self.frames.pop(code, None)
        if found and code in self._waiting[found[0]]:
            self._waiting[found[0]].remove(code)
        return found is not None

    def hold(self, code: int, until: float) -> None:
        """Queue one again that was refused for now, and hold its lane."""
        if code in self.frames:
            lane = self.frames[code][0]
            self._held_until[lane] = until
            self._again([code])

    def lost(self) -> list[int]:
        """Queue everything again whose answer cannot come any more, and return it."""
        codes = list(self.in_flight)
        self.sent_again.update(codes)
        self._again(codes)
        return codes

    def oldest(self) -> float | None:
        """When the oldest one in flight was sent."""
        return min(self.in_flight.values(), default=None)

    def _again(self, codes: list[int]) -> None:
        """Put codes back in their place; what is there already stays there once."""
        for code in codes:
            self.in_flight.pop(code, None)
            waiting = self._waiting[self.frames[code][0]]
            place = bisect_left(waiting, _order(code), key=_order)
            if waiting[place : place + 1] != [code]:
                waiting.insert(place, code)


def _order(code: int) -> int:
    """A later operation of a lane has a larger number."""
    return code & 0xFFFFFFFF
