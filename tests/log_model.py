"""A model of the log without any inside: changes become events, events the present form of messages."""

from __future__ import annotations

from dataclasses import replace

from nova_app.domain.change_rules import Target, find_done
from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.events import MessagePosted, Quote, Reaction
from nova_app.domain.graphemes import cut
from nova_app.domain.message_changes import (
    Changed,
    Delete,
    Edit,
    MessageDeleted,
    MessageEdited,
    React,
    ReactionChanged,
)


def with_event(message, event):
    """The present form of a message after one more event of the log; a repeat changes nothing."""
    if event.message_id != message.message_id or message.is_deleted:
        return message
    if isinstance(event, MessageEdited):
        if event.seq <= message.version_seq:
            return message
        facts = {"mentions": event.mentions, "mentions_all": event.mentions_all}
        return replace(message, text=event.text, version_seq=event.seq, edited_at=event.created_at, **facts)
    if isinstance(event, MessageDeleted):
        gone = {"files": (), "mentions": (), "mentions_all": False, "reactions": (), "reply_to": None}
        return replace(message, text="", is_deleted=True, **gone)
    return replace(message, reactions=_react(message.reactions, event))


def _react(reactions, event):
    users = {reaction.emoji: [u for u in reaction.user_ids if u != event.user_id] for reaction in reactions}
    before = {reaction.emoji: list(reaction.user_ids) for reaction in reactions}
    users = {emoji: ids if emoji == event.emoji else before[emoji] for emoji, ids in users.items()}
    if event.is_on:
        users.setdefault(event.emoji, []).append(event.user_id)
    return tuple(Reaction(e, len(ids), tuple(ids)) for e, ids in users.items() if ids)


def present_form(events):
    """Every event of a conversation as it is read: messages as they are now, edits of deleted ones without text."""
    messages = {event.message_id: event for event in events if isinstance(event, MessagePosted)}
    for event in events:
        if isinstance(event, MessageEdited | MessageDeleted | ReactionChanged):
            messages[event.message_id] = with_event(messages[event.message_id], event)
    quoted = {message_id: _with_quote(message, messages) for message_id, message in messages.items()}
    return [_as_read(event, quoted) for event in events]


def _with_quote(message, messages):
    if message.reply_to is None:
        return message
    now = messages[message.reply_to.message_id]
    return replace(
        message,
        reply_to=Quote(now.message_id, now.seq, now.author_id, now.author_name, cut(now.text, 200), now.is_deleted),
    )


def _as_read(event, messages):
    if isinstance(event, MessagePosted):
        return messages[event.message_id]
    if isinstance(event, MessageEdited) and messages[event.message_id].is_deleted:
        return replace(event, text="", mentions=(), mentions_all=False)
    return event


class ChangeModel:
    """Makes changes on a list of events, as the log does on its tables."""

    def __init__(self):
        self.done = {}

    def change(self, change, events, standing, created_at, mentions):
        """The outcome of a change; appends the event that it makes."""
        key = (change.actor_id, change.client_id)
        if key in self.done:
            same, outcome = self.done[key]
            if same != change:
                raise Refused(ErrorCode.KEY_REUSED)
            return replace(outcome, duplicate=True, freed=(), recounted=())
        messages = {e.message_id: e for e in present_form(events) if isinstance(e, MessagePosted)}
        message = messages.get(change.message_id)
        seq = find_done(change, message and target_of(change, message, events), standing)
        place = (change.client_id, change.conversation_id, change.message_id)
        if seq is not None:
            outcome = Changed(*place, seq, events[seq - 1].created_at, duplicate=True)
        else:
            events.append(event_of(change, len(events) + 1, created_at, mentions))
            freed = tuple(file.upload_id for file in message.files) if isinstance(change, Delete) else ()
            outcome = Changed(*place, len(events), created_at, duplicate=False, freed=freed)
        self.done[key] = (change, outcome)
        return outcome


def target_of(change, message, events):
    """The message of a change as the rules see it."""
    own = [e for e in events if isinstance(e, ReactionChanged) and e.message_id == message.message_id]
    mine = [e for e in own if isinstance(change, React) and (e.user_id, e.emoji) == (change.actor_id, change.emoji)]
    deletions = [e.seq for e in events if isinstance(e, MessageDeleted) and e.message_id == message.message_id]
    last = mine[-1] if mine else None
    return Target(
        message_id=message.message_id,
        conversation_id=message.conversation_id,
        seq=message.seq,
        author_id=message.author_id,
        text=message.text,
        version_seq=message.version_seq,
        deleted_seq=deletions[0] if deletions else 0,
        has_files=bool(message.files),
        kinds=[reaction.emoji for reaction in message.reactions],
        reaction_seq=last.seq if last and last.is_on else 0,
        removal_seq=last.seq if last and not last.is_on else 0,
    )


def event_of(change, seq, created_at, mentions):
    """The event that a change makes."""
    place = (change.conversation_id, seq, change.message_id, change.actor_id, change.client_id)
    if isinstance(change, Edit):
        return MessageEdited(*place, change.text, created_at, mentions.user_ids, mentions.everybody)
    if isinstance(change, Delete):
        return MessageDeleted(*place, created_at)
    return ReactionChanged(*place, change.emoji, change.is_on, created_at)
