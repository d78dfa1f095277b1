"""The revision of a database, and those that this code knows, without Alembic.

Loading Alembic takes a tenth of the time of a start, and most starts have nothing to migrate.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


@cache
def known_revisions() -> frozenset[str]:
    """Return the revisions that this code can open, or upgrade: the names of their files begin with them."""
    return frozenset(path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def newest_revision() -> str:
    """Return the revision that this code works with."""
    return max(known_revisions())


def revision_of(connection: Connection) -> str | None:
    """Return the revision of this database; None if it is empty."""
    is_there = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
    if connection.exec_driver_sql(is_there).first() is None:
        return None
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    return None if row is None else str(row[0])


def find_faults(connection: Connection) -> str | None:
    """Return one line on why this database is not at the newest revision; None if it is."""
    current, newest = revision_of(connection), newest_revision()
    return None if current == newest else f"the database is at revision {current}, expected {newest}"
