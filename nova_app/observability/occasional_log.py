"""A fault that lasts is one line a minute, not one for each message it keeps from being stored."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

EVERY_SECONDS = 60.0


class OccasionalLog:
    """Logs each kind of fault at most once a minute, with how often it happened meanwhile; for any thread."""

    def __init__(self, logger: logging.Logger, now: Callable[[], float] = time.monotonic) -> None:
        self._logger = logger
        self._now = now
        self._due: dict[str, float] = {}
        self._silent: dict[str, int] = {}
        self._lock = threading.Lock()

    def error(self, kind: str, text: str) -> None:
        """Log one line about this kind of fault, unless there was one within the last minute."""
        with self._lock:
            if self._now() < self._due.get(kind, 0.0):
                self._silent[kind] = self._silent.get(kind, 0) + 1
                return
            self._due[kind] = self._now() + EVERY_SECONDS
            silent = self._silent.pop(kind, 0)
        more = f" ({silent} more times since the last line)" if silent else ""
        self._logger.error("%s%s", text, more)
