"""What happened to accounts, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, delete, select

from nova_app.domain.account_events import KEPT, AccountEvent
from nova_app.domain.models import UserId
from nova_app.persistence.reader import Reader
from nova_app.persistence.tables import AccountEvent as EventRow
from nova_app.persistence.tables import to_entity, to_row
from nova_app.persistence.writer import Writer


class SqlAccountEventLog:
    """An ``AccountEventLog`` over the reader and the writer."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def add(self, event: AccountEvent) -> None:

        def write(db: Session) -> None:
            db.add(to_row(EventRow, event))
            db.flush()
            kept = _newest(event.user_id, EventRow.id)
            old = delete(EventRow).where(col(EventRow.user_id) == event.user_id, col(EventRow.id).not_in(kept))
            db.connection().execute(old)

        await self._writer.run(write)

    async def list_events(self, user_id: UserId) -> Sequence[AccountEvent]:
        rows = await self._reader.run(lambda db: db.exec(_newest(user_id, EventRow)).all())
        return [to_entity(AccountEvent, row) for row in rows]


def _newest(user_id: str, what: Any) -> Any:
    """Return the statement of an account's newest events."""
    return (
        select(what).where(EventRow.user_id == user_id).order_by(col(EventRow.at).desc(), col(EventRow.id)).limit(KEPT)
    )
