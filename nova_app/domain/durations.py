"""Durations as people say them."""

from __future__ import annotations

import math

_STEPS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def in_words(seconds: float) -> str:
    """Return how long a wait is, rounded up: ``12 seconds``, ``3 minutes``, ``1 hour``."""
    for size, name in _STEPS:
        if seconds > size:
            return _counted(math.ceil(seconds / size), name)
    return _counted(max(1, math.ceil(seconds)), "second")


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
