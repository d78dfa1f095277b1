"""Bounds how often the same place may log: whoever provokes lines must not fill the disk with them."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

BURST = 5
SECONDS = 60.0
PLACES_MAX = 2_000
AUDIT_BURST = 60
"""Of one address: more than the limits on signing in let through in a minute."""
AUDIT = "nova.audit"
LINES_PER_SECOND = 500
"""Of all that is no warning: what is provoked that often says nothing more."""
UNBOUNDED = ("nova.access",)
"""The access log, which an operator turns on to see every request."""
LEFT_OUT = "left_out"
"""The field that says how many lines of the same place were not written."""

_Place = tuple[str, ...]


class RepeatFilter(logging.Filter):
    """Lets a place log a few lines at once and then one a minute, which says how many were left out."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._seconds = seconds
        self._lock = threading.Lock()
        self._second = self._lines = 0
        self._seen: OrderedDict[_Place, tuple[float, int, int]] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether this record is written."""
        is_audit = record.name == AUDIT
        if record.levelno < logging.WARNING and not is_audit:
            return record.name in UNBOUNDED or self._pass_ordinary(record)
        place = (record.name, str(record.lineno), record.pathname)
        if is_audit:
            place = (record.name, str(record.msg), _network_of(str(getattr(record, "address", ""))))
        with self._lock:
            left_out = self._admit(place, AUDIT_BURST if is_audit else BURST)
        if left_out is None:
            return False
        if left_out:
            setattr(record, LEFT_OUT, left_out)
        return True

    def _pass_ordinary(self, record: logging.LogRecord) -> bool:
        """Return whether a line that is no warning fits into this second; the next one counts those left out."""
        with self._lock:
            if (second := int(self._seconds())) != self._second:
                left_out, self._second, self._lines = max(0, self._lines - LINES_PER_SECOND), second, 0
                if left_out:
                    setattr(record, LEFT_OUT, left_out)
            self._lines += 1
            return self._lines <= LINES_PER_SECOND

    def _admit(self, place: _Place, burst: int) -> int | None:
        """Return how many were left out since the last one, None if this one is left out as well."""
        now = self._seconds()
        since, written, left_out = self._seen.pop(place, (now, 0, 0))
        if now - since >= SECONDS:
            # After a flood one line a minute; a place that was quiet for long begins anew.
            is_calm = not left_out
            since, written = now, 0 if is_calm else burst - 1
        is_written = written < burst
        self._seen[place] = (since, written + is_written, 0 if is_written else left_out + 1)
        if len(self._seen) > PLACES_MAX:
            self._seen.popitem(last=False)
        return left_out if is_written else None


def _network_of(address: str) -> str:
    """Return the key of an address: one site has a whole network of IPv6."""
    return ":".join(address.split(":")[:4])
