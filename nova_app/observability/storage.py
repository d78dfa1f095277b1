"""Metrics of the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from nova_app.observability.metrics import Metrics
from nova_app.observability.occasional_log import OccasionalLog

_CAUSES = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_CONSTRAINT: "integrity",
    sqlite3.SQLITE_CANTOPEN: "connection",
    sqlite3.SQLITE_IOERR: "connection",
}
_PRIMARY = 0xFF
"""SQLite's extended codes carry the primary one in the lowest byte."""


class StorageMetrics:
    """Reads and commits; safe to use from any thread."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._reads = metrics.histogram("nova_db_query_duration_seconds", "read")
        self._commits = metrics.histogram("nova_db_query_duration_seconds", "commit")
        self._sizes = metrics.histogram("nova_db_commit_size")

    def read(self, seconds: float) -> None:
        """Observe a read."""
        self._reads.observe(seconds)

    def committed(self, seconds: float, requests: int) -> None:
        """Count a committed group."""
        self._commits.observe(seconds)
        self._sizes.observe(requests)

    def failed(self, fault: BaseException) -> None:
        """Count a failed read or commit."""
        self._metrics.counter("nova_db_errors_total", cause_of(fault)).inc()

    def waiting(self, requests: int) -> None:
        """Set how many requests wait for the writer."""
        self._metrics.gauge("nova_db_writes_waiting").set(requests)

    def pool(self, *, in_use: int, idle: int, at_most: int) -> None:
        """Set how the connections that read are used."""
        self._metrics.gauge("nova_db_pool_connections", "in_use").set(in_use)
        self._metrics.gauge("nova_db_pool_connections", "idle").set(idle)
        self._metrics.gauge("nova_db_pool_max_connections").set(at_most)

    def size(self, size_bytes: int) -> None:
        """Set the size of the database."""
        self._metrics.gauge("nova_db_size_bytes").set(size_bytes)

    def disk(self, bytes_by_kind: Mapping[str, int]) -> None:
        """Set what takes the room in the data directory."""
        for kind, size_bytes in bytes_by_kind.items():
            self._metrics.gauge("nova_storage_bytes", kind).set(size_bytes)

    def backed_up(self, at_seconds: float) -> None:
        """Set when a backup last succeeded."""
        self._metrics.gauge("nova_backup_last_success_timestamp_seconds").set(at_seconds)


def cause_of(fault: BaseException) -> str:
    """Return the cause of a database error, from SQLite's own code."""
    seen: BaseException | None = fault
    while seen is not None:
        if isinstance(seen, sqlite3.Error):
            code = getattr(seen, "sqlite_errorcode", None)
            return _CAUSES.get(code & _PRIMARY, "other") if code is not None else "other"
        seen = getattr(seen, "orig", None) or seen.__cause__
    return "other"


def log_storage_fault(log: OccasionalLog, what: str, fault: Exception) -> bool:
    """Log a fault of the machine (a full disk, a lock, an unreadable file) in one line, at most once a minute.

    Returns:
        Whether it is one; anything else is a bug, whose traceback the caller logs.
    """
    cause = getattr(fault, "orig", None) or fault
    if not isinstance(cause, sqlite3.OperationalError):
        return False
    # SQLite's own words may quote the statement, and the statement what was searched for.
    log.error(what, f"{what}: {cause_of(fault)} ({getattr(cause, 'sqlite_errorname', '')})")
    return True
