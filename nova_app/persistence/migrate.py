"""Migrates a database file before anything else opens it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from nova_app.persistence.engine import create_migration_engine, raw_connection
from nova_app.persistence.revision import known_revisions, newest_revision, revision_of
from nova_app.persistence.snapshot import copy_database
from nova_app.settings import Settings

COPIES = "copies"
"""Beside the database: copies from before a migration."""
KEPT_COPIES = 2


class DatabaseUnusable(Exception):
    """The database cannot be opened by this Nova; the text is one line for the person who starts it."""


def migrate(settings: Settings) -> tuple[str, ...]:
    """Make the database if there is none, and bring an older one up to date.

    Everything happens in one transaction: a migration that fails leaves the file as
    it was. An older database is copied before (``copies/``): no migration can be undone.
    A file that is up to date is not written. Blocks; call it before the event loop or in
    a thread.

    Returns:
        What the upgrade changes for people, a line for each change; nothing for a new database.

    Raises:
        DatabaseUnusable: The file is newer than this code, is no database, or
            cannot be opened.
    """
    path = settings.database_path
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = create_migration_engine(path)
        try:
            with engine.connect() as connection:
                return _upgrade(connection, path)
        finally:
            engine.dispose()
    except (OSError, sqlite3.Error, DBAPIError) as fault:
        cause = fault.orig if isinstance(fault, DBAPIError) else fault
        raise DatabaseUnusable(f"{path} cannot be opened as Nova's database: {cause}") from fault


def _upgrade(connection: Connection, path: Path) -> tuple[str, ...]:
    with connection.begin():
        current = revision_of(connection)
        if current is not None and current not in known_revisions():
            raise DatabaseUnusable(
                f"{path} was last used by a newer Nova (revision {current}, this one knows"
                f" {newest_revision()}): update Nova or use another NOVA_DATA_DIR"
            )
        if current == newest_revision():
            return ()
        if current is not None:
            _copy_before(path, current)
        from nova_app.persistence.alembic_upgrade import notices_since, upgrade_to  # noqa: PLC0415 - see there

        upgrade_to(connection, "head")
        broken = raw_connection(connection).execute("PRAGMA foreign_key_check").fetchone()
        if broken is not None:
            raise DatabaseUnusable(f"{path} was not migrated: a row of table {broken[0]!r} would refer to nothing")
        return tuple(notices_since(current)) if current else ()


def _copy_before(path: Path, revision: str) -> None:
    """Copy the database as it is; the migration holds the write lock, so nothing is added meanwhile."""
    folder = path.parent / COPIES
    folder.mkdir(mode=0o700, exist_ok=True)
    copy = folder / f"{path.stem}-{revision}{path.suffix}"
    partial = copy.with_name(f".{copy.name}.partial")
    try:
        copy_database(path, partial)
        partial.replace(copy)
    except (OSError, sqlite3.Error) as fault:
        partial.unlink(missing_ok=True)
        raise DatabaseUnusable(f"{path} was not migrated, because it could not be copied before: {fault}") from fault
    by_age = sorted(folder.glob(f"{path.stem}-*{path.suffix}"), key=lambda found: found.stat().st_mtime, reverse=True)
    for old in by_age[KEPT_COPIES:]:
        old.unlink()
