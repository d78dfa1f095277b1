"""The message log in SQL: appended to by the writer, read by numbers.

However long a conversation is, a page costs its own rows and a few steps in the index.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Any

from sqlalchemy import Select, String, select, text, type_coerce
from sqlmodel import Session, col

from nova_app.domain.errors import NovaError
from nova_app.domain.events import Draft, Event, MessagePosted, Page, Posted
from nova_app.domain.history import Target, find_first, share
from nova_app.domain.message_changes import Changed, MessageChange, Version
from nova_app.domain.models import ConversationId, MessageId, to_text
from nova_app.persistence.change_rows import read_events_between, select_changes, select_changes_between, to_event
from nova_app.persistence.message_columns import MESSAGE_COLUMNS, to_message
from nova_app.persistence.people import read_former_authors
from nova_app.persistence.reader import Reader
from nova_app.persistence.tables import Change, Conversation, Message
from nova_app.persistence.writer import Writer

LAST_SEQ_MAX = 2**53 - 1

_FIRST_VERSION = """
SELECT deleted_seq > 0 AS is_deleted, seq, coalesce(first_text, text), created_at FROM message WHERE id = :id
"""
_EDITS = """
SELECT seq, json_extract(body, '$.text'), created_at FROM change
WHERE message_id = :id AND kind = 'edited' ORDER BY seq
"""


class SqlMessageLog:
    """A ``MessageLog`` over the reader and the writer."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    def append(self, drafts: Sequence[Draft]) -> Awaitable[Sequence[Posted | NovaError]]:
        return self._writer.append(drafts)

    def change(self, changes: Sequence[MessageChange]) -> Awaitable[Sequence[Changed | NovaError]]:
        return self._writer.change(changes)

    async def read_events(
        self, conversation_id: ConversationId, *, after_seq: int, until_seq: int | None = None, limit: int
    ) -> Sequence[Event]:
        until = LAST_SEQ_MAX if until_seq is None else until_seq
        return await self._reader.run(lambda session: _read_events(session, conversation_id, after_seq, until, limit))

    async def find_message(self, message_id: MessageId) -> MessagePosted | None:
        statement = select(*MESSAGE_COLUMNS).where(col(Message.id) == message_id)
        row = await self._reader.run(lambda session: session.connection().execute(statement).first())
        return None if row is None else to_message(row)

    async def read_versions(self, message_id: MessageId) -> Sequence[Version]:
        return await self._reader.run(lambda session: _read_versions(session, message_id))

    async def read_changes(
        self,
        conversation_id: ConversationId,
        kinds: Sequence[str],
        *,
        before_seq: int | None,
        after_seq: int | None,
        limit: int,
    ) -> tuple[Sequence[Event], bool]:
        statement = select_changes_between(conversation_id, kinds, before_seq, after_seq).limit(limit + 1)
        rows = await self._reader.run(lambda session: session.connection().execute(statement).all())
        events = sorted(map(to_event, rows[:limit]), key=lambda event: event.seq)
        return events, len(rows) > limit

    async def read_page(
        self, conversation_id: ConversationId, *, before_seq: int | None, after_seq: int | None, limit: int
    ) -> Page:
        return await self._reader.run(
            lambda session: _read_page(session, conversation_id, before_seq, after_seq, limit)
        )

    async def read_around(self, conversation_id: ConversationId, target: Target, *, limit: int) -> Page:
        return await self._reader.run(lambda session: _read_around(session, conversation_id, target, limit))


def _read_events(
    session: Session, conversation_id: ConversationId, after_seq: int, until_seq: int, limit: int
) -> list[Event]:
    """Return messages in their present form, and the events between them."""

    def between(statement: Select[Any], seq: Any, conversation: Any) -> Any:
        within = statement.where(conversation == conversation_id, seq > after_seq, seq <= until_seq)
        return session.connection().execute(within.order_by(seq).limit(limit))

    messages = between(select(*MESSAGE_COLUMNS), col(Message.seq), col(Message.conversation_id))
    changes = between(select_changes(), col(Change.seq), col(Change.conversation_id))
    events: list[Event] = [*map(to_message, messages), *map(to_event, changes)]
    return sorted(events, key=lambda event: event.seq)[:limit]


def _read_versions(session: Session, message_id: MessageId) -> list[Version]:
    """Return every text that a message had, the first one first; none of a deleted message."""
    connection = session.connection()
    first = connection.execute(text(_FIRST_VERSION), {"id": message_id}).one()
    edits = connection.execute(text(_EDITS), {"id": message_id})
    return [] if first.is_deleted else [Version(*first[1:]), *(Version(*row) for row in edits)]


