"""The shapes of durable events that are no messages, for the messaging socket, the HTTP API and webhooks."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from nova_app.domain.events import ConversationRenamed, Event, MemberChanged, MessagePosted
from nova_app.domain.message_changes import MessageDeleted, MessageEdited, ReactionChanged
from nova_app.protocol.bodies import ADDED_LATER, MessageBody, message_body


class EditedBody(msgspec.Struct, frozen=True):
    """A message got another text; none is sent once it was deleted."""

    conversation_id: str
    seq: int
    message_id: str
    author_id: str
    client_id: str
    text: str
    mentions: tuple[str, ...]
    edited_at: str
    mentions_all: Literal[True] | UnsetType = UNSET


class DeletedBody(msgspec.Struct, frozen=True):
    """A message was deleted by ``user_id``."""

    conversation_id: str
    seq: int
    message_id: str
    user_id: str
    client_id: str
    created_at: str


class ReactionChangeBody(msgspec.Struct, frozen=True):
    """A member set an emoji at a message, or removed it."""

    conversation_id: str
    seq: int
    message_id: str
    user_id: str
    client_id: str
    emoji: str
    on: bool
    created_at: str


class MembershipBody(msgspec.Struct, frozen=True):
    """A user joined, left or was removed by ``actor_id``; ``seq`` is the number of this event."""

    conversation_id: str
    seq: int
    user_id: str
    username: str
    display_name: str
    action: Literal["joined", "left", "removed"]
    actor_id: str
    created_at: str
    actor_name: Annotated[str, ADDED_LATER]


class RenamedBody(msgspec.Struct, frozen=True):
    """A group got another title."""

    conversation_id: str
    seq: int
    title: str
    actor_id: str
    actor_name: str
    created_at: str


EditedT = TypeVar("EditedT", bound=EditedBody)
DeletedT = TypeVar("DeletedT", bound=DeletedBody)
ReactionChangeT = TypeVar("ReactionChangeT", bound=ReactionChangeBody)
MembershipT = TypeVar("MembershipT", bound=MembershipBody)
RenamedT = TypeVar("RenamedT", bound=RenamedBody)


def membership_as(kind: type[MembershipT], change: MemberChanged) -> MembershipT:
    """Return a change of a membership as a body, or as a frame that has the same fields."""
    return kind(
        conversation_id=change.conversation_id,
        seq=change.seq,
        user_id=change.user_id,
        username=change.username,
        display_name=change.display_name,
        action=change.action,
        actor_id=change.actor_id,
        created_at=change.created_at,
        actor_name=change.actor_name,
    )


def renamed_as(kind: type[RenamedT], event: ConversationRenamed) -> RenamedT:
    """Return a new title as a body, or as a frame that has the same fields."""
    return kind(
        conversation_id=event.conversation_id,
        seq=event.seq,
        title=event.title,
        actor_id=event.actor_id,
        actor_name=event.actor_name,
        created_at=event.created_at,
    )


def edited_as(kind: type[EditedT], event: MessageEdited) -> EditedT:
    """Return an edit as a body, or as a frame that has the same fields."""
    return kind(
        conversation_id=event.conversation_id,
        seq=event.seq,
        message_id=event.message_id,
        author_id=event.author_id,
        client_id=event.client_id,
        text=event.text,
        mentions=tuple(event.mentions),
        edited_at=event.created_at,
        mentions_all=True if event.mentions_all else UNSET,
    )


def deleted_as(kind: type[DeletedT], event: MessageDeleted) -> DeletedT:
    """Return a deletion as a body, or as a frame that has the same fields."""
    return kind(
        conversation_id=event.conversation_id,
        seq=event.seq,
        message_id=event.message_id,
        user_id=event.user_id,
        client_id=event.client_id,
        created_at=event.created_at,
    )


def reaction_as(kind: type[ReactionChangeT], event: ReactionChanged) -> ReactionChangeT:
    """Return a reaction that changed as a body, or as a frame that has the same fields."""
    return kind(
        conversation_id=event.conversation_id,
        seq=event.seq,
        message_id=event.message_id,
        user_id=event.user_id,
        client_id=event.client_id,
        emoji=event.emoji,
        on=event.is_on,
        created_at=event.created_at,
    )


def event_body(
    item: Event,
) -> MessageBody | MembershipBody | RenamedBody | EditedBody | DeletedBody | ReactionChangeBody:
    """Return a durable event as it is sent, without the frame's type."""
    match item:
        case MessagePosted():
            return message_body(item)
        case MemberChanged():
            return membership_as(MembershipBody, item)
        case ConversationRenamed():
            return renamed_as(RenamedBody, item)
        case MessageEdited():
            return edited_as(EditedBody, item)
        case MessageDeleted():
            return deleted_as(DeletedBody, item)
        case ReactionChanged():
            return reaction_as(ReactionChangeBody, item)
