"""The delivery queue in SQL: what waits, who holds it, what failed for good.

A claim is one write, so that two workers never get the same row; what is settled later
names its lease, so that a worker that was too slow changes nothing any more.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, text
from sqlmodel import Session, col

from nova_app.domain.events import Event
from nova_app.domain.models import DeliveryState, from_text, to_text
from nova_app.domain.webhook_ports import QueueState
from nova_app.domain.webhooks import Job, PostEvent
from nova_app.persistence.change_rows import select_changes, to_event
from nova_app.persistence.message_columns import message_columns, to_message
from nova_app.persistence.reader import Reader
from nova_app.persistence.tables import Change
from nova_app.persistence.webhook_rights import RIGHTFUL
from nova_app.persistence.writer import Writer

PER_WEBHOOK = 8
"""So many of one webhook are claimed at once: their tries must fit into a lease."""

_IS_DUE = """
d.state IN ('pending', 'retry') AND d.next_at <= :now AND (d.leased_until IS NULL OR d.leased_until <= :now)
"""
_PEEK = f"SELECT 1 FROM delivery AS d WHERE {_IS_DUE} AND d.webhook_id NOT IN :busy LIMIT 1"  # noqa: S608 - constants
_DUE = f"""
SELECT id FROM (
  SELECT d.id, row_number() OVER (
    PARTITION BY d.webhook_id ORDER BY d.created_at, d.message_number, d.event_seq
  ) AS place
  FROM delivery AS d WHERE {_IS_DUE} AND d.webhook_id NOT IN :busy
) WHERE place <= :most
"""  # noqa: S608 - constants
_LEASE = "UPDATE delivery SET leased_until = :lease WHERE id IN :ids"
_READ = f"""
SELECT d.id, d.webhook_id, d.attempts, d.event_seq, w.url, w.secret, w.conversation_id AS room_id,
  d.post_event, d.created_at AS queued_at, {message_columns("m")}
FROM delivery AS d JOIN webhook AS w ON w.id = d.webhook_id LEFT JOIN message AS m ON m.number = d.message_number
WHERE d.id IN :ids ORDER BY d.created_at, d.message_number, d.event_seq
"""  # noqa: S608 - constants
_FORGET = f"""
DELETE FROM delivery WHERE state IN ('pending', 'retry') AND webhook_id IN (
  SELECT w.id FROM webhook AS w WHERE NOT {RIGHTFUL}
)
"""  # noqa: S608 - constants
_MINE = "id = :id AND leased_until = :lease"
_IS_HELD = f"SELECT 1 FROM delivery WHERE {_MINE}"  # noqa: S608 - constants
_FINISH = f"DELETE FROM delivery WHERE {_MINE}"  # noqa: S608 - constants
_SETTLE = f"""
UPDATE delivery
SET state = :state, attempts = attempts + 1, next_at = :at, leased_until = NULL, last_error = :error
WHERE {_MINE}
"""  # noqa: S608 - constants
_RELEASE = f"UPDATE delivery SET next_at = :at, leased_until = NULL WHERE {_MINE}"  # noqa: S608 - constants
_END = "UPDATE webhook SET ended_at = :at WHERE id = :webhook_id"
_MEASURE = """
SELECT state, count(*) AS number, min(created_at) AS oldest FROM delivery GROUP BY state
"""


class SqlDeliveryQueue:
    """A ``DeliveryQueue`` over the reader and the writer."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def claim(self, now: datetime, lease_until: datetime, *, busy: Collection[str]) -> Sequence[Job]:
        values = {"now": to_text(now), "busy": [*busy, ""]}
        peek = text(_PEEK).bindparams(bindparam("busy", expanding=True))
        is_due = await self._reader.run(lambda session: session.connection().execute(peek, values).first() is not None)
        if not is_due:
            return []
        lease = to_text(lease_until)
        return await self._writer.run(lambda session: _claim(session.connection(), values, lease))

    async def is_held(self, job: Job) -> bool:
        values = {"id": job.id, "lease": job.lease}
        statement = text(_IS_HELD)
        return await self._reader.run(
            lambda session: session.connection().execute(statement, values).first() is not None
        )

    async def finish(self, job: Job) -> None:
        await self._write(_FINISH, job)

    async def retry(self, job: Job, at: datetime, error: str) -> None:
        await self._write(_SETTLE, job, state=DeliveryState.RETRY, at=to_text(at), error=error)

    async def release(self, jobs: Sequence[Job], at: datetime) -> None:
        for job in jobs:
            await self._write(_RELEASE, job, at=to_text(at))

    async def fail(self, job: Job, error: str, *, is_over: bool) -> None:
        at = to_text(from_text(job.lease))
        await self._write(_SETTLE, job, state=DeliveryState.FAILED, at=at, error=error)
        if is_over:
            end = {"at": at, "webhook_id": job.webhook_id}
            await self._writer.run(lambda session: _run(session, _END, end))

    async def measure(self) -> QueueState:

        def read(session: Session) -> QueueState:
            rows = {row.state: row for row in session.connection().execute(text(_MEASURE))}
            counts = {state.value: rows[state].number if state in rows else 0 for state in DeliveryState}
            waiting = [rows[state].oldest for state in (DeliveryState.PENDING, DeliveryState.RETRY) if state in rows]
            return QueueState(**counts, oldest_at=from_text(min(waiting)) if waiting else None)

        return await self._reader.run(read)

    async def _write(self, statement: str, job: Job, **values: str) -> None:
        values = {"id": job.id, "lease": job.lease, **values}
        await self._writer.run(lambda session: _run(session, statement, values))


def _run(session: Session, statement: str, values: dict[str, str]) -> None:
    session.connection().execute(text(statement), values)


def _claim(connection: Connection, values: Mapping[str, object], lease: str) -> list[Job]:
    # Whoever made the webhook may have lost the right to hear what waits for it.
    connection.execute(text(_FORGET))
    due = text(_DUE).bindparams(bindparam("busy", expanding=True))
    ids = connection.execute(due, {**values, "most": PER_WEBHOOK}).scalars().all()
    these: BindParameter[Any] = bindparam("ids", expanding=True)
    connection.execute(text(_LEASE).bindparams(these), {"ids": ids, "lease": lease})
    rows = connection.execute(text(_READ).bindparams(these), {"ids": ids})
    return [
        Job(
            id=row.id,
            webhook_id=row.webhook_id,
            url=row.url,
            secret=row.secret,
            attempts=row.attempts,
            lease=lease,
            event=_event_of(connection, row),
        )
        for row in rows
    ]


def _event_of(connection: Connection, row: Any) -> Event | PostEvent:
    if row.post_event is not None:
        event = json.loads(row.post_event)
        return PostEvent(event["type"], row.queued_at, event["data"])
    return _find_change(connection, row.room_id, row.event_seq) if row.event_seq else to_message(row)


def _find_change(connection: Connection, conversation_id: str, seq: int) -> Event:
    statement = select_changes().where(col(Change.conversation_id) == conversation_id, col(Change.seq) == seq)
    return to_event(connection.execute(statement).one())
