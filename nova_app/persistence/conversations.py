"""Conversations and their members in SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Executable
from sqlmodel import Session, col, select, update

from nova_app.domain.authorization import Standing
from nova_app.domain.events import ConversationRenamed, ListPlace, MemberChanged, Position, Summary
from nova_app.domain.models import ConversationId, ConversationKind, Role, UploadId, UserId
from nova_app.persistence.conversation_removal import remove_probes
from nova_app.persistence.engine import raw_connection
from nova_app.persistence.membership import NewConversation, read_standing
from nova_app.persistence.membership_changes import change_role, join, leave, rename
from nova_app.persistence.reader import Reader
from nova_app.persistence.summaries import read_lists, read_page
from nova_app.persistence.tables import Member, User
from nova_app.persistence.writer import Writer


class SqlConversationRepository:
    """A ``ConversationRepository`` over the reader and the writer."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def create(
        self,
        *,
        conversation_id: ConversationId,
        kind: ConversationKind,
        title: str,
        creator_id: UserId,
        member_ids: Sequence[UserId],
        creation_key: str | None,
        created_at: datetime,
    ) -> tuple[ConversationId, bool]:
        wanted = NewConversation(conversation_id, kind, title, creator_id, member_ids, creation_key, created_at)
        return await self._writer.run(wanted.find_or_add)

    async def add_member(
        self, conversation_id: ConversationId, user_id: UserId, actor_id: UserId, at: datetime
    ) -> MemberChanged | None:
        return await self._writer.run(lambda session: join(session, conversation_id, user_id, actor_id, at))

    async def remove_member(
        self, conversation_id: ConversationId, user_id: UserId, actor_id: UserId, at: datetime
    ) -> MemberChanged | None:
        return await self._writer.run(lambda session: leave(session, conversation_id, user_id, actor_id, at))

    async def rename(
        self, conversation_id: ConversationId, title: str, actor_id: UserId, at: datetime
    ) -> ConversationRenamed | None:
        return await self._writer.run(lambda session: rename(session, conversation_id, title, actor_id, at))

    async def change_role(self, conversation_id: ConversationId, user_id: UserId, role: Role, actor_id: UserId) -> bool:
        return await self._writer.run(lambda session: change_role(session, conversation_id, user_id, role, actor_id))

    async def remove_probes(self) -> list[UploadId]:
        """Remove the prober's conversations that everybody has left; return the files that they showed."""
        return await self._writer.run(remove_probes)

    async def find_standing(self, conversation_id: ConversationId, user_id: UserId) -> Standing | None:
        return await self._reader.run(lambda session: read_standing(session, conversation_id, user_id))

    async def find_people(self, usernames: Sequence[str]) -> Mapping[str, UserId]:
        statement = select(User.username, User.id).where(
            col(User.username).in_(usernames), col(User.disabled_at).is_(None)
        )
        found = await self._reader.run(lambda session: session.exec(statement).all())
        return {username: UserId(user_id) for username, user_id in found}

    async def find_unaddable(self, user_ids: Sequence[UserId], actor_id: UserId) -> Sequence[str]:
        of_actor = select(Member.conversation_id).where(Member.user_id == actor_id)
        acquainted = select(Member.user_id).where(col(Member.conversation_id).in_(of_actor))
        statement = select(User.username).where(
            col(User.id).in_(user_ids),
            col(User.only_acquaintances_add),
            User.id != actor_id,
            col(User.id).not_in(acquainted),
        )
        return await self._reader.run(lambda session: session.exec(statement).all())

    async def list_summaries(self, user_id: UserId, only: Sequence[ConversationId] | None = None) -> list[Summary]:
        return await self._reader.run(lambda session: _read_list(_raw(session), user_id, only))

    async def list_page(self, user_id: UserId, before: ListPlace | None, limit: int) -> list[Summary]:
        return await self._reader.run(
            lambda session: read_page(raw_connection(session.connection()), user_id, before, limit)
        )

    async def change_member(
        self, conversation_id: ConversationId, user_id: UserId, values: Mapping[str, str | bool | None]
    ) -> None:
        mine = update(Member).where(col(Member.conversation_id) == conversation_id, col(Member.user_id) == user_id)
        await self._writer.run(lambda session: _execute(session, mine.values(**values)))

    async def set_back(self, conversation_id: ConversationId, user_id: UserId, read_seq: int) -> None:
        ahead = update(Member).where(
            col(Member.conversation_id) == conversation_id,
            col(Member.user_id) == user_id,
            col(Member.read_seq) > read_seq,
        )
        await self._writer.run(lambda session: _execute(session, ahead.values(read_seq=read_seq)))

    async def advance(self, position: Position) -> Position | None:
        return await self._writer.advance(position)


def _execute(session: Session, statement: Executable) -> None:
    session.connection().execute(statement)


def _raw(session: Session) -> sqlite3.Connection:
    return raw_connection(session.connection())


def _read_list(connection: sqlite3.Connection, user_id: UserId, only: Sequence[ConversationId] | None) -> list[Summary]:
    return list(read_lists(connection, [user_id], only).summaries[user_id])
