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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nova_app.domain.authorization import Action, Standing, authorize, may
from nova_app.domain.errors import ErrorCode, NovaError, Refused
from nova_app.domain.events import Draft, MessagePosted, Posted, Quote
from nova_app.domain.mentions import Mentions
from nova_app.domain.models import ConversationKind, MessageId, Role
from nova_app.persistence.enqueue import queue_deliveries
from nova_app.persistence.mentions import mentions_in, store_mentions
from nova_app.persistence.message_columns import INSERT, MessageRow, message_columns, stored_values, to_message
from nova_app.persistence.message_extras import quote_of
from nova_app.persistence.message_files import Own, attach, files_in, find_own, missing
from nova_app.persistence.search_index import index_messages

_FIND_KNOWN = f"""
SELECT coalesce(m.first_text, m.text), {message_columns("m")}
FROM json_each(?) AS d
CROSS JOIN message AS m
  ON m.client_id = json_extract(d.value, '$[1]') AND m.author_id = json_extract(d.value, '$[0]')
"""  # noqa: S608 - constants
_FIND_AUTHORS = """
SELECT m.conversation_id, m.user_id, c.last_seq, c.kind, u.display_name, m.role
FROM json_each(?) AS p
CROSS JOIN member AS m
  ON m.conversation_id = json_extract(p.value, '$[0]') AND m.user_id = json_extract(p.value, '$[1]')
CROSS JOIN conversation AS c ON c.id = m.conversation_id
CROSS JOIN user AS u ON u.id = m.user_id
"""
_FIND_REPLIED = """
SELECT q.conversation_id, q.id, json_array(q.id, q.seq, q.author_id, u.display_name, q.text, q.deleted_seq > 0)
FROM json_each(?) AS d CROSS JOIN message AS q ON q.id = d.value CROSS JOIN user AS u ON u.id = q.author_id
"""
_LAST_NUMBER = "SELECT coalesce(max(number), 0) FROM message"
_SET_LAST_SEQ = "UPDATE conversation SET last_seq = ? WHERE id = ?"

