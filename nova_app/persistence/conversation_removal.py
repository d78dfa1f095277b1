"""Removes conversations whole: their numbers, their words in the index, everything that refers to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from sqlalchemy import Column, Table
from sqlmodel import Session, SQLModel

from nova_app.domain.models import UploadId
from nova_app.domain.probing import TITLE
from nova_app.persistence.engine import raw_connection
from nova_app.persistence.message_files import files_column, files_of
from nova_app.persistence.search_index import Row, forget_rows

_MESSAGES = f"""
SELECT m.number, m.conversation_id, m.author_id, m.text, {files_column("m")} FROM message AS m
WHERE m.conversation_id = ?
"""  # noqa: S608 - constants
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


def remove_probes(session: Session) -> list[UploadId]:
    """Remove the prober's conversations that everybody has left; return the files that they showed."""
    connection = raw_connection(session.connection())
    uploads: list[UploadId] = []
    for (conversation_id,) in connection.execute(_ABANDONED, (TITLE,)).fetchall():
        uploads += _remove(connection, conversation_id)
    return uploads


def _remove(connection: sqlite3.Connection, conversation_id: str) -> list[UploadId]:
    rows: Sequence[Row] = [
        (number, conversation, author, text, files_of(files))
        for number, conversation, author, text, files in connection.execute(_MESSAGES, (conversation_id,)).fetchall()
    ]
    forget_rows(connection, rows)
    for table, condition in _dependents():
        connection.execute(f"DELETE FROM {table} WHERE {condition}", (conversation_id,))  # noqa: S608 - constants
    connection.execute("DELETE FROM conversation WHERE id = ?", (conversation_id,))
    return [UploadId(file.upload_id) for *_, files in rows for file in files]


def _dependents() -> Iterator[tuple[str, str]]:
    """Return every table whose rows belong to a conversation; those that refer to others come first."""
    for table in reversed(SQLModel.metadata.sorted_tables):
        for column in _columns_of(table):
            yield table.name, _OF[column.name]


def _columns_of(table: Table) -> Iterator[Column[object]]:
    return (column for column in table.columns if column.name in _OF)
