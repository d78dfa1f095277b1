"""Appends messages inside a transaction: many drafts, four statements, no ORM.

Ids that grow with time (version 7 UUIDs) keep a batch on few pages of the indexes;
random ones are correct too, and cost a page to write and to sync for every message.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections import Counter
from collections.abc import Sequence

from nova_app.domain.errors import ErrorCode, NovaError, Refused
from nova_app.domain.events import Draft, MessagePosted, Posted
from nova_app.domain.models import MessageId
from nova_app.persistence.enqueue import queue_deliveries
from nova_app.persistence.message_columns import INSERT, MessageRow, message_columns, stored_values, to_message
from nova_app.persistence.message_files import Own, attach, find_own, missing
from nova_app.persistence.search_index import index_rows

_FIND_KNOWN = f"""
SELECT {message_columns("m")}
FROM json_each(?) AS d
CROSS JOIN message AS m
  ON m.client_id = json_extract(d.value, '$[1]') AND m.author_id = json_extract(d.value, '$[0]')
"""  # noqa: S608 - constants
_FIND_AUTHORS = """
SELECT m.conversation_id, m.user_id, c.last_seq, c.kind, u.display_name
FROM json_each(?) AS p
CROSS JOIN member AS m
  ON m.conversation_id = json_extract(p.value, '$[0]') AND m.user_id = json_extract(p.value, '$[1]')
CROSS JOIN conversation AS c ON c.id = m.conversation_id
CROSS JOIN user AS u ON u.id = m.user_id
"""
_LAST_NUMBER = "SELECT coalesce(max(number), 0) FROM message"
_SET_LAST_SEQ = "UPDATE conversation SET last_seq = ? WHERE id = ?"

_RANDOM_TAIL = (1 << 62) - 1

_Key = tuple[str, str]


def append_drafts(
    connection: sqlite3.Connection, drafts: Sequence[Draft], created_at: str
) -> tuple[list[Posted | NovaError], Counter[str]]:
    """Store what is new and allowed, in this order, inside the caller's transaction.

    Returns:
        Per draft what became of it (see ``MessageLog.append``), and how many messages
        were stored by the kind of their conversation.
    """
    known = _find_known(connection, drafts)
    names, last_seqs, kinds = _find_authors(connection, drafts)
    own = find_own(connection, drafts)
    outcomes: list[Posted | NovaError] = []
    fresh: list[MessagePosted] = []
    for draft in drafts:
        key = (draft.author_id, draft.client_id)
        first = known.get(key)
        if first is not None:
            outcomes.append(_repeat(first, draft))
        elif (author_name := names.get((draft.conversation_id, draft.author_id))) is None:
            outcomes.append(Refused(ErrorCode.NOT_FOUND))
        elif absent := missing(draft, own):
            detail = f"expected whole files of your own, got {', '.join(absent)}"
            outcomes.append(Refused(ErrorCode.FILE_NOT_READY, detail))
        else:
            last_seqs[draft.conversation_id] += 1
            message = _message(draft, last_seqs[draft.conversation_id], created_at, own, author_name)
            known[key] = message
            fresh.append(message)
            outcomes.append(Posted(message, duplicate=False))
    _store(connection, fresh)
    return outcomes, Counter(kinds[message.conversation_id] for message in fresh)


def _find_known(connection: sqlite3.Connection, drafts: Sequence[Draft]) -> dict[_Key, MessagePosted]:
    keys = json.dumps([(draft.author_id, draft.client_id) for draft in drafts])
    found = (to_message(MessageRow._make(row)) for row in connection.execute(_FIND_KNOWN, (keys,)))
    return {(message.author_id, message.client_id): message for message in found}


def _find_authors(
    connection: sqlite3.Connection, drafts: Sequence[Draft]
) -> tuple[dict[_Key, str], dict[str, int], dict[str, str]]:
    """Return the display names of authors by (conversation, author), and the newest numbers and kinds by conversation.

    An author who is not a member has no entry.
    """
    wanted = json.dumps(list({(draft.conversation_id, draft.author_id) for draft in drafts}))
    rows = connection.execute(_FIND_AUTHORS, (wanted,)).fetchall()
    names = {(row[0], row[1]): row[4] for row in rows}
    return names, {row[0]: row[2] for row in rows}, {row[0]: row[3] for row in rows}


def _repeat(first: MessagePosted, draft: Draft) -> Posted | NovaError:
    upload_ids = tuple(file.upload_id for file in first.files)
    if (first.conversation_id, first.text, upload_ids) == (draft.conversation_id, draft.text, draft.upload_ids):
        return Posted(first, duplicate=True)
    return Refused(ErrorCode.KEY_REUSED, f"client_id {draft.client_id} already names another message")


def _message(draft: Draft, seq: int, created_at: str, own: Own, author_name: str) -> MessagePosted:
    return MessagePosted(
        conversation_id=draft.conversation_id,
        seq=seq,
        message_id=_new_id(),
        client_id=draft.client_id,
        author_id=draft.author_id,
        text=draft.text,
        created_at=created_at,
        files=tuple(own[draft.author_id, upload_id] for upload_id in draft.upload_ids),
        author_name=author_name,
    )


def _new_id() -> MessageId:
    """Return a version 7 UUID: as it grows with time, a batch adds to one page of the index instead of to many."""
    value = (time.time_ns() // 1_000_000) << 80 | 0x7 << 76 | 0x2 << 62
    random = int.from_bytes(os.urandom(10), "big")
    value |= (random >> 68) << 64 | random & _RANDOM_TAIL
    text = f"{value:032x}"
    return MessageId(f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}")


def _store(connection: sqlite3.Connection, fresh: Sequence[MessagePosted]) -> None:
    if not fresh:
        return
    numbered = list(enumerate(fresh, connection.execute(_LAST_NUMBER).fetchone()[0] + 1))
    # Not by json_each: that is three times slower for whole rows, and cuts a text at a NUL.
    connection.executemany(INSERT, [(number, *stored_values(message)) for number, message in numbered])
    attach(connection, ((number, m.files) for number, m in numbered))
    index_rows(connection, [(number, m.conversation_id, m.author_id, m.text, m.files) for number, m in numbered])
    queue_deliveries(connection, numbered)
    newest = {m.conversation_id: m.seq for m in fresh}
    connection.executemany(_SET_LAST_SEQ, [(seq, conversation_id) for conversation_id, seq in newest.items()])
