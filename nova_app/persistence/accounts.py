"""Users, sessions and tokens in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Executable, func, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session as SqlSession
from sqlmodel import SQLModel, col, delete, select, update
from sqlmodel.sql.expression import SelectOfScalar

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.models import Access, ApiToken, PasswordNotice, Session, SessionId, User, UserId
from nova_app.domain.registration import (
    Admission,
    Population,
    RegistrationMode,
    is_first,
    mode_of,
    refuse_registration,
)
from nova_app.persistence.account_links import use_invite
from nova_app.persistence.engine import raw_connection
from nova_app.persistence.gathered import Gathered
from nova_app.persistence.reader import Reader
from nova_app.persistence.session_rows import find_access, find_sessions, touch_sessions
from nova_app.persistence.tables import ApiToken as TokenRow
from nova_app.persistence.tables import Member, to_entity, to_row
from nova_app.persistence.tables import Session as SessionRow
from nova_app.persistence.tables import User as UserRow
from nova_app.persistence.writer import Writer

Key = TypeVar("Key", Session, ApiToken)


class SqlAccountRepository:
    """An ``AccountRepository`` over the reader and the writer."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer
        self._sessions = Gathered(self._find_sessions)
        self._touches = Gathered(self._touch_sessions)

    async def add_user(self, user: User) -> None:

        def write(session: SqlSession) -> None:
            session.add(to_row(UserRow, user))
            try:
                session.flush()
            except IntegrityError as fault:
                raise Refused(ErrorCode.USERNAME_TAKEN) from fault

        await self._writer.run(write)

    async def register(self, user: User, admission: Admission) -> User:

        def write(db: SqlSession) -> User:
            population = _count_people(db)
            mode = mode_of(admission.setting, population)
            # An open server asks for no invite, and uses none up.
            has_invite = mode is RegistrationMode.INVITE and use_invite(db, admission.invite_hash, admission.now)
            refuse_registration(mode, has_invite=has_invite)
            admitted = replace(user, is_admin=is_first(population))
            db.add(to_row(UserRow, admitted))
            try:
                db.flush()
            except IntegrityError as fault:
                raise Refused(ErrorCode.USERNAME_TAKEN) from fault
            return admitted

        return await self._writer.run(write)

    async def count_people(self) -> Population:
        return await self._reader.run(_count_people)

    async def find_user(self, user_id: UserId) -> User | None:
        return await self._find_user(select(UserRow).where(UserRow.id == user_id))

    async def find_user_by_name(self, username: str) -> User | None:
        return await self._find_user(select(UserRow).where(UserRow.username == username))

    async def _find_user(self, statement: SelectOfScalar[UserRow]) -> User | None:
        row = await self._reader.run(lambda db: db.exec(statement).first())
        return None if row is None else to_entity(User, row)

    async def change_user(self, user_id: UserId, values: Mapping[str, str | bool | None]) -> None:
        statement = update(UserRow).where(col(UserRow.id) == user_id).values(**values)
        await self._writer.run(lambda db: _execute(db, statement))

    async def replace_password(
        self,
        user_id: UserId,
        *,
        was: str,
        password_hash: str,
        only_session: SessionId | None = None,
        end_tokens: bool = False,
    ) -> list[SessionId] | None:
        change = update(UserRow).where(col(UserRow.id) == user_id, col(UserRow.password_hash) == was)
        others = [col(SessionRow.user_id) == user_id, col(SessionRow.id) != only_session]

        def write(db: SqlSession) -> list[SessionId] | None:
            values = {"password_hash": password_hash}
            if only_session is None:
                return [] if _count(db, change.values(**values)) else None
            # Whoever chooses another one chooses a long one.
            if not _count(db, change.values(**values, password_notice=PasswordNotice.DONE)):
                return None
            ended = db.exec(select(SessionRow.id).where(*others)).all()
            _execute(db, delete(SessionRow).where(*others))
            tokens = _end_tokens(db, user_id) if end_tokens else []
            return [SessionId(key) for key in (*ended, *tokens)]

        return await self._writer.run(write)

    async def list_acquaintances(self, user_id: UserId) -> list[UserId]:
        mine = select(Member.conversation_id).where(Member.user_id == user_id)
        statement = select(Member.user_id).where(col(Member.conversation_id).in_(mine)).distinct()
        found = await self._reader.run(lambda db: db.exec(statement).all())
        return [UserId(other) for other in {user_id, *found}]

    async def find_people(self, wanted: str, *, limit: int) -> list[User]:
        # User names are lower case; a display name is compared without case as far as the database knows it.
        is_named = [
            func.lower(column).contains(wanted.lower(), autoescape=True)
            for column in (UserRow.username, UserRow.display_name)
        ]
        order = (func.lower(UserRow.display_name), col(UserRow.username))
        is_offered = (col(UserRow.disabled_at).is_(None), col(UserRow.is_service).is_(False))
        statement = select(UserRow).where(or_(*is_named), *is_offered).order_by(*order).limit(limit)
        rows = await self._reader.run(lambda db: db.exec(statement).all())
        return [to_entity(User, row) for row in rows]

    async def add_session(self, session: Session) -> None:
        await self._writer.run(lambda db: db.add(to_row(SessionRow, session)))

    async def find_session(self, secret_hash: str) -> tuple[Session, User] | None:
        return await self._sessions.get(secret_hash)

    async def _find_sessions(self, hashes: Sequence[str]) -> Mapping[str, tuple[Session, User] | None]:
        return await self._reader.run(lambda db: find_sessions(raw_connection(db.connection()), hashes))

    async def find_access(self, ids: Sequence[SessionId]) -> Sequence[Access]:
        return await self._reader.run(lambda db: find_access(raw_connection(db.connection()), ids))

    async def touch_session(self, session_id: SessionId, seen_at: datetime) -> None:
        await self._touches.get((session_id, seen_at))

    async def _touch_sessions(
        self, touches: Sequence[tuple[SessionId, datetime]]
    ) -> Mapping[tuple[SessionId, datetime], None]:
        await self._writer.run(lambda db: touch_sessions(raw_connection(db.connection()), touches))
        return dict.fromkeys(touches)

    async def delete_session(self, session_id: SessionId, user_id: UserId) -> bool:
        statement = delete(SessionRow).where(col(SessionRow.id) == session_id, col(SessionRow.user_id) == user_id)
        return await self._writer.run(lambda db: _count(db, statement) > 0)

    async def list_sessions(self, user_id: UserId) -> list[Session]:
        statement = select(SessionRow).where(SessionRow.user_id == user_id).order_by(col(SessionRow.seen_at).desc())
        rows = await self._reader.run(lambda db: db.exec(statement).all())
        return [to_entity(Session, row) for row in rows]

    async def delete_ended_sessions(self, *, seen_before: datetime, created_before: datetime) -> int:
        ended = or_(col(SessionRow.seen_at) <= seen_before, col(SessionRow.created_at) <= created_before)
        return await self._writer.run(lambda db: _count(db, delete(SessionRow).where(ended)))

    async def add_token(self, token: ApiToken) -> None:
        await self._writer.run(lambda db: db.add(to_row(TokenRow, token)))

    async def find_token(self, secret_hash: str) -> tuple[ApiToken, User] | None:
        return await self._find_owned(TokenRow, ApiToken, TokenRow.secret_hash == secret_hash)

    async def touch_token(self, token_id: SessionId, used_at: datetime) -> None:
        statement = update(TokenRow).where(col(TokenRow.id) == token_id).values(used_at=used_at)
        await self._writer.run(lambda db: _execute(db, statement))

    async def list_tokens(self, user_id: UserId) -> list[ApiToken]:
        statement = select(TokenRow).where(TokenRow.user_id == user_id).order_by(col(TokenRow.created_at).desc())
        rows = await self._reader.run(lambda db: db.exec(statement).all())
        return [to_entity(ApiToken, row) for row in rows]

    async def delete_token(self, token_id: SessionId, user_id: UserId) -> bool:
        statement = delete(TokenRow).where(col(TokenRow.id) == token_id, col(TokenRow.user_id) == user_id)
        return await self._writer.run(lambda db: _count(db, statement) > 0)

    async def _find_owned(
        self,
        table: type[SQLModel],
        shape: type[Key],
        is_it: bool,  # noqa: FBT001 - an expression of SQL
    ) -> tuple[Key, User] | None:
        """Return a session or a token with the user whose it is."""
        statement: Any = select(table, UserRow).join(UserRow).where(is_it)
        found = await self._reader.run(lambda db: db.exec(statement).first())
        return None if found is None else (to_entity(shape, found[0]), to_entity(User, found[1]))


def _count_people(db: SqlSession) -> Population:
    people, admins = db.exec(
        select(func.count(), func.coalesce(func.sum(UserRow.is_admin), 0)).where(col(UserRow.is_service).is_(False))
    ).one()
    return Population(people, admins)


def _end_tokens(db: SqlSession, user_id: UserId) -> Sequence[str]:
    mine = col(TokenRow.user_id) == user_id
    ended = db.exec(select(TokenRow.id).where(mine)).all()
    _execute(db, delete(TokenRow).where(mine))
    return ended


def _execute(db: SqlSession, statement: Executable) -> None:
    db.connection().execute(statement)


def _count(db: SqlSession, statement: Executable) -> int:
    """Return how many rows a write has touched."""
    return db.connection().execute(statement).rowcount
