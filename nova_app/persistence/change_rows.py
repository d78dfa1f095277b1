"""Rows of the log that are no messages, as the events they stand for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, String, select, type_coerce
from sqlmodel import Session, col

from nova_app.domain.events import ConversationRenamed, Event, MemberChanged
from nova_app.domain.limits import PAGE_EVENTS_MAX
from nova_app.domain.message_changes import MessageDeleted, MessageEdited, ReactionChanged
from nova_app.domain.models import ClientId, ConversationId, MessageId, UserId
from nova_app.persistence.tables import Change, User

PAGE_EVENT_KINDS = ("member", "renamed")
"""The kinds of changes that pages show between the messages."""


def select_changes() -> Any:
    """Return a statement over all changes, to be read by :func:`to_event`."""
    actor = select(col(User.display_name)).where(col(User.id) == col(Change.actor_id)).scalar_subquery()
    return select(
        col(Change.conversation_id),
        col(Change.seq),
        col(Change.kind),
        col(Change.actor_id),
        col(Change.body),
        type_coerce(col(Change.created_at), String).label("created_at"),
        col(Change.message_id),
        actor.label("actor_name"),
    )


def select_changes_between(
    conversation_id: ConversationId, kinds: Sequence[str], before_seq: int | None, after_seq: int | None
) -> Any:
    """Return a statement over the changes of these kinds: from the newest backwards, or forwards after a number."""
    statement = select_changes().where(col(Change.conversation_id) == conversation_id, col(Change.kind).in_(kinds))
    if before_seq is not None:
        statement = statement.where(col(Change.seq) < before_seq)
    if after_seq is None:
        return statement.order_by(col(Change.seq).desc())
    return statement.where(col(Change.seq) > after_seq).order_by(col(Change.seq))


def read_events_between(
    session: Session, conversation_id: ConversationId, low: int, high: int
) -> list[MemberChanged | ConversationRenamed]:
    """Return the memberships and renames of these numbers, ascending; the newest ``PAGE_EVENTS_MAX`` of them."""
    statement = select_changes_between(conversation_id, PAGE_EVENT_KINDS, high + 1, None).where(col(Change.seq) >= low)
    rows = session.connection().execute(statement.limit(PAGE_EVENTS_MAX)).all()
    return [_page_event(row, json.loads(row.body)) for row in reversed(rows)]


def to_event(row: Row[Any]) -> Event:
    """Return the event of a row."""
    body: Mapping[str, Any] = json.loads(row.body)
    if row.kind in PAGE_EVENT_KINDS:
        return _page_event(row, body)
    shared = {
        "conversation_id": ConversationId(row.conversation_id),
        "seq": row.seq,
        "message_id": MessageId(row.message_id),
        "client_id": ClientId(body["client_id"]),
        "created_at": row.created_at,
    }
    actor_id = UserId(row.actor_id)
    if row.kind == "edited":
        mentions = tuple(map(UserId, body["mentions"]))
        return MessageEdited(
            author_id=actor_id, text=body["text"], mentions=mentions, mentions_all=body["mentions_all"], **shared
        )
    if row.kind == "deleted":
        return MessageDeleted(user_id=actor_id, **shared)
    return ReactionChanged(user_id=actor_id, emoji=body["emoji"], is_on=body["on"], **shared)


def _page_event(row: Row[Any], body: Mapping[str, Any]) -> MemberChanged | ConversationRenamed:
    return _membership(row, body) if row.kind == "member" else _renamed(row, body)


def _membership(row: Row[Any], body: Mapping[str, Any]) -> MemberChanged:
    return MemberChanged(
        conversation_id=ConversationId(row.conversation_id),
        seq=row.seq,
        user_id=body["user_id"],
        username=body["username"],
        display_name=body["display_name"],
        action=body["action"],
        actor_id=UserId(row.actor_id),
        created_at=row.created_at,
        actor_name=row.actor_name,
    )


def _renamed(row: Row[Any], body: Mapping[str, Any]) -> ConversationRenamed:
    return ConversationRenamed(
        conversation_id=ConversationId(row.conversation_id),
        seq=row.seq,
        title=body["title"],
        actor_id=UserId(row.actor_id),
        created_at=row.created_at,
        actor_name=row.actor_name,
    )
