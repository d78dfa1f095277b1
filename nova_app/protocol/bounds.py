"""Bounds of the numbers that a client sends: one table for the socket, REST and telemetry.

A figure that ends in a metric or in the database is bounded where it is read, so that no
single client can ruin a sum or overflow a column.
"""

from __future__ import annotations

SEQ_MAX = 2**53 - 1
"""The largest number that every client can hold exactly; also of cursors, offsets and sizes."""
COUNT_MAX = 1_000_000
"""So much of anything may one report count."""
WEEK_MS = 7 * 86_400_000
"""The longest duration that a client may report, in milliseconds."""
LAYOUT_SHIFT_MAX = 100
"""Browsers report sums far below one."""
LENGTH_MAX_DIGITS = 18
"""A Content-Length with more digits is none."""


def bounded_ms(value: float) -> float:
    """Return a duration as it may be counted: at least nothing, at most a week."""
    return min(max(value, 0.0), float(WEEK_MS))


def read_length(value: str) -> int | None:
    """Return the value of a Content-Length header; None where it is not a number of bytes."""
    is_number = value.isascii() and value.isdecimal() and len(value) <= LENGTH_MAX_DIGITS
    return int(value) if is_number else None