def _read_page(
    session: Session, conversation_id: ConversationId, before_seq: int | None, after_seq: int | None, limit: int
) -> Page:
    """Return the newest messages (before a number), or the first ones after one."""
    low = 0 if after_seq is None else after_seq + 1
    high = LAST_SEQ_MAX if before_seq is None else before_seq - 1
    # One more than wanted says whether there are more.
    found = _read(session, conversation_id, low, high, limit + 1, is_forward=after_seq is not None)
    has_more = len(found) > limit
    items = found[:limit] if after_seq is not None else found[-limit:]
    return _to_page(session, conversation_id, items, low=low, high=high, has_more=has_more)


def _read_around(session: Session, conversation_id: ConversationId, target: Target, limit: int) -> Page:
    """Return messages before and after a position, with its number if there is a message; else the newest."""
    seq = target if isinstance(target, int) else _find_seq_at(session, conversation_id, to_text(target))
    after = _read(session, conversation_id, seq, LAST_SEQ_MAX, limit, is_forward=True)
    before = _read(session, conversation_id, 0, seq - 1, limit, is_forward=False)
    kept_before, kept_after = share(len(before), len(after), limit)
    items = before[len(before) - kept_before :] + after[:kept_after]
    is_found = bool(after) and (after[0].seq == seq or not isinstance(target, int))
    target_seq = after[0].seq if is_found else None
    return _to_page(session, conversation_id, items, low=0, high=LAST_SEQ_MAX, target_seq=target_seq)


def _find_last_seq(session: Session, conversation_id: ConversationId) -> int:
    """Return the newest number; 0 while there is none."""
    statement = select(col(Conversation.last_seq)).where(col(Conversation.id) == conversation_id)
    return session.connection().execute(statement).scalar() or 0


def _to_page(
    session: Session,
    conversation_id: ConversationId,
    items: list[MessagePosted],
    *,
    low: int,
    high: int,
    has_more: bool | None = None,
    target_seq: int | None = None,
) -> Page:
    """Return a page of these messages, or of none between ``low`` and ``high``."""
    has_older = _has_any(session, conversation_id, 0, (items[0].seq if items else low) - 1)
    has_newer = _has_any(session, conversation_id, (items[-1].seq if items else high) + 1, LAST_SEQ_MAX)
    first = low or (items[0].seq if items and has_older else 0)
    last = items[-1].seq if items and has_newer and high == LAST_SEQ_MAX else high
    return Page(
        items=items,
        has_more=has_older or has_newer if has_more is None else has_more,
        last_seq=_find_last_seq(session, conversation_id),
        has_older=has_older,
        has_newer=has_newer,
        target_seq=target_seq,
        former_authors=read_former_authors(session, conversation_id, {item.author_id for item in items}),
        events=read_events_between(session, conversation_id, first, last),
    )


def _read(
    session: Session, conversation_id: ConversationId, low: int, high: int, limit: int, *, is_forward: bool
) -> list[MessagePosted]:
    """Return up to ``limit`` messages of these numbers, ascending: the first ones, or the last ones."""
    order = col(Message.seq).asc() if is_forward else col(Message.seq).desc()
    statement = _between(select(*MESSAGE_COLUMNS), conversation_id, low, high).order_by(order).limit(limit)
    items = [to_message(row) for row in session.connection().execute(statement)]
    return items if is_forward else items[::-1]


def _has_any(session: Session, conversation_id: ConversationId, low: int, high: int) -> bool:
    statement = _between(select(col(Message.seq)), conversation_id, low, high).limit(1)
    return session.connection().execute(statement).first() is not None


def _find_seq_at(session: Session, conversation_id: ConversationId, moment: str) -> int:
    """Return the number from which on messages are of this moment or later: numbers grow with time."""

    def is_reached(seq: int) -> bool:
        statement = _between(
            select(type_coerce(col(Message.created_at), String)), conversation_id, seq, LAST_SEQ_MAX
        ).order_by(col(Message.seq))
        created_at = session.connection().execute(statement.limit(1)).scalar()
        return created_at is None or created_at >= moment

    return find_first(_find_last_seq(session, conversation_id), is_reached)


def _between(statement: Select[Any], conversation_id: ConversationId, low: int, high: int) -> Select[Any]:
    return statement.where(
        col(Message.conversation_id) == conversation_id, col(Message.seq) >= low, col(Message.seq) <= high
    )
