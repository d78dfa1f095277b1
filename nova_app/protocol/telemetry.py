"""What a browser reports about its connection: bounded, and only names that are known."""

from __future__ import annotations

import json
import re
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, Field, field_validator

from nova_app.domain.errors import ErrorCode, ErrorKind, Refused
from nova_app.protocol.bounds import COUNT_MAX, LAYOUT_SHIFT_MAX, WEEK_MS
from nova_app.protocol.codes import CLOSE_CODES

NAMES_MAX = 64
NAME_MAX = 40
REPORT_MAX_BYTES = 16 * 1024
"""A browser's report of a violation is this long at most."""
SAMPLES_MAX = 64
"""So many single durations fit into a report."""

Count = Annotated[int, Field(strict=True, ge=0, le=COUNT_MAX)]
Milliseconds = Annotated[float, Field(strict=True, ge=0, le=WEEK_MS)]
Counts = Annotated[dict[str, Count], Field(max_length=NAMES_MAX)]
Wake = Literal["online", "visible", "focus", "pageshow", "resume", "network", "clock"]
WAKES: frozenset[str] = frozenset(get_args(Wake))
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


class Call(BaseModel):
    """One call of a page to the API, as the browser saw it."""

    route: str = Field(default=OTHER, max_length=NAME_MAX)
    status: str = Field(default=OTHER, max_length=NAME_MAX)
    ms: Milliseconds


class Vitals(BaseModel):
    """Web vitals in milliseconds; what was not measured is missing."""

    ttfb: Milliseconds | None = None
    fcp: Milliseconds | None = None
    lcp: Milliseconds | None = None
    inp: Milliseconds | None = None


class PageReport(BaseModel):
    """What happened in the page since its last report."""

    errors: Counts = {}
    calls: Annotated[list[Call], Field(max_length=SAMPLES_MAX)] = []
    vitals: Vitals = Vitals()
    layout_shift: Annotated[float, Field(strict=True, ge=0, le=LAYOUT_SHIFT_MAX)] | None = None
    reconnects: Count = 0
    roundtrips_ms: Annotated[list[Milliseconds], Field(max_length=SAMPLES_MAX)] = []

    @field_validator("errors")
    @classmethod
    def _known_kinds(cls, counts: dict[str, int]) -> dict[str, int]:
        return _only(counts, {str(kind) for kind in ErrorKind}, fallback=str(ErrorKind.UNKNOWN))


class TelemetryRequest(BaseModel):
    """One report; unknown fields are passed over.

    ``user_id`` is the account of the page, compared and never kept.
    """

    connection: ConnectionReport
    page: PageReport = PageReport()
    user_id: Annotated[str, Field(max_length=NAME_MAX)] | None = None


def directive_of(body: bytes) -> str:
    """Return the directive that a browser's report of a violation names.

    Raises:
        Refused: ``MALFORMED_BODY``: it is no such report.
    """
    try:
        report = json.loads(body)["csp-report"]
        # Chromium also names the finer form, such as script-src-elem.
        return re.sub("-(elem|attr)$", "", str(report.get("effective-directive") or report["violated-directive"]))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise Refused(ErrorCode.MALFORMED_BODY, "expected a report of a Content Security Policy") from None


def _only(counts: dict[str, int], known: frozenset[str] | set[str], fallback: str = OTHER) -> dict[str, int]:
    """Return the counts under known names; all others together under one, so that names stay few."""
    kept: dict[str, int] = {}
    for name, count in counts.items():
        key = name if name in known else fallback
        kept[key] = min(COUNT_MAX, kept.get(key, 0) + count)
    return kept
