"""What is sent to sockets without having been asked for, as frames."""

from __future__ import annotations

from nova_app.domain.account_events import AccountEvent
from nova_app.domain.events import Event, Person, Position, PreviewsRemoved, Typing
from nova_app.domain.models import to_text
from nova_app.domain.posts import PostChanged, PostFigures
from nova_app.domain.presence import PresenceChanges
from nova_app.protocol.bodies import person_as
from nova_app.protocol.event_frames import ServerFrame, event_frame
from nova_app.protocol.post_bodies import figures_as, post_change_as
from nova_app.protocol.server_frames import (
    AccountEventFrame,
    EncodedFrame,
    PostFrame,
    PostsFrame,
    PresenceFrame,
    PreviewsRemovedFrame,
    ProfileFrame,
    TypingFrame,
    encode,
    position_frame,
)

Published = (
    Event | Position | Typing | PreviewsRemoved | Person | PresenceChanges | PostChanged | PostFigures | AccountEvent
)
"""What is sent to sockets without having been asked for."""


def encode_published(item: Published) -> EncodedFrame:
    """Return what happened as an encoded frame."""
    return encode(_frame(item))


def _frame(item: Published) -> ServerFrame:
    match item:
        case PostChanged():
            return post_change_as(PostFrame, item)
        case PostFigures():
            return figures_as(PostsFrame, item)
        case AccountEvent():
            return AccountEventFrame(item.id, item.kind, to_text(item.at), item.device, item.address, item.name)
        case Position() | Typing() | PreviewsRemoved() | Person() | PresenceChanges():
            return _state_frame(item)
        case _:
            return event_frame(item)


def _state_frame(item: Position | Typing | PreviewsRemoved | Person | PresenceChanges) -> ServerFrame:
    match item:
        case Position():
            return position_frame(item)
        case Typing():
            return TypingFrame(item.conversation_id, item.user_id)
        case PreviewsRemoved():
            return PreviewsRemovedFrame(item.conversation_id, item.message_id)
        case Person():
            return person_as(ProfileFrame, item)
        case PresenceChanges():
            return PresenceFrame(item.online, item.offline)
