"""A consistent copy of a database that others write to, in one bounded step."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from nova_app.persistence.engine import BUSY_TIMEOUT_SECONDS


class DatabaseDamaged(Exception):
    """A database does not pass its checks; the text is one line."""


def copy_database(source: Path, target: Path) -> None:
    """Copy a database at one moment, whoever writes meanwhile; what is at ``target`` is replaced.

    All pages are copied within one read transaction: in steps, SQLite begins again at each commit of another
    process, and on a busy server it never ends.

    Raises:
        sqlite3.Error: The database cannot be read, or the copy cannot be written.
    """
    for leftover in files_of(target):
        leftover.unlink(missing_ok=True)
    with contextlib.closing(open_existing(source)) as original, contextlib.closing(sqlite3.connect(target)) as copy:
        target.chmod(0o600)
        copy.execute("PRAGMA synchronous = OFF")  # whoever needs it on the disk syncs the whole file
        original.backup(copy, pages=-1)
        # One file, without a log beside it.
        copy.execute("PRAGMA journal_mode = DELETE")


def open_existing(path: Path) -> sqlite3.Connection:
    """Open a database that must exist, to be read; its log may have to be recovered, which writes.

    Raises:
        sqlite3.Error: It does not exist or cannot be opened.
    """
    uri = f"{path.resolve().as_uri()}?mode=rw"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None)
    connection.execute("PRAGMA query_only = ON")
    return connection


def files_of(database: Path) -> list[Path]:
    """Return the files that together are a database."""
    return [database, *(database.with_name(f"{database.name}{suffix}") for suffix in ("-wal", "-shm", "-journal"))]


def refuse_damage(copy: Path) -> None:
    """Check a copy that nobody else uses, its index of words included.

    Raises:
        DatabaseDamaged: Something is wrong with it.
    """
    try:
        with contextlib.closing(sqlite3.connect(copy)) as connection:
            faults = find_damage(connection)
            connection.execute("INSERT INTO message_search(message_search) VALUES ('integrity-check')")
            connection.rollback()
    except sqlite3.Error as fault:
        raise DatabaseDamaged(f"{copy.name} is damaged: {fault}") from fault
    if faults:
        raise DatabaseDamaged(f"{copy.name} is damaged: {faults[0]}")


def find_damage(connection: sqlite3.Connection) -> list[str]:
    """Return what SQLite finds wrong with the file and with its references, at most 20 lines."""
    found = [line for (line,) in connection.execute("PRAGMA integrity_check(20)") if line != "ok"]
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchmany(20):
        found.append(f"row {row} of {table} refers to a row of {parent} that is not there")
    return found


def read_revision(connection: sqlite3.Connection) -> str:
    """Return the revision of the tables.

    Raises:
        sqlite3.Error: This is no database of Nova.
    """
    return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
