"""Queues events for webhooks, in the transaction that stores them."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Sequence

from nova_app.domain.events import ConversationRenamed, MemberChanged, MessagePosted
from nova_app.domain.message_changes import ChangeEvent
from nova_app.persistence.webhook_rights import LISTENING

_LISTENERS = f"SELECT w.conversation_id, w.id FROM webhook AS w WHERE {LISTENING}"  # noqa: S608 - constants
_QUEUE = """
INSERT INTO delivery (id, webhook_id, message_number, event_seq, state, attempts, next_at, last_error, created_at)
VALUES (?, ?, ?, ?, 'pending', 0, ?, '', ?)
"""
_FORGET = "DELETE FROM delivery WHERE message_number = ?"


def queue_deliveries(connection: sqlite3.Connection, numbered: Sequence[tuple[int, MessagePosted]]) -> None:
    """Queue these new messages for their conversations' webhooks, inside the caller's transaction."""
    listeners = connection.execute(_LISTENERS).fetchall()
    if not listeners:
        return
    webhooks: dict[str, list[str]] = {}
    for conversation_id, webhook_id in listeners:
        webhooks.setdefault(conversation_id, []).append(webhook_id)
    connection.executemany(
        _QUEUE,
        [
            (str(uuid.uuid4()), webhook_id, number, 0, message.created_at, message.created_at)
            for number, message in numbered
            for webhook_id in webhooks.get(message.conversation_id, ())
        ],
    )


def queue_event(connection: sqlite3.Connection, event: MemberChanged | ConversationRenamed) -> None:
    """Queue an event that concerns no message likewise."""
    _queue(connection, None, event)


def queue_change(connection: sqlite3.Connection, number: int, event: ChangeEvent) -> None:
    """Queue a change of the message with this number likewise."""
    _queue(connection, number, event)


def _queue(
    connection: sqlite3.Connection, number: int | None, event: ChangeEvent | MemberChanged | ConversationRenamed
) -> None:
    listeners = connection.execute(f"{_LISTENERS} AND w.conversation_id = ?", (event.conversation_id,)).fetchall()
    connection.executemany(
        _QUEUE,
        [
            (str(uuid.uuid4()), webhook_id, number, event.seq, event.created_at, event.created_at)
            for _, webhook_id in listeners
        ],
    )


def forget_deliveries(connection: sqlite3.Connection, number: int) -> None:
    """Forget what waits to be delivered of the message with this number."""
    connection.execute(_FORGET, (number,))
