"""The conversation lists of members, in a fixed number of statements however many members ask together."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nova_app.domain.events import ListPlace, Membership, MessagePosted, Person, Position, Summary
from nova_app.domain.limits import UNREAD_MAX
from nova_app.domain.models import ConversationId, ConversationKind, Notify, Role, UserId
from nova_app.persistence.message_columns import MessageRow, message_columns, to_message

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
_OWN = f"""
SELECT member.user_id, conversation.id, conversation.kind, conversation.title, conversation.created_at,
  conversation.created_by, conversation.last_seq, member.read_seq, member.is_pinned, member.muted_until, member.notify,
  {_UNREAD}, {_UNREAD_MENTIONS}
FROM json_each(?) AS wanted
CROSS JOIN member ON member.user_id = wanted.value
CROSS JOIN conversation ON conversation.id = member.conversation_id
"""  # noqa: S608 - constants
_CHOSEN = f"{_OWN} WHERE conversation.id IN (SELECT value FROM json_each(?))"  # noqa: S608 - constants
_ACTIVE_AT = """coalesce(
  (SELECT m.created_at FROM message AS m WHERE m.conversation_id = conversation.id ORDER BY m.seq DESC LIMIT 1),
  conversation.created_at
)"""
_PAGE = f"""
SELECT conversation.id, {_ACTIVE_AT} AS active_at
FROM member CROSS JOIN conversation ON conversation.id = member.conversation_id
WHERE member.user_id = ?1 AND (?2 IS NULL OR (active_at, conversation.id) < (?2, ?3))
ORDER BY active_at DESC, conversation.id DESC LIMIT ?4
"""  # noqa: S608 - constants
_PEOPLE = """
SELECT member.conversation_id, member.joined_seq, member.role, member.delivered_seq, member.read_seq,
  member.receipt_seq, user.shares_read, user.id, user.username, user.display_name, user.status, user.avatar_id
FROM json_each(?) AS wanted
CROSS JOIN member ON member.conversation_id = wanted.value
CROSS JOIN user ON user.id = member.user_id
ORDER BY member.conversation_id, member.joined_at, user.username
"""
_NEWEST = f"""
SELECT {message_columns("message")}
FROM json_each(?) AS wanted
CROSS JOIN message ON message.conversation_id = wanted.value
  AND message.seq = (SELECT max(m.seq) FROM message AS m WHERE m.conversation_id = wanted.value)
"""  # noqa: S608 - constants
_ROLES: Mapping[str | None, Role | None] = {None: None, **{role.value: role for role in Role}}


@dataclass(frozen=True, slots=True)
class _Reached:
    """How far a member got in a conversation."""

    conversation_id: ConversationId
    user_id: UserId
    delivered: int
    read: int
    receipt: int
    shares_read: bool


@dataclass(slots=True)
class ConversationLists:
    """What members of conversations see of them, of one moment; what they all see is there once for all."""

    summaries: Mapping[UserId, Sequence[Summary]]
    _reached: Mapping[str, Sequence[_Reached]] = field(default_factory=dict)

    def positions(self, user_id: UserId) -> list[Position]:
        """Return the nonzero positions that this member may know."""
        positions = []
        for summary in self.summaries.get(user_id, ()):
            for reached in self._reached.get(summary.id, ()):
                place = (reached.conversation_id, reached.user_id)
                positions.append(Position("delivered", *place, reached.delivered))
                is_own = reached.user_id == user_id
                read_seq = reached.read if is_own else reached.receipt
                if read_seq > 0 and (is_own or reached.shares_read):
                    positions.append(Position("read", *place, read_seq))
        return positions


def read_lists(
    connection: sqlite3.Connection, user_ids: Collection[UserId], only: Sequence[ConversationId] | None = None
) -> ConversationLists:
    """Read the lists of these users, each the most recently active first.

    Args:
        only: Of these conversations alone.
    """
    statement, chosen = (_OWN, ()) if only is None else (_CHOSEN, (json.dumps(only),))
    rows = connection.execute(statement, (json.dumps(list(user_ids)), *chosen)).fetchall()
    wanted = json.dumps(list({row[1] for row in rows}))
    people, reached = _read_people(connection, wanted)
    messages = map(to_message, map(MessageRow._make, connection.execute(_NEWEST, (wanted,))))
    newest = {message.conversation_id: message for message in messages}
    summaries: dict[UserId, list[Summary]] = {user_id: [] for user_id in user_ids}
    for user_id, conversation_id, *values in rows:
        summary = _summary(conversation_id, values, people[conversation_id], newest.get(conversation_id))
        summaries[user_id].append(summary)
    for found in summaries.values():
        found.sort(key=lambda summary: summary.place, reverse=True)
    return ConversationLists(summaries, reached)


def read_page(connection: sqlite3.Connection, user_id: UserId, before: ListPlace | None, limit: int) -> list[Summary]:
    """Read a part of the list; see ``ConversationRepository.list_page``."""
    page = connection.execute(_PAGE, (user_id, *(before or (None, None)), limit))
    return list(read_lists(connection, [user_id], [ConversationId(row[0]) for row in page]).summaries[user_id])


def _read_people(
    connection: sqlite3.Connection, wanted: str
) -> tuple[Mapping[str, list[Membership]], Mapping[str, list[_Reached]]]:
    people: dict[str, list[Membership]] = defaultdict(list)
    moved: dict[str, list[_Reached]] = defaultdict(list)
    for row in connection.execute(_PEOPLE, (wanted,)):
        conversation_id, joined_seq, role, delivered, read, receipt, shares_read, *person = row
        people[conversation_id].append(Membership(Person(*person), joined_seq, _ROLES[role]))
        if delivered > 0:
            moved[conversation_id].append(
                _Reached(conversation_id, person[0], delivered, read, receipt, bool(shares_read))
            )
    return people, moved


def _summary(
    conversation_id: ConversationId,
    values: Sequence[Any],
    members: Sequence[Membership],
    last_message: MessagePosted | None,
) -> Summary:
    kind, title, created_at, created_by, last_seq, read_seq, is_pinned, muted_until, notify, unread, mentions = values
    return Summary(
        id=conversation_id,
        kind=ConversationKind(kind),
        title=title,
        members=members,
        last_seq=last_seq,
        read_seq=read_seq,
        unread=unread,
        created_at=datetime.fromisoformat(created_at),
        created_by=UserId(created_by),
        last_message=last_message,
        unread_mentions=mentions,
        is_pinned=bool(is_pinned),
        muted_until=muted_until or "",
        notify=notify and Notify(notify),
    )
