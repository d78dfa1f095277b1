"""The full text index: its columns, and adding messages to it.

    message_search(rowid = message.number, tags, text)

It holds no text, only words, so that a message is stored once.  ``tags`` are the
conversation, the author and what is in the message: a search is narrowed to the user's
conversations inside the index.  On a million messages, that and not joining before the
index has answered is what keeps a search at milliseconds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from nova_app.domain.files import PostedFile
from nova_app.domain.search import LINK
from nova_app.domain.tokenizer import index_text

CREATE_INDEX = "CREATE VIRTUAL TABLE message_search USING fts5(tags, text, content='', tokenize='ascii')"
"""``ascii`` splits at the spaces of :func:`index_text` and nowhere else."""
_ADD = "INSERT INTO message_search (rowid, tags, text) VALUES (?, ?, ?)"
_REMOVE = "INSERT INTO message_search (message_search, rowid, tags, text) VALUES ('delete', ?, ?, ?)"
"""An index without its texts has to be given the words that it is to forget."""
_TAIL = 12

Row = tuple[int, str, str, str, Sequence[PostedFile]]
"""A message's number, conversation, author, text and files."""


def index_rows(connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Add messages to the index, inside the caller's transaction."""
    connection.executemany(_ADD, _words_of(rows))


def forget_rows(connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Remove messages from the index, as they were when they were added."""
    connection.executemany(_REMOVE, _words_of(rows))


def _words_of(rows: Iterable[Row]) -> list[tuple[int, str, str]]:
    return [
        (number, _tags(conversation_id, author_id, text, files), index_text(text))
        for number, conversation_id, author_id, text, files in rows
    ]


def conversation_tag(conversation_id: str) -> str:
    """Return the tag of a conversation in the index; two may share a tag, so the answer is checked."""
    return "c" + conversation_id.replace("-", "")[-_TAIL:]


def author_tag(user_id: str) -> str:
    """Return the tag of an author."""
    return "a" + user_id.replace("-", "")[-_TAIL:]


def content_tag(content: str) -> str:
    """Return the tag of a message's content: ``link``, ``image``, ``file``."""
    return "h" + content


def _tags(conversation_id: str, author_id: str, text: str, files: Sequence[PostedFile]) -> str:
    tags = [conversation_tag(conversation_id), author_tag(author_id)]
    if "://" in text and LINK.search(text):
        tags.append(content_tag("link"))
    if files:
        tags.append(content_tag("file"))
    if any(file.facts.width for file in files):
        tags.append(content_tag("image"))
    return " ".join(tags)
