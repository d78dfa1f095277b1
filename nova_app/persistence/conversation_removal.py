"""Removes conversations whole: their numbers, their words in the index, everything that refers to them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from sqlmodel import Session, SQLModel

from nova_app.domain.models import UploadId
from nova_app.domain.probing import TITLE
from nova_app.persistence.engine import raw_connection
from nova_app.persistence.message_columns import MessageRow, message_columns, to_message
from nova_app.persistence.search_index import forget_message

_MESSAGES = f"SELECT m.number, {message_columns('m')} FROM message AS m WHERE m.conversation_id = ?"  # noqa: S608 - constants
_ABANDONED = """
SELECT c.id FROM conversation AS c
WHERE c.kind = 'group' AND substr(c.title, 1, length(?1)) = ?1
  AND NOT EXISTS (SELECT 1 FROM member AS m WHERE m.conversation_id = c.id)
  AND NOT EXISTS (
    SELECT 1 FROM message AS m WHERE m.conversation_id = c.id AND m.number = (SELECT max(number) FROM message)
  )
"""
"""The newest message stays until there is a newer one: its number must not be used again."""
_OF = {
    "conversation_id": "conversation_id = ?1",
    "message_number": "message_number IN (SELECT number FROM message WHERE conversation_id = ?1)",
    "message_id": "message_id IN (SELECT id FROM message WHERE conversation_id = ?1)",
    "webhook_id": "webhook_id IN (SELECT id FROM webhook WHERE conversation_id = ?1)",
}
"""How a table's rows belong to a conversation, by the column that says so."""
_COLUMNS = """
SELECT t.name, c.name FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c
WHERE t.type = 'table' AND c.name IN (SELECT value FROM json_each(?))
"""


def remove_probes(session: Session) -> list[UploadId]:
    """Remove the prober's conversations that everybody has left; return the files that they showed."""
    connection = raw_connection(session.connection())
    uploads: list[UploadId] = []
    for (conversation_id,) in connection.execute(_ABANDONED, (TITLE,)).fetchall():
        uploads += _remove(connection, conversation_id)
    return uploads


def _remove(connection: sqlite3.Connection, conversation_id: str) -> list[UploadId]:
    rows = connection.execute(_MESSAGES, (conversation_id,)).fetchall()
    messages = [(row[0], to_message(MessageRow._make(row[1:]))) for row in rows]
    for number, message in messages:
        if not message.is_deleted:  # the words of a deleted one are gone already
            forget_message(connection, number, message)
    for table, condition in list(_dependents(connection)):
        connection.execute(f"DELETE FROM {table} WHERE {condition}", (conversation_id,))  # noqa: S608 - constants
    connection.execute("DELETE FROM conversation WHERE id = ?", (conversation_id,))
    return [UploadId(file.upload_id) for _, message in messages for file in message.files]


def _dependents(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Return every table whose rows belong to a conversation; those that refer to others come first."""
    order = [table.name for table in reversed(SQLModel.metadata.sorted_tables)]
    found = connection.execute(_COLUMNS, (json.dumps(list(_OF)),)).fetchall()
    # Tables without a class of their own refer to those that have one.
    found.sort(key=lambda row: order.index(row[0]) if row[0] in order else -1)
    yield from ((table, _OF[column]) for table, column in found)
