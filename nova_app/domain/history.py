"""Which messages of a conversation's history a request means.  Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeAlias

from nova_app.domain.errors import ErrorCode, Refused

Target: TypeAlias = int | datetime
"""What a page of history is centred on: the message of this number, or the first one at or after this moment."""

MOMENT_MAX_CHARS = 40


def choose_target(around_seq: int | None, at: str | None, *, has_range: bool) -> Target | None:
    """Return the one target that a question names; None if it names none.

    Raises:
        Refused: ``INVALID_FIELDS``: two at once, one with a range, or no moment.
    """
    if around_seq is None and at is None:
        return None
    field = "at" if around_seq is None else "around_seq"
    if has_range or (around_seq is not None and at is not None):
        raise _bad_field(field, "Name one place only: before_seq/after_seq, around_seq or at.")
    return around_seq if around_seq is not None else _moment_of(at or "")


def parse_moment(text: str) -> datetime | None:
    """Return a day (its beginning in UTC) or a moment with its offset from UTC; None for anything else."""
    try:
        if "T" not in text and " " not in text:
            return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def share(before: int, after: int, limit: int) -> tuple[int, int]:
    """Return how many of the messages before a position, and of those from it on, make a page of ``limit``.

    Half and half; what one side lacks goes to the other.
    """
    kept_before = min(before, max(limit // 2, limit - after))
    return kept_before, min(after, limit - kept_before)


def find_first(last: int, is_reached: Callable[[int], bool]) -> int:
    """Return the first number of 1 to ``last`` from which on something holds, ``last`` + 1 if there is none.

    Asks about log2(``last``) numbers. Where what is asked for is not in order (a clock was set
    back), it gives one of the places where it begins to hold.
    """
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_reached(middle) else (middle + 1, high)
    return low


def _moment_of(text: str) -> datetime:
    moment = parse_moment(text)
    if moment is None:
        raise _bad_field("at", "Expected a day (2026-01-31) or a moment with its offset (2026-01-31T09:00:00Z).")
    return moment


def _bad_field(field: str, text: str) -> Refused:
    return Refused(ErrorCode.INVALID_FIELDS, text, fields={field: text})
