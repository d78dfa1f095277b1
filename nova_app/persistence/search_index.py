"""The full text index: its columns, and adding messages to it.

    message_search(rowid = message.number, tags, text)

It holds no text, only words, so that a message is stored once.  ``tags`` are the
conversation, the author and what is in the message: a search is narrowed to the user's
conversations inside the index.  On a million messages, that and not joining before the
index has answered is what keeps a search at milliseconds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable

from nova_app.domain.events import MessagePosted
from nova_app.domain.search import LINK
from nova_app.domain.tokenizer import index_text

CREATE_INDEX = "CREATE VIRTUAL TABLE message_search USING fts5(tags, text, content='', tokenize='ascii')"
"""``ascii`` splits at the spaces of :func:`index_text` and nowhere else."""
_ADD = "INSERT INTO message_search (rowid, tags, text) VALUES (?, ?, ?)"
_REMOVE = "INSERT INTO message_search (message_search, rowid, tags, text) VALUES ('delete', ?, ?, ?)"
"""An index without its texts has to be given the words that it is to forget."""
_TAIL = 12


def index_messages(
    connection: sqlite3.Connection,
    numbered: Iterable[tuple[int, MessagePosted]],
    to_words: Callable[[str], str] = index_text,
) -> None:
    """Add messages, with their numbers, to the index, inside the caller's transaction.

    Args:
        to_words: Another form of the words, for migrations.
    """
    connection.executemany(_ADD, [_row(number, message, to_words) for number, message in numbered])


def forget_message(
    connection: sqlite3.Connection,
    number: int,
    message: MessagePosted,
    to_words: Callable[[str], str] = index_text,
) -> None:
    """Remove a message from the index, as it was when it was added."""
    connection.execute(_REMOVE, _row(number, message, to_words))


def _row(number: int, message: MessagePosted, to_words: Callable[[str], str]) -> tuple[int, str, str]:
    return number, _tags(message), to_words(message.text)


def conversation_tag(conversation_id: str) -> str:
    """Return the tag of a conversation in the index; two may share a tag, so the answer is checked."""
    return "c" + conversation_id.replace("-", "")[-_TAIL:]


def author_tag(user_id: str) -> str:
    """Return the tag of an author."""
    return "a" + user_id.replace("-", "")[-_TAIL:]


def content_tag(content: str) -> str:
    """Return the tag of a message's content: ``link``, ``image``, ``file``."""
    return "h" + content


def mention_tag(user_id: str) -> str:
    """Return the tag of messages that mention a user; of those that mention everybody for an empty id."""
    return "m" + (user_id.replace("-", "")[-_TAIL:] or "all")


def reply_tag(user_id: str) -> str:
    """Return the tag of replies to a user's messages."""
    return "r" + user_id.replace("-", "")[-_TAIL:]


def _tags(message: MessagePosted) -> str:
    tags = [conversation_tag(message.conversation_id), author_tag(message.author_id)]
    if "://" in message.text and LINK.search(message.text):
        tags.append(content_tag("link"))
    if message.files:
        tags.append(content_tag("file"))
    if any(file.facts.width for file in message.files):
        tags.append(content_tag("image"))
    tags += [mention_tag(user_id) for user_id in message.mentions]
    if message.mentions_all:
        tags.append(mention_tag(""))
    if message.reply_to is not None:
        tags.append(reply_tag(message.reply_to.author_id))
    return " ".join(tags)
