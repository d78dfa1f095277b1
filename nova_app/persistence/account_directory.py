"""All accounts of the server in SQL, for those who administer it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session as SqlSession
from sqlmodel import col, delete, select

from nova_app.domain.account_ports import AccountLine, Overview
from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.models import SessionId, User, UserId
from nova_app.persistence.reader import Reader
from nova_app.persistence.tables import ApiToken as TokenRow
from nova_app.persistence.tables import Conversation, Message, Upload, to_entity
from nova_app.persistence.tables import Session as SessionRow
from nova_app.persistence.tables import User as UserRow
from nova_app.persistence.writer import Writer


class SqlAccountDirectory:
    """An ``AccountDirectory`` over the reader and the writer."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def list_accounts(self) -> Sequence[AccountLine]:
        return await self._reader.run(_list_accounts)

    async def change_standing(
        self, user_id: UserId, *, is_admin: bool | None, is_active: bool | None, now: datetime
    ) -> User | None:

        def write(db: SqlSession) -> User | None:
            row = db.get(UserRow, user_id)
            if row is None:
                return None
            if is_admin and row.is_service:
                raise Refused(
                    ErrorCode.NOT_ALLOWED, f"{row.username} is the account of a program, which is never an admin"
                )
            had_admin = _has_active_admin(db)
            row.is_admin = row.is_admin if is_admin is None else is_admin
            if is_active is not None:
                row.disabled_at = None if is_active else row.disabled_at or now
            db.add(row)
            db.flush()
            if had_admin and not _has_active_admin(db):
                raise Refused(ErrorCode.LAST_ADMIN)
            return to_entity(User, row)

        return await self._writer.run(write)

    async def list_access(self, user_id: UserId) -> Sequence[SessionId]:
        return await self._reader.run(lambda db: _list_access(db, user_id, tokens=True))

    async def end_access(self, user_id: UserId, *, tokens: bool) -> Sequence[SessionId]:
        return await self._writer.run(lambda db: end_access(db, user_id, tokens=tokens))

    async def read_overview(self) -> Overview:
        return await self._reader.run(_read_overview)


def end_access(db: SqlSession, user_id: UserId, *, tokens: bool) -> Sequence[SessionId]:
    """Delete the account's sessions, and its ``tokens`` too; return the ids of both."""
    ended = _list_access(db, user_id, tokens=tokens)
    db.connection().execute(delete(SessionRow).where(col(SessionRow.user_id) == user_id))
    if tokens:
        db.connection().execute(delete(TokenRow).where(col(TokenRow.user_id) == user_id))
    return ended


def _list_access(db: SqlSession, user_id: UserId, *, tokens: bool) -> list[SessionId]:
    ids = list(db.exec(select(SessionRow.id).where(SessionRow.user_id == user_id)).all())
    if tokens:
        ids += db.exec(select(TokenRow.id).where(TokenRow.user_id == user_id)).all()
    return [SessionId(item) for item in ids]


def _has_active_admin(db: SqlSession) -> bool:
    statement = select(UserRow.id).where(col(UserRow.is_admin).is_(True), col(UserRow.disabled_at).is_(None))
    return db.exec(statement.limit(1)).first() is not None


def _list_accounts(db: SqlSession) -> list[AccountLine]:
    seen: dict[str, datetime] = dict(
        db.exec(select(SessionRow.user_id, func.max(SessionRow.seen_at)).group_by(SessionRow.user_id)).all()
    )
    stored: dict[str, int] = dict(
        db.exec(select(Upload.owner_id, func.sum(Upload.size_bytes)).group_by(Upload.owner_id)).all()
    )
    rows = db.exec(select(UserRow).order_by(UserRow.username)).all()
    return [AccountLine(to_entity(User, row), seen.get(row.id), stored.get(row.id, 0)) for row in rows]


def _read_overview(db: SqlSession) -> Overview:
    def count(table: type[Any], *where: Any) -> int:
        return db.exec(select(func.count()).select_from(table).where(*where)).one()

    is_active, is_person = col(UserRow.disabled_at).is_(None), col(UserRow.is_service).is_(False)
    return Overview(
        users=count(UserRow, is_person),
        active_users=count(UserRow, is_person, is_active),
        admins=count(UserRow, is_active, col(UserRow.is_admin).is_(True)),
        service_accounts=count(UserRow, col(UserRow.is_service).is_(True)),
        sessions=count(SessionRow),
        conversations=count(Conversation),
        messages=count(Message),
        bytes_stored=db.exec(select(func.coalesce(func.sum(Upload.size_bytes), 0))).one(),
    )
