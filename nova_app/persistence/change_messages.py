"""Edits, deletions and reactions inside a transaction: found, decided, written into the log one after another."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace

from nova_app.domain.authorization import Standing
from nova_app.domain.change_rules import Target, find_done
from nova_app.domain.errors import ErrorCode, NovaError, Refused
from nova_app.domain.events import MessagePosted
from nova_app.domain.message_changes import Changed, ChangeEvent, Delete, MessageChange, React
from nova_app.domain.models import ConversationKind, Role
from nova_app.persistence.message_columns import MessageRow, message_columns, to_message
from nova_app.persistence.message_writes import Moment, write_change

_FIND_REQUEST = "SELECT content, seq, created_at FROM change_request WHERE client_id = ? AND actor_id = ?"
_FIND_STANDING = """
SELECT c.kind, m.role, c.last_seq FROM member AS m JOIN conversation AS c ON c.id = m.conversation_id
WHERE m.conversation_id = ? AND m.user_id = ?
"""
_FIND_MESSAGE = f"SELECT m.number, {message_columns('m')} FROM message AS m WHERE m.id = ?"  # noqa: S608 - constants
_FIND_DELETION = "SELECT deleted_seq FROM message WHERE id = ?"
_FIND_REACTIONS = """
SELECT emoji, max(CASE WHEN user_id = ? THEN seq ELSE 0 END) FROM reaction WHERE message_id = ? GROUP BY emoji
"""
_FIND_REMOVAL = """
SELECT coalesce(max(seq), 0) FROM change
WHERE message_id = ? AND kind = 'reaction' AND actor_id = ? AND json_extract(body, '$.emoji') = ?
"""
_FIND_CREATED = """
SELECT created_at FROM change WHERE conversation_id = ?1 AND seq = ?2
UNION ALL SELECT created_at FROM message WHERE conversation_id = ?1 AND seq = ?2
"""
_STORE_REQUEST = """
INSERT INTO change_request (client_id, actor_id, content, conversation_id, message_id, seq, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the actor is: their place in the conversation, and its newest number."""

    standing: Standing | None
    last_seq: int


def change_messages(
    connection: sqlite3.Connection, changes: Sequence[MessageChange], created_at: str
) -> tuple[list[Changed | NovaError], list[ChangeEvent]]:
    """Make these changes, in this order, inside the caller's transaction.

    Returns:
        Per change its outcome (see ``MessageLog.change``), and the new events in the order of the log.
    """
    outcomes: list[Changed | NovaError] = []
    events: list[ChangeEvent] = []
    for change in changes:
        try:
            outcomes.append(_make(connection, change, created_at, events))
        except Refused as refusal:
            outcomes.append(refusal)
    return outcomes, events


def _make(connection: sqlite3.Connection, change: MessageChange, created_at: str, events: list[ChangeEvent]) -> Changed:
    content = _digest(change)
    request = connection.execute(_FIND_REQUEST, (change.client_id, change.actor_id)).fetchone()
    if request is not None:
        return _repeat(change, content, *request)
    place = _find_place(connection, change)
    number, message = _find_message(connection, change)
    target = None if message is None else _target(connection, change, message)
    done = find_done(change, target, place.standing)
    if done is not None:
        (moment,) = connection.execute(_FIND_CREATED, (change.conversation_id, done)).fetchone()
        outcome = _outcome(change, done, moment, duplicate=True)
    else:
        assert message is not None
        assert place.standing is not None
        moment = Moment(place.last_seq + 1, created_at, place.standing)
        written = write_change(connection, change, number, message, moment)
        events.append(written.event)
        is_by_admin = isinstance(change, Delete) and change.actor_id != message.author_id
        outcome = replace(
            _outcome(change, moment.seq, created_at, duplicate=False),
            freed=written.freed,
            recounted=written.recounted,
            deleted_of=message.author_id if is_by_admin else None,
        )
    _store_request(connection, change, content, outcome)
    return outcome


def _repeat(change: MessageChange, content: str, known: str, seq: int, created_at: str) -> Changed:
    if known != content:
        raise Refused(ErrorCode.KEY_REUSED, f"client_id {change.client_id} already names another change")
    return _outcome(change, seq, created_at, duplicate=True)


def _outcome(change: MessageChange, seq: int, created_at: str, *, duplicate: bool) -> Changed:
    return Changed(
        client_id=change.client_id,
        conversation_id=change.conversation_id,
        message_id=change.message_id,
        seq=seq,
        created_at=created_at,
        duplicate=duplicate,
    )


def _find_place(connection: sqlite3.Connection, change: MessageChange) -> _Place:
    row = connection.execute(_FIND_STANDING, (change.conversation_id, change.actor_id)).fetchone()
    if row is None:
        return _Place(None, 0)
    kind, role, last_seq = row
    return _Place(Standing(ConversationKind(kind), None if role is None else Role(role)), last_seq)


def _find_message(connection: sqlite3.Connection, change: MessageChange) -> tuple[int, MessagePosted | None]:
    row = connection.execute(_FIND_MESSAGE, (change.message_id,)).fetchone()
    return (0, None) if row is None else (row[0], to_message(MessageRow._make(row[1:])))


def _target(connection: sqlite3.Connection, change: MessageChange, message: MessagePosted) -> Target:
    target = Target(
        message_id=message.message_id,
        conversation_id=message.conversation_id,
        seq=message.seq,
        author_id=message.author_id,
        text=message.text,
        version_seq=message.version_seq,
        deleted_seq=_find_deletion(connection, message) if message.is_deleted else 0,
        has_files=bool(message.files),
    )
    return _with_reactions(connection, change, target) if isinstance(change, React) else target


def _find_deletion(connection: sqlite3.Connection, message: MessagePosted) -> int:
    return int(connection.execute(_FIND_DELETION, (message.message_id,)).fetchone()[0])


def _with_reactions(connection: sqlite3.Connection, react: React, target: Target) -> Target:
    found = dict(connection.execute(_FIND_REACTIONS, (react.actor_id, react.message_id)).fetchall())
    removal = connection.execute(_FIND_REMOVAL, (react.message_id, react.actor_id, react.emoji)).fetchone()
    return replace(target, kinds=found.keys(), reaction_seq=found.get(react.emoji, 0), removal_seq=removal[0])


def _store_request(connection: sqlite3.Connection, change: MessageChange, content: str, outcome: Changed) -> None:
    row = (change.client_id, change.actor_id, content, change.conversation_id, change.message_id)
    connection.execute(_STORE_REQUEST, (*row, outcome.seq, outcome.created_at))


def _digest(change: MessageChange) -> str:
    """Return what was asked for in a form that does not keep a deleted text."""
    return hashlib.sha256(json.dumps([type(change).__name__, *astuple(change)]).encode()).hexdigest()
