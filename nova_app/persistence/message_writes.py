"""Writes one change of a message: into the log, the message, the index, the tables of counts, and the deliveries."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nova_app.domain.authorization import Action, Standing, may
from nova_app.domain.events import MessagePosted
from nova_app.domain.message_changes import (
    ChangeEvent,
    Delete,
    Edit,
    MessageChange,
    MessageDeleted,
    MessageEdited,
    React,
    ReactionChanged,
)
from nova_app.domain.models import UploadId, UserId
from nova_app.persistence.enqueue import forget_deliveries, queue_change
from nova_app.persistence.mentions import forget_mentions, mentions_in, store_mentions
from nova_app.persistence.message_links import forget_links
from nova_app.persistence.search_index import forget_message, index_messages

_LOG = """
INSERT INTO change (conversation_id, seq, kind, actor_id, body, created_at, message_id) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_NUMBER = "UPDATE conversation SET last_seq = ? WHERE id = ?"
_EDIT = """
UPDATE message SET text = ?, edited_seq = ?, edited_at = ?, first_text = coalesce(first_text, text),
  mentions = ?, mentions_all = ?
WHERE number = ?
"""
_DELETE = """
UPDATE message SET text = '', first_text = NULL, deleted_seq = ?, reply_seq = NULL, mentions = '[]', mentions_all = 0
WHERE number = ?
"""
_BLANK_VERSIONS = """
UPDATE change SET body = json_set(body, '$.text', '', '$.mentions', json('[]'), '$.mentions_all', json('false'))
WHERE message_id = ? AND kind = 'edited'
"""
_DELETE_REACTIONS = "DELETE FROM reaction WHERE message_id = ?"
_DELETE_FILES = "DELETE FROM message_file WHERE message_number = ?"
_SET_REACTION = """
INSERT INTO reaction (message_id, emoji, user_id, seq, first_seq)
VALUES (?1, ?2, ?3, ?4, coalesce((SELECT min(first_seq) FROM reaction WHERE message_id = ?1 AND emoji = ?2), ?4))
"""
_REMOVE_REACTION = "DELETE FROM reaction WHERE message_id = ? AND emoji = ? AND user_id = ?"
_FIND_UNREAD = "SELECT user_id FROM member WHERE conversation_id = ? AND read_seq < ? AND user_id != ?"


@dataclass(frozen=True, slots=True)
class Moment:
    """Where and when a change enters the log, and the actor's place in the conversation."""

    seq: int
    created_at: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the event, the files that the message had, and for whom an unread message is gone."""

    event: ChangeEvent
    freed: Sequence[UploadId] = ()
    recounted: Sequence[UserId] = ()


def write_change(
    connection: sqlite3.Connection, change: MessageChange, number: int, message: MessagePosted, moment: Moment
) -> Written:
    """Write a change that was decided, inside the caller's transaction.

    Args:
        number: Of the message in the order of all messages.
        message: As it is before the change.
    """
    match change:
        case Edit():
            written = _edit(connection, change, number, message, moment)
        case Delete():
            written = _delete(connection, change, number, message, moment)
        case React():
            written = _react(connection, change, moment)
    connection.execute(_NUMBER, (moment.seq, change.conversation_id))
    queue_change(connection, number, written.event)
    return written


def _edit(connection: sqlite3.Connection, edit: Edit, number: int, message: MessagePosted, moment: Moment) -> Written:
    may_mention_all = may(moment.standing, Action.MENTION_ALL)
    mentions = mentions_in(connection, edit.conversation_id, edit.text, may_mention_all=may_mention_all)
    edited = replace(message, text=edit.text, mentions=mentions.user_ids, mentions_all=mentions.everybody)
    forget_message(connection, number, message)
    index_messages(connection, [(number, edited)])
    forget_links(connection, edit.message_id, edit.text)
    forget_mentions(connection, message)
    store_mentions(connection, [edited])
    user_ids = json.dumps(mentions.user_ids)
    connection.execute(_EDIT, (edit.text, moment.seq, moment.created_at, user_ids, mentions.everybody, number))
    body = {"text": edit.text, "mentions": mentions.user_ids, "mentions_all": mentions.everybody}
    _log(connection, edit, "edited", body, moment)
    event = MessageEdited(
        conversation_id=edit.conversation_id,
        seq=moment.seq,
        message_id=edit.message_id,
        author_id=edit.actor_id,
        client_id=edit.client_id,
        text=edit.text,
        created_at=moment.created_at,
        mentions=tuple(mentions.user_ids),
        mentions_all=mentions.everybody,
    )
    return Written(event)


def _delete(
    connection: sqlite3.Connection, delete: Delete, number: int, message: MessagePosted, moment: Moment
) -> Written:
    forget_message(connection, number, message)
    forget_links(connection, delete.message_id)
    forget_mentions(connection, message)
    forget_deliveries(connection, number)
    connection.execute(_DELETE, (moment.seq, number))
    connection.execute(_BLANK_VERSIONS, (delete.message_id,))
    connection.execute(_DELETE_REACTIONS, (delete.message_id,))
    connection.execute(_DELETE_FILES, (number,))
    _log(connection, delete, "deleted", {}, moment)
    unread = connection.execute(_FIND_UNREAD, (delete.conversation_id, message.seq, message.author_id))
    event = MessageDeleted(
        conversation_id=delete.conversation_id,
        seq=moment.seq,
        message_id=delete.message_id,
        user_id=delete.actor_id,
        client_id=delete.client_id,
        created_at=moment.created_at,
    )
    freed = tuple(UploadId(file.upload_id) for file in message.files)
    return Written(event, freed, tuple(UserId(row[0]) for row in unread))


def _react(connection: sqlite3.Connection, react: React, moment: Moment) -> Written:
    row = (react.message_id, react.emoji, react.actor_id)
    if react.is_on:
        connection.execute(_SET_REACTION, (*row, moment.seq))
    else:
        connection.execute(_REMOVE_REACTION, row)
    _log(connection, react, "reaction", {"emoji": react.emoji, "on": react.is_on}, moment)
    event = ReactionChanged(
        conversation_id=react.conversation_id,
        seq=moment.seq,
        message_id=react.message_id,
        user_id=react.actor_id,
        client_id=react.client_id,
        emoji=react.emoji,
        is_on=react.is_on,
        created_at=moment.created_at,
    )
    return Written(event)


def _log(
    connection: sqlite3.Connection, change: MessageChange, kind: str, body: Mapping[str, Any], moment: Moment
) -> None:
    text = json.dumps({"client_id": change.client_id, **body}, ensure_ascii=False)
    row = (change.conversation_id, moment.seq, kind, change.actor_id, text, moment.created_at, change.message_id)
    connection.execute(_LOG, row)
