"""The frames of durable events, and the base of all frames that the server sends."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from nova_app.domain.events import ConversationRenamed, Event, MemberChanged, MessagePosted
from nova_app.domain.message_changes import MessageDeleted, MessageEdited, ReactionChanged
from nova_app.domain.models import UserId
from nova_app.protocol.bodies import MessageBody, message_as
from nova_app.protocol.event_bodies import (
    DeletedBody,
    EditedBody,
    MembershipBody,
    ReactionChangeBody,
    RenamedBody,
    deleted_as,
    edited_as,
    membership_as,
    reaction_as,
    renamed_as,
)


class ServerFrame(msgspec.Struct, frozen=True):
    """Base of the frames.

    Attributes:
        metric_label: The type under which a sent frame is counted.
    """

    metric_label: ClassVar[str] = "system"


class MessageFrame(MessageBody, ServerFrame, tag="message", frozen=True):
    """A stored message, as a durable event."""

    metric_label = "message"


class EditedFrame(EditedBody, ServerFrame, tag="edited", frozen=True):
    """A message got another text, as a durable event."""

    metric_label = "change"


class DeletedFrame(DeletedBody, ServerFrame, tag="deleted", frozen=True):
    """A message was deleted, as a durable event."""

    metric_label = "change"


class ReactionFrame(ReactionChangeBody, ServerFrame, tag="reaction", frozen=True):
    """A member set or removed an emoji at a message, as a durable event."""

    metric_label = "change"


class MemberFrame(MembershipBody, ServerFrame, tag="member", frozen=True):
    """A user joined, left or was removed, as a durable event."""


class RenamedFrame(RenamedBody, ServerFrame, tag="renamed", frozen=True):
    """A group got another title, as a durable event."""


def event_frame(
    item: Event, viewer_id: UserId | None = None
) -> MessageFrame | MemberFrame | RenamedFrame | EditedFrame | DeletedFrame | ReactionFrame:
    """Return the frame of a durable event, for this viewer if it is for one alone."""
    match item:
        case MessagePosted():
            return message_as(MessageFrame, item, viewer_id)
        case MemberChanged():
            return membership_as(MemberFrame, item)
        case ConversationRenamed():
            return renamed_as(RenamedFrame, item)
        case MessageEdited():
            return edited_as(EditedFrame, item)
        case MessageDeleted():
            return deleted_as(DeletedFrame, item)
        case ReactionChanged():
            return reaction_as(ReactionFrame, item)


def event_fields(item: Event) -> dict[str, Any]:
    """Return a durable event as the fields of its frame, for the HTTP API."""
    fields: dict[str, Any] = msgspec.to_builtins(event_frame(item))
    return fields
