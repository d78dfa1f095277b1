"""One timer for the deadlines of all sockets: none has a timer of its own, and at rest none has a deadline."""

from __future__ import annotations

from collections.abc import Callable


class Deadlines:
    """Deadlines by owner and name, to be checked together."""

    def __init__(self) -> None:
        self._at: dict[tuple[object, str], tuple[float, Callable[[], None]]] = {}

    def __len__(self) -> int:
        """Return how many deadlines are set."""
        return len(self._at)

    def set(self, owner: object, name: str, at: float, expire: Callable[[], None]) -> None:
        """Call ``expire`` once ``at`` has passed; an earlier deadline of this name is replaced."""
        self._at[owner, name] = (at, expire)

    def clear(self, owner: object, name: str) -> None:
        """Forget a deadline; does nothing if there is none."""
        self._at.pop((owner, name), None)

    def check(self, now: float) -> None:
        """Call everything of which the deadline has passed, earliest first."""
        due = sorted(((at, key) for key, (at, _) in self._at.items() if at <= now), key=lambda entry: entry[0])
        for _, key in due:
            if key in self._at:  # what expired before it may have cleared it
                self._at.pop(key)[1]()
