"""Mentions in SQL: which members a text names, and the table that unread mentions are counted in."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from nova_app.domain.events import MessagePosted
from nova_app.domain.mentions import Mentions, find_candidates, find_mentions
from nova_app.domain.models import ConversationId, UserId

_FIND_MEMBERS = """
SELECT u.username, u.id FROM json_each(?) AS n
CROSS JOIN user AS u ON u.username = n.value
CROSS JOIN member AS m ON m.conversation_id = ? AND m.user_id = u.id
"""
_STORE = "INSERT INTO mention (conversation_id, user_id, seq) VALUES (?, ?, ?)"
_FORGET = "DELETE FROM mention WHERE conversation_id = ? AND user_id = ? AND seq = ?"


def mentions_in(
    connection: sqlite3.Connection, conversation_id: ConversationId, text: str, *, may_mention_all: bool
) -> Mentions:
    """Return whom a text mentions in this conversation; most texts cost nothing."""
    names = find_candidates(text)
    if not names:
        return Mentions()
    rows = connection.execute(_FIND_MEMBERS, (json.dumps(list(names)), conversation_id))
    members = {username: UserId(user_id) for username, user_id in rows}
    return find_mentions(text, members, may_mention_all=may_mention_all)


def store_mentions(connection: sqlite3.Connection, messages: Sequence[MessagePosted]) -> None:
    """Count these messages' mentions from now on."""
    rows = [row for message in messages for row in _rows(message)]
    if rows:
        connection.executemany(_STORE, rows)


def forget_mentions(connection: sqlite3.Connection, message: MessagePosted) -> None:
    """Count a message's mentions no longer."""
    connection.executemany(_FORGET, _rows(message))


def _rows(message: MessagePosted) -> list[tuple[str, str, int]]:
    named = [*message.mentions, *([""] if message.mentions_all else [])]
    return [(message.conversation_id, user_id, message.seq) for user_id in named]
