"""The conversation list of a member, in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Select, String, and_, func, literal, literal_column, select, tuple_
from sqlmodel import Session, col

from nova_app.domain.events import ListPlace, Membership, MessagePosted, Summary
from nova_app.domain.limits import UNREAD_MAX
from nova_app.domain.models import ConversationId, ConversationKind, Notify, Role, UserId
from nova_app.persistence.message_columns import MESSAGE_COLUMNS, to_message
from nova_app.persistence.people import PERSON_COLUMNS, person_of
from nova_app.persistence.tables import Conversation, Member, Message, User

_IS_UNREAD = "m.author_id != member.user_id AND m.deleted_seq = 0"
_UNREAD = f"""(
  SELECT count(*) FROM (
    SELECT 1 FROM message AS m
    WHERE m.conversation_id = conversation.id AND m.seq > member.read_seq AND {_IS_UNREAD} LIMIT {UNREAD_MAX}
  )
)"""  # noqa: S608 - constants
"""However many messages of others there are, no more of them are looked at than are counted."""
_UNREAD_MENTIONS = f"""(
  SELECT count(*) FROM (
    SELECT DISTINCT n.seq FROM mention AS n
    CROSS JOIN message AS m ON m.conversation_id = n.conversation_id AND m.seq = n.seq
    WHERE n.conversation_id = conversation.id AND n.user_id IN (member.user_id, '') AND n.seq > member.read_seq
      AND {_IS_UNREAD} LIMIT {UNREAD_MAX}
  )
)"""  # noqa: S608 - constants

_ACTIVE_AT = """coalesce(
  (SELECT m.created_at FROM message AS m WHERE m.conversation_id = conversation.id ORDER BY m.seq DESC LIMIT 1),
  conversation.created_at
)"""


def read_summaries(session: Session, user_id: UserId, only: Sequence[ConversationId] | None) -> list[Summary]:
    """Read the list; see ``ConversationRepository.list_summaries``."""
    mine = and_(col(Member.conversation_id) == col(Conversation.id), col(Member.user_id) == user_id)
    wanted = mine if only is None else and_(mine, col(Conversation.id).in_(only))
    connection = session.connection()
    rows = connection.execute(_select_conversations(wanted)).all()
    people = _group_people(connection.execute(_select_people(wanted)).all())
    newest = {row.conversation_id: to_message(row) for row in connection.execute(_select_newest(wanted))}
    summaries = [_summary(row, people[row.id], newest.get(row.id)) for row in rows]
    return sorted(summaries, key=lambda summary: summary.place, reverse=True)


def read_page(session: Session, user_id: UserId, before: ListPlace | None, limit: int) -> list[Summary]:
    """Read a part of the list; see ``ConversationRepository.list_page``."""
    place = (literal_column(_ACTIVE_AT, String), col(Conversation.id))
    page: Select[Any] = select(col(Conversation.id)).join(Member).where(col(Member.user_id) == user_id)
    if before is not None:
        page = page.where(tuple_(*place) < tuple_(*map(literal, before)))
    page = page.order_by(*(column.desc() for column in place)).limit(limit)
    return read_summaries(session, user_id, list(session.connection().execute(page).scalars()))


def _select_conversations(wanted: ColumnElement[bool]) -> Any:
    return select(
        col(Conversation.id),
        col(Conversation.kind),
        col(Conversation.title),
        col(Conversation.created_at),
        col(Conversation.created_by),
        col(Conversation.last_seq),
        col(Member.read_seq),
        col(Member.is_pinned),
        col(Member.muted_until),
        col(Member.notify),
        literal_column(_UNREAD, Integer).label("unread"),
        literal_column(_UNREAD_MENTIONS, Integer).label("unread_mentions"),
    ).where(wanted)


def _select_people(wanted: ColumnElement[bool]) -> Any:
    ids = select(col(Conversation.id)).join(Member, wanted)
    return (
        select(col(Member.conversation_id), col(Member.joined_seq), col(Member.role), *PERSON_COLUMNS)
        .join(User, col(User.id) == col(Member.user_id))
        .where(col(Member.conversation_id).in_(ids))
        .order_by(col(Member.conversation_id), col(Member.joined_at), col(User.username))
    )


def _select_newest(wanted: ColumnElement[bool]) -> Select[Any]:
    """Return the newest message of each; a subquery per conversation is one step in the index of numbers."""
    inner = col(Message.conversation_id) == col(Conversation.id)
    newest = select(func.max(col(Message.seq))).where(inner).correlate(Conversation).scalar_subquery()
    return (
        select(*MESSAGE_COLUMNS)
        .select_from(Conversation)
        .join(Member, wanted)
        .join(Message, and_(inner, col(Message.seq) == newest))
    )


def _group_people(rows: Sequence[Row[Any]]) -> dict[str, list[Membership]]:
    people: dict[str, list[Membership]] = defaultdict(list)
    for row in rows:
        people[row.conversation_id].append(Membership(person_of(row), row.joined_seq, row.role and Role(row.role)))
    return people


def _summary(row: Row[Any], members: Sequence[Membership], last_message: MessagePosted | None) -> Summary:
    return Summary(
        id=ConversationId(row.id),
        kind=ConversationKind(row.kind),
        title=row.title,
        members=members,
        last_seq=row.last_seq,
        read_seq=row.read_seq,
        unread=row.unread,
        created_at=row.created_at,
        created_by=UserId(row.created_by),
        last_message=last_message,
        unread_mentions=row.unread_mentions,
        is_pinned=row.is_pinned,
        muted_until=row.muted_until or "",
        notify=row.notify and Notify(row.notify),
    )
