"""The ``Retry-After`` header."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a ``Retry-After`` asks for; None if it is missing or invalid.

    A date is measured against the answer's own ``Date``: a clock that is wrong here must
    not make the wait wrong.
    """
    raw = headers.get("retry-after", "").strip()
    if not raw:
        return None
    try:
        return max(0.0, float(raw)) if raw.lstrip("-").replace(".", "", 1).isdigit() else _until(raw, headers["date"])
    except (ValueError, TypeError, KeyError, IndexError):
        return None


def _until(moment: str, now: str) -> float:
    return max(0.0, (_parse(moment) - _parse(now)).total_seconds())


def _parse(date: str) -> datetime:
    parsed = parsedate_to_datetime(date)
    # The oldest of the three HTTP forms (asctime) names no zone: it is UTC.
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
