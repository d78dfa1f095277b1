"""How Nova opens its SQLite file: one connection that writes, a few that read."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, QueuePool, StaticPool, create_engine, event

BUSY_TIMEOUT_SECONDS = 5.0
"""How long to wait for a lock that another program (a backup, a shell) holds."""

_TAKE_LOCK = "BEGIN IMMEDIATE"
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # An acknowledged message must outlive a power cut; FULL syncs the log at every commit.
    "PRAGMA synchronous = FULL",
    # On macOS only this reaches the disk itself; elsewhere it does nothing.
    "PRAGMA fullfsync = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA journal_size_limit = 67108864",
)


def create_write_engine(path: Path) -> Engine:
    """Return an engine with a single connection, whose transactions take the write lock at once.

    Taking the lock at the beginning means that a transaction never fails half-way
    because another connection wrote first.
    """
    engine = create_engine(_url(path), poolclass=StaticPool, connect_args=_connect_args(), hide_parameters=True)
    _prepare(engine, begin=_TAKE_LOCK, pragmas=_PRAGMAS)
    return engine


def create_read_engine(path: Path, *, connections: int) -> Engine:
    """Return an engine whose connections only read; a transaction sees one moment of the file."""
    engine = create_engine(
        _url(path),
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        connect_args=_connect_args(),
        hide_parameters=True,
    )
    _prepare(engine, begin="BEGIN", pragmas=("PRAGMA query_only = ON",))
    return engine


def create_migration_engine(path: Path) -> Engine:
    """Return an engine for changing tables: they are copied, which enforced foreign keys would forbid."""
    engine = create_engine(_url(path), poolclass=StaticPool, connect_args=_connect_args(), hide_parameters=True)
    _prepare(engine, begin=_TAKE_LOCK, pragmas=(*_PRAGMAS, "PRAGMA foreign_keys = OFF"))
    return engine


@contextlib.contextmanager
def raw_transaction(raw: sqlite3.Connection) -> Iterator[None]:
    """Begin as :func:`create_write_engine` does, without SQLAlchemy, which costs more than the two statements."""
    raw.execute(_TAKE_LOCK)
    try:
        yield
        raw.commit()
    except BaseException:
        raw.rollback()  # does nothing where SQLite has given up the transaction itself
        raise


def raw_connection(connection: Connection) -> sqlite3.Connection:
    """Return the driver's own connection, inside the same transaction."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def _url(path: Path) -> URL:
    return URL.create("sqlite", database=str(path))


def _connect_args() -> dict[str, Any]:
    # isolation_level None: the driver begins no transaction automatically. Connections wander between
    # threads of a pool, but only one uses a connection at a time.
    return {"isolation_level": None, "timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False}


def _prepare(engine: Engine, *, begin: str, pragmas: tuple[str, ...]) -> None:
    def set_up(raw: sqlite3.Connection, _record: object) -> None:
        for pragma in pragmas:
            raw.execute(pragma)

    def start(connection: Connection) -> None:
        raw_connection(connection).execute(begin)

    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", start)
