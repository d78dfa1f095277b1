"""Deliveries that failed for good, for the command line; works beside a running Nova."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, text

from nova_app.domain.models import to_text
from nova_app.persistence.engine import create_write_engine
from nova_app.settings import Settings

_LIST = """
SELECT d.id, d.state, d.attempts, d.next_at, d.last_error, d.created_at, w.url
FROM delivery AS d JOIN webhook AS w ON w.id = d.webhook_id
WHERE :every OR d.state = 'failed' ORDER BY d.created_at LIMIT :most
"""
_REPLAY = """
UPDATE delivery SET state = 'retry', attempts = 0, next_at = :now, leased_until = NULL WHERE state = 'failed'
"""
_REVIVE = """
UPDATE webhook SET ended_at = NULL WHERE id IN (SELECT webhook_id FROM delivery WHERE state = 'failed')
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """A delivery, as an operator sees it; moments as ISO 8601 text, UTC."""

    id: str
    state: str
    attempts: int
    next_at: str
    last_error: str
    created_at: str
    url: str


def list_letters(settings: Settings, *, every: bool, most: int) -> Sequence[Letter]:
    """Return what failed for good (or ``every`` delivery that waits), the oldest first, at most ``most``."""
    engine = create_write_engine(settings.database_path)
    try:
        with engine.begin() as connection:
            rows = connection.execute(text(_LIST), {"every": every, "most": most})
            return [Letter(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name for it
    finally:
        engine.dispose()


def replay(settings: Settings, ids: Sequence[str], now: datetime) -> int:
    """Schedule what failed again from the first try; a webhook that had ended is active again.

    Args:
        ids: Only these; everything if empty. What has not failed stays as it is.

    Returns:
        How many deliveries that is.
    """
    engine = create_write_engine(settings.database_path)
    try:
        with engine.begin() as connection:
            return _replay(connection, list(ids), to_text(now))
    finally:
        engine.dispose()


def _replay(connection: Connection, ids: list[str], now: str) -> int:
    only = " AND id IN :ids" if ids else ""
    these: list[BindParameter[Any]] = [bindparam("ids", expanding=True)] if ids else []
    values = {"ids": ids} if ids else {}
    connection.execute(text(_REVIVE.replace("'failed')", f"'failed'{only})")).bindparams(*these), values)
    done = connection.execute(text(_REPLAY + only).bindparams(*these), {**values, "now": now})
    return done.rowcount
