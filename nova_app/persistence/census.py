"""Counts users, conversations and messages, for operators; programs of the server's own are no users."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import Connection, text
from sqlmodel import Session

from nova_app.domain.models import to_text
from nova_app.observability.census import Census
from nova_app.persistence.reader import Reader

WINDOWS = MappingProxyType(
    {
        "5m": timedelta(minutes=5),
        "1h": timedelta(hours=1),
        "1d": timedelta(days=1),
        "7d": timedelta(days=7),
        "30d": timedelta(days=30),
    }
)

COUNT_SECONDS = 60.0
"""Counting everything for the first time may take longer than a page would wait."""
_PEOPLE = "SELECT id FROM user WHERE NOT is_service"
_ACTIVE = f"SELECT count(DISTINCT user_id) FROM session WHERE seen_at >= :since AND user_id IN ({_PEOPLE})"  # noqa: S608
_USERS = "SELECT disabled_at IS NOT NULL, count(*) FROM user WHERE NOT is_service GROUP BY 1"
_CONVERSATIONS = "SELECT kind, count(*) AS number FROM conversation GROUP BY kind"
_MESSAGES = "SELECT coalesce(max(number), 0) FROM message"
_AUTHORS = "SELECT DISTINCT author_id FROM message WHERE number > :after"
_SERVICES = "SELECT id FROM user WHERE is_service"
_IN_CONVERSATION = f"SELECT count(DISTINCT user_id) FROM member WHERE user_id IN ({_PEOPLE})"  # noqa: S608
_RETURNED = """
SELECT count(DISTINCT s.user_id) FROM session AS s JOIN user AS u ON u.id = s.user_id
WHERE NOT u.is_service AND julianday(s.seen_at) >= julianday(u.created_at) + 7
"""


class CensusReader:
    """Counts by few and cheap statements: authors are remembered, so that old messages are read once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._authors: set[str] = set()
        self._messages = 0

    async def take_census(self, now: datetime) -> Census:
        """Count as of ``now``.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        return await self._reader.run(lambda session: self._count(session, now), query_seconds=COUNT_SECONDS)

    def _count(self, session: Session, now: datetime) -> Census:
        connection = session.connection()
        users = {bool(disabled): number for disabled, number in connection.execute(text(_USERS))}
        messages = _number(connection, _MESSAGES)
        self._authors.update(connection.execute(text(_AUTHORS), {"after": self._messages}).scalars())
        self._messages = messages
        found: dict[str, int] = {row.kind: row.number for row in connection.execute(text(_CONVERSATIONS))}
        return Census(
            active_users={
                name: _number(connection, _ACTIVE, since=to_text(now - window)) for name, window in WINDOWS.items()
            },
            users={"enabled": users.get(False, 0), "disabled": users.get(True, 0)},
            conversations={kind: found.get(kind, 0) for kind in ("direct", "group")},
            messages=messages,
            funnel={
                "registered": sum(users.values()),
                "in_conversation": _number(connection, _IN_CONVERSATION),
                "wrote": len(self._authors.difference(connection.execute(text(_SERVICES)).scalars())),
                "returned_after_week": _number(connection, _RETURNED),
            },
        )


def _number(connection: Connection, statement: str, **values: str) -> int:
    return int(connection.execute(text(statement), values).scalar_one())
