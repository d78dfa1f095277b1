"""Indexes messages anew whose words changed when texts got one Unicode form; a step of revision 0011."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from nova_app.domain.events import MessagePosted, Quote
from nova_app.domain.files import FileFacts, PostedFile
from nova_app.domain.models import ClientId, MessageId
from nova_app.domain.text_forms import is_in_one_form
from nova_app.domain.tokenizer import index_text_as_written
from nova_app.persistence.search_index import forget_message, index_messages

BATCH = 10_000
_READ = """
SELECT m.number, m.conversation_id, m.author_id, m.text, m.mentions, m.mentions_all,
    (SELECT json_group_array(u.width) FROM message_file AS f JOIN upload AS u ON u.id = f.upload_id
     WHERE f.message_number = m.number),
    (SELECT q.author_id FROM message AS q WHERE q.conversation_id = m.conversation_id AND q.seq = m.reply_seq)
FROM message AS m WHERE m.number > ? AND m.deleted_seq = 0 ORDER BY m.number LIMIT ?
"""


def index_in_one_form(connection: sqlite3.Connection) -> None:
    """Replace the words of those messages; texts in one form already, ASCII above all, keep theirs."""
    last = 0
    while rows := connection.execute(_READ, (last, BATCH)).fetchall():
        for number, message in _changed(rows):
            forget_message(connection, number, message, index_text_as_written)
            index_messages(connection, [(number, message)])
        last = rows[-1][0]


def _changed(rows: list[Any]) -> Iterator[tuple[int, MessagePosted]]:
    for number, *columns in rows:
        message = _message(columns)
        if not is_in_one_form(message.text):
            yield number, message


def _message(columns: Sequence[Any]) -> MessagePosted:
    """Return what the index takes of a message."""
    conversation_id, author_id, text, mentions, mentions_all, widths, replied_to = columns
    return MessagePosted(
        conversation_id,
        0,
        MessageId(""),
        ClientId(""),
        author_id,
        text,
        "",
        files=[PostedFile("", "", FileFacts("", 0, width=width)) for width in json.loads(widths)],
        mentions=json.loads(mentions),
        mentions_all=bool(mentions_all),
        reply_to=None if replied_to is None else Quote(MessageId(""), 0, replied_to, "", ""),
    )
