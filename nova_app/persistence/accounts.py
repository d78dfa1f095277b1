"""Users, sessions and tokens in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Executable
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session as SqlSession
from sqlmodel import col, delete, select, update

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.models import ApiToken, Member, Session, SessionId, User, UserId
from nova_app.persistence.reader import Reader
from nova_app.persistence.writer import Writer


class SqlAccountRepository:
    """An ``AccountRepository`` over the reader and the writer."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def add_user(self, user: User) -> None:

        def write(session: SqlSession) -> None:
            session.add(user)
            try:
                session.flush()
            except IntegrityError as fault:
                raise Refused(ErrorCode.USERNAME_TAKEN) from fault

        await self._writer.run(write)

    async def find_user(self, user_id: UserId) -> User | None:
        return await self._reader.run(lambda session: session.get(User, user_id))

    async def find_user_by_name(self, username: str) -> User | None:
        return await self._reader.run(
            lambda session: session.exec(select(User).where(User.username == username)).first()
        )

    async def change_user(self, user_id: UserId, values: Mapping[str, str | bool | None]) -> None:
        statement = update(User).where(col(User.id) == user_id).values(**values)
        await self._writer.run(lambda db: _execute(db, statement))

    async def replace_password(
        self, user_id: UserId, *, was: str, password_hash: str, only_session: SessionId | None = None
    ) -> list[SessionId] | None:
        change = update(User).where(col(User.id) == user_id, col(User.password_hash) == was)
        others = [col(Session.user_id) == user_id, col(Session.id) != only_session]

        def write(db: SqlSession) -> list[SessionId] | None:
            if not _count(db, change.values(password_hash=password_hash)):
                return None
            if only_session is None:
                return []
            ended = db.exec(select(Session.id).where(*others)).all()
            _execute(db, delete(Session).where(*others))
            return [SessionId(session_id) for session_id in ended]

        return await self._writer.run(write)

    async def list_acquaintances(self, user_id: UserId) -> list[UserId]:
        mine = select(Member.conversation_id).where(Member.user_id == user_id)
        statement = select(Member.user_id).where(col(Member.conversation_id).in_(mine)).distinct()
        found = await self._reader.run(lambda db: db.exec(statement).all())
        return [UserId(other) for other in {user_id, *found}]

    async def add_session(self, session: Session) -> None:
        await self._writer.run(lambda db: db.add(session))

    async def find_session(self, secret_hash: str) -> tuple[Session, User] | None:
        return await self._reader.run(
            lambda db: db.exec(select(Session, User).join(User).where(Session.secret_hash == secret_hash)).first()
        )

    async def find_session_by_id(self, session_id: SessionId) -> tuple[Session, User] | None:
        return await self._reader.run(
            lambda db: db.exec(select(Session, User).join(User).where(Session.id == session_id)).first()
        )

    async def touch_session(self, session_id: SessionId, seen_at: datetime) -> None:
        statement = update(Session).where(col(Session.id) == session_id).values(seen_at=seen_at)
        await self._writer.run(lambda db: _execute(db, statement))

    async def delete_session(self, session_id: SessionId, user_id: UserId) -> bool:
        statement = delete(Session).where(col(Session.id) == session_id, col(Session.user_id) == user_id)
        return await self._writer.run(lambda db: _count(db, statement) > 0)

    async def list_sessions(self, user_id: UserId) -> list[Session]:
        statement = select(Session).where(Session.user_id == user_id).order_by(col(Session.seen_at).desc())
        return await self._reader.run(lambda db: list(db.exec(statement)))

    async def add_token(self, token: ApiToken) -> None:
        await self._writer.run(lambda db: db.add(token))

    async def find_token(self, secret_hash: str) -> tuple[ApiToken, User] | None:
        return await self._reader.run(
            lambda db: db.exec(select(ApiToken, User).join(User).where(ApiToken.secret_hash == secret_hash)).first()
        )

    async def find_token_by_id(self, token_id: SessionId) -> tuple[ApiToken, User] | None:
        return await self._reader.run(
            lambda db: db.exec(select(ApiToken, User).join(User).where(ApiToken.id == token_id)).first()
        )

    async def list_tokens(self, user_id: UserId) -> list[ApiToken]:
        statement = select(ApiToken).where(ApiToken.user_id == user_id).order_by(col(ApiToken.created_at).desc())
        return await self._reader.run(lambda db: list(db.exec(statement)))

    async def delete_token(self, token_id: SessionId, user_id: UserId) -> bool:
        statement = delete(ApiToken).where(col(ApiToken.id) == token_id, col(ApiToken.user_id) == user_id)
        return await self._writer.run(lambda db: _count(db, statement) > 0)


def _execute(db: SqlSession, statement: Executable) -> None:
    db.connection().execute(statement)


def _count(db: SqlSession, statement: Executable) -> int:
    """Return how many rows a write has touched."""
    return db.connection().execute(statement).rowcount
