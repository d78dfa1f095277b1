"""Reads what arriving sockets are told: a few statements for all that arrive at about the same time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence

from sqlmodel import Session

from nova_app.domain.arrivals import Arrival
from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.limits import UNREAD_MAX
from nova_app.domain.models import ConversationId, UserId
from nova_app.domain.posts import PostFigures
from nova_app.persistence.engine import raw_connection
from nova_app.persistence.gathered import Gathered
from nova_app.persistence.reader import Reader
from nova_app.persistence.summaries import read_lists

CONVERSATIONS_MAX = 512
"""Of all arrivals of a group: so many lists of members are in memory at once."""

_IDS = """
SELECT member.user_id, member.conversation_id
FROM json_each(?) AS wanted CROSS JOIN member ON member.user_id = wanted.value
"""
_OWN = f"""
SELECT user.id, user.shares_presence, user.posts_read, (
  SELECT count(*) FROM (
    SELECT 1 FROM post
    WHERE post.number > user.posts_read AND post.author_id != user.id AND post.deleted_at IS NULL
      AND post.created_at >= user.created_at LIMIT {UNREAD_MAX}
  )
)
FROM json_each(?) AS wanted CROSS JOIN user ON user.id = wanted.value
"""  # noqa: S608 - constants
_NEWEST_POST = "SELECT coalesce(max(number), 0) FROM post"


class SqlArrivalReader:
    """An ``ArrivalReader`` over the reader."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._ids = Gathered(self._list_ids)
        self._arrivals = Gathered(self._read, weight_max=CONVERSATIONS_MAX)

    async def list_ids(self, user_id: UserId) -> Sequence[ConversationId]:
        return await self._ids.get(user_id)

    async def read(self, user_id: UserId, *, conversations: int = 1) -> Arrival:
        arrival = await self._arrivals.get(user_id, weight=conversations)
        if arrival is None:
            raise Refused(ErrorCode.NOT_FOUND)
        return arrival

    async def _list_ids(self, user_ids: Sequence[UserId]) -> Mapping[UserId, Sequence[ConversationId]]:
        return await self._reader.run(lambda session: _read_ids(_raw(session), user_ids))

    async def _read(self, user_ids: Sequence[UserId]) -> Mapping[UserId, Arrival | None]:
        return await self._reader.run(lambda session: _read_arrivals(_raw(session), user_ids))


def _raw(session: Session) -> sqlite3.Connection:
    return raw_connection(session.connection())


def _read_ids(connection: sqlite3.Connection, user_ids: Sequence[UserId]) -> Mapping[UserId, Sequence[ConversationId]]:
    found: dict[UserId, list[ConversationId]] = {user_id: [] for user_id in user_ids}
    for user_id, conversation_id in connection.execute(_IDS, (json.dumps(user_ids),)):
        found[user_id].append(conversation_id)
    return found


def _read_arrivals(connection: sqlite3.Connection, user_ids: Sequence[UserId]) -> Mapping[UserId, Arrival | None]:
    lists = read_lists(connection, user_ids)
    ((newest,),) = connection.execute(_NEWEST_POST)
    arrivals: dict[UserId, Arrival | None] = dict.fromkeys(user_ids)
    for user_id, shares_presence, posts_read, unread in connection.execute(_OWN, (json.dumps(user_ids),)):
        figures = PostFigures(last_number=newest, read_number=posts_read, unread=unread)
        arrivals[user_id] = Arrival(
            lists.summaries[user_id], lists.positions(user_id), figures, shares_presence=bool(shares_presence)
        )
    return arrivals
