"""The message log in SQL: appended to by the writer, read by numbers.

May import: domain, persistence.{message_files,reader,writer}, sqlmodel.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Sequence
from typing import Any

from sqlalchemy import Row, Select, String, literal, literal_column, select, type_coerce, union_all
from sqlmodel import Session, col

from nova_app.domain.errors import NovaError
from nova_app.domain.events import Draft, Event, MemberChanged, MessagePosted, Page, Posted
from nova_app.domain.models import Change, ClientId, Conversation, ConversationId, Message, MessageId, UserId
from nova_app.persistence.message_files import files_column, files_of
from nova_app.persistence.reader import Reader
from nova_app.persistence.writer import Writer

MESSAGE_COLUMNS: tuple[Any, ...] = (
    col(Message.conversation_id),
    col(Message.seq),
    col(Message.id).label("message_id"),
    col(Message.client_id),
    col(Message.author_id),
    col(Message.text),
    type_coerce(col(Message.created_at), String).label("created_at"),
    literal_column(files_column("message"), String).label("files"),
)
"""What :func:`message_of` reads; the moment stays the text it is stored as."""

LAST_SEQ_MAX = 2**53 - 1


class SqlMessageLog:
    """A ``MessageLog`` over the reader and the writer."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        """Read here, write there."""
        self._reader = reader
        self._writer = writer

    def append(self, drafts: Sequence[Draft]) -> Awaitable[Sequence[Posted | NovaError]]:
        """See the port."""
        return self._writer.append(drafts)

    async def read_events(
        self, conversation_id: ConversationId, *, after_seq: int, until_seq: int | None = None, limit: int
    ) -> Sequence[Event]:
        """See the port."""
        until = LAST_SEQ_MAX if until_seq is None else until_seq
        statement = _select_events(conversation_id, after_seq, until, limit)
        return await self._reader.run(
            lambda session: [_event_of(row) for row in session.connection().execute(statement)]
        )

    async def read_page(
        self, conversation_id: ConversationId, *, before_seq: int | None, after_seq: int | None, limit: int
    ) -> Page:
        """See the port."""
        return await self._reader.run(
            lambda session: _read_page(session, conversation_id, before_seq, after_seq, limit)
        )

    async def find_last_seq(self, conversation_id: ConversationId) -> int:
        """See the port."""
        return await self._reader.run(lambda session: _find_last_seq(session, conversation_id))

    async def find_by_client_id(self, author_id: UserId, client_id: str) -> MessagePosted | None:
        """See the port."""
        statement = select(*MESSAGE_COLUMNS).where(
            col(Message.author_id) == author_id, col(Message.client_id) == client_id
        )
        row = await self._reader.run(lambda session: session.connection().execute(statement).first())
        return None if row is None else message_of(row)


def message_of(row: Row[Any]) -> MessagePosted:
    """The message in a row of ``MESSAGE_COLUMNS``."""
    return MessagePosted(
        ConversationId(row.conversation_id),
        row.seq,
        MessageId(row.message_id),
        ClientId(row.client_id),
        UserId(row.author_id),
        row.text,
        row.created_at,
        files_of(row.files),
    )


def _select_events(conversation_id: ConversationId, after_seq: int, until_seq: int, limit: int) -> Any:
    messages = select(literal("message").label("kind"), *MESSAGE_COLUMNS).where(
        col(Message.conversation_id) == conversation_id,
        col(Message.seq) > after_seq,
        col(Message.seq) <= until_seq,
    )
    nothing = literal("")
    changes: Any = select(
        col(Change.kind),
        col(Change.conversation_id),
        col(Change.seq),
        nothing.label("message_id"),
        nothing.label("client_id"),
        col(Change.actor_id).label("author_id"),
        col(Change.body).label("text"),
        type_coerce(col(Change.created_at), String).label("created_at"),
        nothing.label("files"),
    ).where(
        col(Change.conversation_id) == conversation_id,
        col(Change.seq) > after_seq,
        col(Change.seq) <= until_seq,
    )
    merged = union_all(messages, changes)
    return merged.order_by("seq").limit(limit)


def _event_of(row: Row[Any]) -> Event:
    if row.kind == "message":
        return message_of(row)
    body = json.loads(row.text)
    return MemberChanged(
        conversation_id=ConversationId(row.conversation_id),
        seq=row.seq,
        user_id=body["user_id"],
        username=body["username"],
        display_name=body["display_name"],
        action=body["action"],
        actor_id=UserId(row.author_id),
        created_at=row.created_at,
    )


def _read_page(
    session: Session, conversation_id: ConversationId, before_seq: int | None, after_seq: int | None, limit: int
) -> Page:
    """Read one more than wanted, which says whether there are more."""
    is_forward = after_seq is not None
    statement = _select_page(conversation_id, before_seq, after_seq).limit(limit + 1)
    order = col(Message.seq).asc() if is_forward else col(Message.seq).desc()
    rows = session.connection().execute(statement.order_by(order)).all()
    items = [message_of(row) for row in rows[:limit]]
    return Page(
        items=items if is_forward else items[::-1],
        has_more=len(rows) > limit,
        last_seq=_find_last_seq(session, conversation_id),
    )


def _select_page(conversation_id: ConversationId, before_seq: int | None, after_seq: int | None) -> Select[Any]:
    statement = select(*MESSAGE_COLUMNS).where(col(Message.conversation_id) == conversation_id)
    if before_seq is not None:
        statement = statement.where(col(Message.seq) < before_seq)
    if after_seq is not None:
        statement = statement.where(col(Message.seq) > after_seq)
    return statement


def _find_last_seq(session: Session, conversation_id: ConversationId) -> int:
    statement = select(col(Conversation.last_seq)).where(col(Conversation.id) == conversation_id)
    return session.connection().execute(statement).scalar() or 0
