"""The message log in SQL: appended to by the writer, read by numbers.

However long a conversation is, a page costs its own rows and a few steps in the index.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Sequence
from typing import Any

from sqlalchemy import Row, Select, String, literal, select, type_coerce, union_all
from sqlmodel import Session, col

from nova_app.domain.errors import NovaError
from nova_app.domain.events import Draft, Event, MemberChanged, MessagePosted, Page, Posted
from nova_app.domain.history import Target, find_first, share
from nova_app.domain.models import ConversationId, UserId, to_text
from nova_app.persistence.message_columns import FIELDS, MESSAGE_COLUMNS, to_message
from nova_app.persistence.people import read_former_authors
from nova_app.persistence.reader import Reader
from nova_app.persistence.tables import Change, Conversation, Message
from nova_app.persistence.writer import Writer

LAST_SEQ_MAX = 2**53 - 1


class SqlMessageLog:
    """A ``MessageLog`` over the reader and the writer."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    def append(self, drafts: Sequence[Draft]) -> Awaitable[Sequence[Posted | NovaError]]:
        return self._writer.append(drafts)

    async def read_events(
        self, conversation_id: ConversationId, *, after_seq: int, until_seq: int | None = None, limit: int
    ) -> Sequence[Event]:
        until = LAST_SEQ_MAX if until_seq is None else until_seq
        statement = _select_events(conversation_id, after_seq, until, limit)
        return await self._reader.run(
            lambda session: [_event_of(row) for row in session.connection().execute(statement)]
        )

    async def read_page(
        self, conversation_id: ConversationId, *, before_seq: int | None, after_seq: int | None, limit: int
    ) -> Page:
        return await self._reader.run(
            lambda session: _read_page(session, conversation_id, before_seq, after_seq, limit)
        )

    async def read_around(self, conversation_id: ConversationId, target: Target, *, limit: int) -> Page:
        return await self._reader.run(lambda session: _read_around(session, conversation_id, target, limit))


def _select_events(conversation_id: ConversationId, after_seq: int, until_seq: int, limit: int) -> Any:
    messages = select(literal("message").label("kind"), *MESSAGE_COLUMNS).where(
        col(Message.conversation_id) == conversation_id,
        col(Message.seq) > after_seq,
        col(Message.seq) <= until_seq,
    )
    known = {
        "conversation_id": col(Change.conversation_id),
        "seq": col(Change.seq),
        "author_id": col(Change.actor_id),
        "text": col(Change.body),
        "created_at": type_coerce(col(Change.created_at), String),
    }
    changes: Any = select(col(Change.kind), *(known.get(field, literal("")).label(field) for field in FIELDS)).where(
        col(Change.conversation_id) == conversation_id,
        col(Change.seq) > after_seq,
        col(Change.seq) <= until_seq,
    )
    merged = union_all(messages, changes)
    return merged.order_by("seq").limit(limit)


def _event_of(row: Row[Any]) -> Event:
    if row.kind == "message":
        return to_message(row)
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
    return Page(
        items=items,
        has_more=has_older or has_newer if has_more is None else has_more,
        last_seq=_find_last_seq(session, conversation_id),
        has_older=has_older,
        has_newer=has_newer,
        target_seq=target_seq,
        former_authors=read_former_authors(session, conversation_id, {item.author_id for item in items}),
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