_RANDOM_TAIL = (1 << 62) - 1

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Author:
    """A member who sends: their name now, and their place in the conversation."""

    name: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is known about a batch of drafts before it is stored.

    Attributes:
        known: Messages that were stored before, with the text they were sent with.
        authors: By conversation and author; whoever is no member has no entry.
        last_seqs: The newest number of each conversation; grows with what is stored.
        replied: Messages that are replied to, by conversation and id.
    """

    known: dict[_Key, tuple[str, MessagePosted]]
    authors: Mapping[_Key, _Author]
    last_seqs: dict[str, int]
    own: Own
    replied: Mapping[_Key, Quote]


def append_drafts(
    connection: sqlite3.Connection, drafts: Sequence[Draft], created_at: str
) -> tuple[list[Posted | NovaError], Counter[str]]:
    """Store what is new and allowed, in this order, inside the caller's transaction.

    Returns:
        Per draft what became of it (see ``MessageLog.append``), and how many messages
        were stored by the kind of their conversation.
    """
    authors, last_seqs = _find_authors(connection, drafts)
    batch = _Batch(
        known=_find_known(connection, drafts),
        authors=authors,
        last_seqs=last_seqs,
        own=find_own(connection, drafts),
        replied=_find_replied(connection, drafts),
    )
    outcomes: list[Posted | NovaError] = []
    for draft in drafts:
        try:
            outcomes.append(_take_draft(connection, draft, batch, created_at))
        except Refused as refusal:
            outcomes.append(refusal)
    fresh = [outcome.message for outcome in outcomes if isinstance(outcome, Posted) and not outcome.duplicate]
    _store(connection, fresh)
    kinds = {conversation_id: author.standing.kind for (conversation_id, _), author in authors.items()}
    return outcomes, Counter(kinds[message.conversation_id] for message in fresh)


def _take_draft(connection: sqlite3.Connection, draft: Draft, batch: _Batch, created_at: str) -> Posted:
    """Return the message that a draft is, or becomes.

    Raises:
        Refused: See ``MessageLog.append``.
    """
    key = (draft.author_id, draft.client_id)
    if key in batch.known:
        return _repeat(*batch.known[key], draft)
    author = batch.authors.get((draft.conversation_id, draft.author_id))
    authorize(None if author is None else author.standing, Action.SEND)
    assert author is not None
    if absent := missing(draft, batch.own):
        detail = f"expected whole files of your own, got {', '.join(absent)}"
        raise Refused(ErrorCode.FILE_NOT_READY, detail)
    quote = batch.replied.get((draft.conversation_id, draft.reply_to)) if draft.reply_to else None
    if draft.reply_to and quote is None:
        text = "Expected a message of the same conversation."
        raise Refused(ErrorCode.INVALID_FIELDS, text, fields={"reply_to": text})
    may_mention_all = may(author.standing, Action.MENTION_ALL)
    mentions = mentions_in(connection, draft.conversation_id, draft.text, may_mention_all=may_mention_all)
    batch.last_seqs[draft.conversation_id] += 1
    seq = batch.last_seqs[draft.conversation_id]
    message = _message(draft, seq, created_at, own=batch.own, author_name=author.name, quote=quote, mentions=mentions)
    batch.known[key] = (draft.text, message)
    return Posted(message, duplicate=False)


def _find_known(connection: sqlite3.Connection, drafts: Sequence[Draft]) -> dict[_Key, tuple[str, MessagePosted]]:
    keys = json.dumps([(draft.author_id, draft.client_id) for draft in drafts])
    found = [(row[0], to_message(MessageRow._make(row[1:]))) for row in connection.execute(_FIND_KNOWN, (keys,))]
    return {(message.author_id, message.client_id): (text, message) for text, message in found}


def _find_authors(
    connection: sqlite3.Connection, drafts: Sequence[Draft]
) -> tuple[dict[_Key, _Author], dict[str, int]]:
    """Return the authors by (conversation, author), and the newest numbers by conversation."""
    wanted = json.dumps(list({(draft.conversation_id, draft.author_id) for draft in drafts}))
    authors: dict[_Key, _Author] = {}
    last_seqs: dict[str, int] = {}
    for conversation_id, user_id, last_seq, kind, name, role in connection.execute(_FIND_AUTHORS, (wanted,)):
        standing = Standing(ConversationKind(kind), None if role is None else Role(role))
        authors[conversation_id, user_id] = _Author(name, standing)
        last_seqs[conversation_id] = last_seq
    return authors, last_seqs


def _find_replied(connection: sqlite3.Connection, drafts: Sequence[Draft]) -> dict[_Key, Quote]:
    wanted = list({draft.reply_to for draft in drafts if draft.reply_to})
    if not wanted:
        return {}
    found: dict[_Key, Quote] = {}
    for conversation_id, message_id, column in connection.execute(_FIND_REPLIED, (json.dumps(wanted),)):
        quote = quote_of(column)
        assert quote is not None
        found[conversation_id, message_id] = quote
    return found


def _repeat(sent_text: str, first: MessagePosted, draft: Draft) -> Posted:
    """Return the first message again; whatever became of it since, it is the one that was sent."""
    files = [(file.upload_id, file.alt) for file in first.files]
    wanted = [(upload_id, draft.alt_texts.get(upload_id, "")) for upload_id in draft.upload_ids]
    reply_to = None if first.reply_to is None else first.reply_to.message_id
    is_same = (sent_text, files, reply_to) == (draft.text, wanted, draft.reply_to)
    if first.conversation_id == draft.conversation_id and (is_same or first.is_deleted):
        return Posted(first, duplicate=True)
    raise Refused(ErrorCode.KEY_REUSED, f"client_id {draft.client_id} already names another message")


def _message(
    draft: Draft,
    seq: int,
    created_at: str,
    *,
    own: Own,
    author_name: str,
    quote: Quote | None,
    mentions: Mentions,
) -> MessagePosted:
    return MessagePosted(
        conversation_id=draft.conversation_id,
        seq=seq,
        message_id=_new_id(),
        client_id=draft.client_id,
        author_id=draft.author_id,
        text=draft.text,
        created_at=created_at,
        files=files_in(draft, own),
        author_name=author_name,
        version_seq=seq,
        reply_to=quote,
        mentions=mentions.user_ids,
        mentions_all=mentions.everybody,
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
    index_messages(connection, numbered)
    store_mentions(connection, fresh)
    queue_deliveries(connection, numbered)
    newest = {m.conversation_id: m.seq for m in fresh}
    connection.executemany(_SET_LAST_SEQ, [(seq, conversation_id) for conversation_id, seq in newest.items()])
