"""The columns of a message: which are stored, which are looked up, and how a row becomes a message."""

from __future__ import annotations

import json
from collections import namedtuple
from collections.abc import Callable, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, String, literal_column

from nova_app.domain.events import MessagePosted
from nova_app.domain.models import ClientId, ConversationId, MessageId, UserId
from nova_app.persistence.message_extras import mentions_of, quote_column, quote_of, reactions_column, reactions_of
from nova_app.persistence.message_files import files_column, files_of
from nova_app.persistence.people import author_name_column

_STORED: Mapping[str, str] = MappingProxyType(
    {
        "conversation_id": "conversation_id",
        "seq": "seq",
        "message_id": "id",
        "client_id": "client_id",
        "author_id": "author_id",
        "text": "text",
        "created_at": "created_at",
    }
)
"""The column of the table, by the field of ``MessagePosted``; the moment stays the text it is stored as."""
_PRESENT: Mapping[str, str] = MappingProxyType(
    {
        "edited_seq": "edited_seq",
        "edited_at": "edited_at",
        "deleted_seq": "deleted_seq",
        "mentions": "mentions",
        "mentions_all": "mentions_all",
    }
)
"""Further columns, which later events of the log change."""
_LOOKED_UP: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "files": files_column,
        "author_name": author_name_column,
        "quote": quote_column,
        "reactions": reactions_column,
    }
)
"""SQL by field, for what the table does not hold."""

FIELDS = (*_STORED, *_PRESENT, *_LOOKED_UP)
MessageRow = namedtuple("MessageRow", FIELDS)  # type: ignore[misc]  # mypy wants literal names; these follow the table
"""A row of :func:`message_columns` that was read without SQLAlchemy."""

_INSERTED = (*_STORED.values(), "reply_seq", "mentions", "mentions_all")
INSERT = f"INSERT INTO message (number, {', '.join(_INSERTED)}) VALUES (?{', ?' * len(_INSERTED)})"  # noqa: S608 - constants
"""Stores a message; takes its number and its :func:`stored_values`."""
_stored: Callable[[MessagePosted], tuple[Any, ...]] = attrgetter(*_STORED)


def stored_values(message: MessagePosted) -> tuple[Any, ...]:
    """Return the values of a new message for ``INSERT``, after its number."""
    mentions = json.dumps(message.mentions) if message.mentions else "[]"
    reply_seq = None if message.reply_to is None else message.reply_to.seq
    return (*_stored(message), reply_seq, mentions, message.mentions_all)


def message_columns(message: str) -> str:
    """Return the SQL of all columns of a message, to be read by :func:`to_message`.

    Args:
        message: What the statement calls the table of messages.
    """
    return ", ".join(f"{sql} AS {field}" for field, sql in _columns(message).items())


def to_message(row: Any) -> MessagePosted:
    """Return the message in a row of these columns."""
    return MessagePosted(
        conversation_id=ConversationId(row.conversation_id),
        seq=row.seq,
        message_id=MessageId(row.message_id),
        client_id=ClientId(row.client_id),
        author_id=UserId(row.author_id),
        text=row.text,
        created_at=row.created_at,
        files=files_of(row.files),
        author_name=row.author_name,
        version_seq=row.edited_seq or row.seq,
        edited_at=row.edited_at or "",
        is_deleted=bool(row.deleted_seq),
        reply_to=quote_of(row.quote),
        mentions=mentions_of(row.mentions),
        mentions_all=bool(row.mentions_all),
        reactions=reactions_of(row.reactions),
    )


def _columns(message: str) -> dict[str, str]:
    stored = {field: f"{message}.{column}" for field, column in (*_STORED.items(), *_PRESENT.items())}
    return {**stored, **{field: sql(message) for field, sql in _LOOKED_UP.items()}}


MESSAGE_COLUMNS: tuple[ColumnElement[Any], ...] = tuple(
    literal_column(sql, String).label(field) for field, sql in _columns("message").items()
)
"""The same columns for SQLAlchemy; what they are selected from must be the table of messages."""
