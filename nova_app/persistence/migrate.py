"""Migrates a database file before anything else opens it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from nova_app.persistence.engine import create_migration_engine, raw_connection
from nova_app.persistence.snapshot import copy_database
from nova_app.settings import Settings

MIGRATIONS = Path(__file__).parent / "migrations"
COPIES = "copies"
"""Beside the database: copies from before a migration."""
KEPT_COPIES = 2


class DatabaseUnusable(Exception):
    """The database cannot be opened by this Nova; the text is one line for the person who starts it."""


def migrate(settings: Settings) -> None:
    """Make the database if there is none, and bring an older one up to date.

    Everything happens in one transaction: a migration that fails leaves the file as
    it was. An older database is copied before (``copies/``): no migration can be undone.
    A file that is up to date is not written. Blocks; call it before the event loop or in
    a thread.

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
                _upgrade(connection, path)
        finally:
            engine.dispose()
    except (OSError, sqlite3.Error, DBAPIError) as fault:
        cause = fault.orig if isinstance(fault, DBAPIError) else fault
        raise DatabaseUnusable(f"{path} cannot be opened as Nova's database: {cause}") from fault


def alembic_config(connection: Connection) -> Config:
    """Return Alembic's configuration for this connection; it needs no ini file and sets up no logging."""
    config = Config()
    # Alembic expands % in its options.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def knows_revision(revision: str) -> bool:
    """Return whether this code can open, or upgrade, a database of this revision."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return revision in {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}


def find_faults(connection: Connection) -> str | None:
    """Return one line on why this database is not at the newest revision; None if it is."""
    head = ScriptDirectory.from_config(alembic_config(connection)).get_current_head()
    current = MigrationContext.configure(connection).get_current_revision()
    return None if current == head else f"the database is at revision {current}, expected {head}"


def _upgrade(connection: Connection, path: Path) -> None:
    config = alembic_config(connection)
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    with connection.begin():
        current = MigrationContext.configure(connection).get_current_revision()
        if current is not None and current not in known:
            raise DatabaseUnusable(
                f"{path} was last used by a newer Nova (revision {current}, this one knows"
                f" {scripts.get_current_head()}): update Nova or use another NOVA_DATA_DIR"
            )
        if current == scripts.get_current_head():
            return
        if current is not None:
            _copy_before(path, current)
        command.upgrade(config, "head")
        broken = raw_connection(connection).execute("PRAGMA foreign_key_check").fetchone()
        if broken is not None:
            raise DatabaseUnusable(f"{path} was not migrated: a row of table {broken[0]!r} would refer to nothing")


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
