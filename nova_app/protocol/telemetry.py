"""What a browser reports about its connection: bounded, and only names that are known.

May import: domain, pydantic.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator

from nova_app.domain.errors import ErrorCode
from nova_app.protocol.codes import CLOSE_CODES

COUNT_MAX = 1_000_000
WEEK_MS = 7 * 86_400_000
NAMES_MAX = 64

Count = Annotated[int, Field(ge=0, le=COUNT_MAX)]
Milliseconds = Annotated[float, Field(ge=0, le=WEEK_MS)]
Counts = Annotated[dict[str, Count], Field(max_length=NAMES_MAX)]
Wake = Literal["online", "visible", "focus", "pageshow", "resume", "network", "clock"]
WAKES: frozenset[str] = frozenset(Wake.__args__)  # type: ignore[attr-defined]
OTHER = "other"


class ConnectionReport(BaseModel):
    """Figures of one page since it was loaded; durations in milliseconds."""

    dials: Count = 0
    reconnects: Count = 0
    silences: Count = 0
    resends: Count = 0
    duplicate_acks: Count = 0
    gaps: Count = 0
    resets: Count = 0
    downtime_ms: Milliseconds = 0
    round_trip_ms: Milliseconds = 0
    round_trip_p95_ms: Milliseconds = 0
    ack_ms: Milliseconds = 0
    ack_p95_ms: Milliseconds = 0
    queued: Count = 0
    oldest_queued_ms: Milliseconds = 0
    closes: Counts = {}
    wakes: Counts = {}
    nacks: Counts = {}

    @field_validator("closes")
    @classmethod
    def _known_closes(cls, counts: dict[str, int]) -> dict[str, int]:
        return _only(counts, {str(code) for code in CLOSE_CODES})

    @field_validator("wakes")
    @classmethod
    def _known_wakes(cls, counts: dict[str, int]) -> dict[str, int]:
        return _only(counts, WAKES)

    @field_validator("nacks")
    @classmethod
    def _known_nacks(cls, counts: dict[str, int]) -> dict[str, int]:
        return _only(counts, {str(code) for code in ErrorCode})


class TelemetryBody(BaseModel):
    """One report; unknown fields are passed over."""

    connection: ConnectionReport


def _only(counts: dict[str, int], known: frozenset[str] | set[str]) -> dict[str, int]:
    """The counts under known names; all others together under ``other``, so that names stay few."""
    kept: dict[str, int] = {}
    for name, count in counts.items():
        key = name if name in known else OTHER
        kept[key] = min(COUNT_MAX, kept.get(key, 0) + count)
    return kept
