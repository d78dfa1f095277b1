"""Invites and password resets in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session as SqlSession
from sqlmodel import col, delete, select

from nova_app.domain.models import Invite, PasswordNotice, PasswordReset, SessionId, User, UserId
from nova_app.persistence.account_directory import end_access
from nova_app.persistence.reader import Reader
from nova_app.persistence.tables import Invite as InviteRow
from nova_app.persistence.tables import PasswordReset as ResetRow
from nova_app.persistence.tables import User as UserRow
from nova_app.persistence.tables import to_entity, to_row
from nova_app.persistence.writer import Writer


class SqlAccountLinks:
    """``AccountLinks`` over the reader and the writer."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def add_invite(self, invite: Invite) -> None:
        await self._writer.run(lambda db: db.add(to_row(InviteRow, invite)))

    async def list_invites(self, now: datetime) -> Sequence[Invite]:
        statement = _usable(now).order_by(col(InviteRow.created_at).desc())
        rows = await self._reader.run(lambda db: db.exec(statement).all())
        return [to_entity(Invite, row) for row, _ in rows]

    async def find_invite(self, secret_hash: str, now: datetime) -> tuple[Invite, str] | None:
        statement = _usable(now).where(InviteRow.secret_hash == secret_hash)
        found = await self._reader.run(lambda db: db.exec(statement).first())
        if found is None:
            return None
        row, host = found
        return to_entity(Invite, row), host.display_name if host else ""

    async def delete_invite(self, invite_id: str) -> bool:
        statement = delete(InviteRow).where(col(InviteRow.id) == invite_id)
        return await self._writer.run(lambda db: db.connection().execute(statement).rowcount > 0)

    async def replace_reset(self, reset: PasswordReset) -> None:
        await self._writer.run(lambda db: db.merge(to_row(ResetRow, reset)) and None)

    async def find_reset(self, secret_hash: str, now: datetime) -> User | None:
        found = await self._reader.run(lambda db: _find_reset(db, secret_hash, now))
        return None if found is None else to_entity(User, found[1])

    async def use_reset(
        self, secret_hash: str, *, password_hash: str, end_tokens: bool, now: datetime
    ) -> tuple[UserId, Sequence[SessionId]] | None:

        def write(db: SqlSession) -> tuple[UserId, Sequence[SessionId]] | None:
            found = _find_reset(db, secret_hash, now)
            if found is None:
                return None
            reset, user = found
            db.delete(reset)
            user.password_hash, user.password_notice = password_hash, PasswordNotice.DONE
            db.add(user)
            return UserId(user.id), end_access(db, UserId(user.id), tokens=end_tokens)

        return await self._writer.run(write)


def use_invite(db: SqlSession, secret_hash: str, now: datetime) -> bool:
    """Count one use of an invite; return False where it may not be used."""
    found = db.exec(_usable(now).where(InviteRow.secret_hash == secret_hash)).first() if secret_hash else None
    if found is None:
        return False
    found[0].uses += 1
    db.add(found[0])
    return True


def _usable(now: datetime) -> Any:
    """Return the statement of the invites that may be used now, each with the admin who made it."""
    has_uses_left: ColumnElement[bool] = or_(
        col(InviteRow.max_uses).is_(None), col(InviteRow.uses) < col(InviteRow.max_uses)
    )
    return (
        select(InviteRow, UserRow)
        .join(UserRow, col(UserRow.id) == col(InviteRow.created_by), isouter=True)
        .where(col(InviteRow.expires_at) > now, has_uses_left, _is_rightful(col(InviteRow.created_by), UserRow))
    )


def _find_reset(db: SqlSession, secret_hash: str, now: datetime) -> tuple[ResetRow, UserRow] | None:
    maker: Any = aliased(UserRow)
    statement = (
        select(ResetRow, UserRow)
        .join(UserRow, col(UserRow.id) == col(ResetRow.user_id))
        .join(maker, maker.id == col(ResetRow.created_by), isouter=True)
        .where(ResetRow.secret_hash == secret_hash, col(ResetRow.expires_at) > now, col(UserRow.disabled_at).is_(None))
        .where(_is_rightful(col(ResetRow.created_by), maker))
    )
    return db.exec(statement).first()


def _is_rightful(created_by: Any, maker: Any) -> ColumnElement[bool]:
    """Return whether a link was made by command or by an active admin: it ends with their standing."""
    return or_(created_by.is_(None), col(maker.is_admin).is_(True) & col(maker.disabled_at).is_(None))
