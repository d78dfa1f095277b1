"""The frames that the server sends: one struct per type, encoded once however many sockets receive it.

Those of durable events are in ``event_frames``.

``docs/reference/protocol.md`` describes each for users.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import UNSET, UnsetType

from nova_app.domain.errors import NovaError
from nova_app.domain.events import Position, Posted, Summary
from nova_app.domain.message_changes import Changed
from nova_app.domain.posts import PostFigures
from nova_app.protocol.bodies import ErrorBody, PersonBody, SummaryBody, error_body, summary_body
from nova_app.protocol.codes import HEARTBEAT, Heartbeat
from nova_app.protocol.event_frames import (
    DeletedFrame,
    EditedFrame,
    MemberFrame,
    MessageFrame,
    ReactionFrame,
    RenamedFrame,
    ServerFrame,
)
from nova_app.protocol.post_bodies import PostChangeBody, PostFiguresBody, figures_body


class WelcomeFrame(ServerFrame, tag="welcome", frozen=True):
    """The answer to ``hello``; the missed events follow it.

    ``recovered`` says for each cursor whether its gap is replayed in full; ``build`` which pages
    the server has, absent while they are developed; ``posts`` how far the user has read them.
    """

    metric_label = "sync"

    user_id: str
    session_id: str
    server_time: str
    heartbeat: Heartbeat
    conversations: Sequence[SummaryBody]
    recovered: Mapping[str, bool]
    build: str | UnsetType = UNSET
    posts: PostFiguresBody | UnsetType = UNSET


class ResetFrame(ServerFrame, tag="reset", frozen=True):
    """The client is to load this conversation again: the gap is too large to replay."""

    metric_label = "sync"

    conversation_id: str
    last_seq: int


class AckFrame(ServerFrame, tag="ack", frozen=True):
    """A message was stored or changed, at ``seq``; ``duplicate`` if that had been done before."""

    metric_label = "ack"

    client_id: str
    conversation_id: str
    message_id: str
    seq: int
    created_at: str
    duplicate: bool


class NackFrame(ServerFrame, tag="nack", frozen=True):
    """A message was not stored or changed, with the reason."""

    metric_label = "error"

    client_id: str
    error: ErrorBody


class ErrorFrame(ServerFrame, tag="error", frozen=True):
    """Something failed; ``frame`` is the type of the client's frame that was refused, where there is one."""

    metric_label = "error"

    error: ErrorBody
    frame: str | UnsetType = UNSET


class ConversationFrame(ServerFrame, tag="conversation", frozen=True):
    """A conversation appeared or changed for this member."""

    conversation: SummaryBody


class ReadFrame(ServerFrame, tag="read", frozen=True):
    """A member has seen everything up to ``seq``; never replayed."""

    metric_label = "read_receipt"

    conversation_id: str
    user_id: str
    seq: int


class DeliveredFrame(ServerFrame, tag="delivered", frozen=True):
    """A member has received everything up to ``seq``; never replayed."""

    metric_label = "read_receipt"

    conversation_id: str
    user_id: str
    seq: int


class TypingFrame(ServerFrame, tag="typing", frozen=True):
    """A member is typing; never replayed."""

    metric_label = "typing"

    conversation_id: str
    user_id: str


class PreviewsRemovedFrame(ServerFrame, tag="previews_removed", frozen=True):
    """The author of a message took its link previews away; never replayed."""

    metric_label = "message"

    conversation_id: str
    message_id: str


class PostFrame(PostChangeBody, ServerFrame, tag="post", frozen=True):
    """A post appeared or changed; never replayed."""

    metric_label = "post"


class PostsFrame(PostFiguresBody, ServerFrame, tag="posts", frozen=True):
    """The user read posts on another device."""

    metric_label = "post"


class ProfileFrame(PersonBody, ServerFrame, tag="profile", frozen=True):
    """A user changed their profile."""


class AccountEventFrame(ServerFrame, tag="account_event", frozen=True):
    """Something happened to the user's own account; never replayed. ``name`` is a token's, else empty."""

    id: str
    kind: str
    created_at: str
    device: str
    address: str
    name: str


class PresenceFrame(ServerFrame, tag="presence", frozen=True):
    """Users who are online now or no longer; others have not changed. Never replayed."""

    metric_label = "presence"

    online: Sequence[str]
    offline: Sequence[str]


class PingFrame(ServerFrame, tag="ping", frozen=True):
    """A heartbeat that asks for an answer."""

    metric_label = "heartbeat"

    id: str


class PongFrame(ServerFrame, tag="pong", frozen=True):
    """The answer to a client's ping, with its id."""

    metric_label = "heartbeat"

    id: int | str


class ByeFrame(ServerFrame, tag="bye", frozen=True):
    """A planned close follows; the client reconnects between ``retry_min_ms`` and that plus ``retry_window_ms``."""

    reason: str
    retry_min_ms: int
    retry_window_ms: int


SERVER_FRAMES: tuple[type[ServerFrame], ...] = (
    WelcomeFrame,
    ResetFrame,
    AckFrame,
    NackFrame,
    ErrorFrame,
    MessageFrame,
    EditedFrame,
    DeletedFrame,
    ReactionFrame,
    MemberFrame,
    RenamedFrame,
    ConversationFrame,
    ReadFrame,
    DeliveredFrame,
    TypingFrame,
    PreviewsRemovedFrame,
    PostFrame,
    PostsFrame,
    ProfileFrame,
    AccountEventFrame,
    PresenceFrame,
    PingFrame,
    PongFrame,
    ByeFrame,
)


class EncodedFrame(msgspec.Struct, frozen=True):
    """A frame as JSON, with the label under which it is counted."""

    data: bytes
    metric_label: str


_encode = msgspec.json.Encoder().encode


def encode(frame: ServerFrame) -> EncodedFrame:
    """Return a frame as JSON."""
    return EncodedFrame(_encode(frame), frame.metric_label)


def join(fragments: Sequence[bytes], frames: int) -> bytes:
    """Return one text frame out of one or several encoded frames, in order.

    Args:
        frames: How many there are: a fragment may hold several, with commas between them.
    """
    return fragments[0] if frames == 1 else b"[" + b",".join(fragments) + b"]"


def error_frame(fault: NovaError, refused: str = "") -> ErrorFrame:
    """Return the frame of an error; ``refused`` is the type of the client's frame, where there is one."""
    return ErrorFrame(error_body(fault), refused or UNSET)


def nack_frame(client_id: str, fault: NovaError) -> NackFrame:
    """Return the refusal of a message."""
    return NackFrame(client_id, error_body(fault))


def ack_frame(done: Posted | Changed) -> AckFrame:
    """Return the confirmation of a stored message, or of a change of one."""
    item = done.message if isinstance(done, Posted) else done
    return AckFrame(
        client_id=item.client_id,
        conversation_id=item.conversation_id,
        message_id=item.message_id,
        seq=item.seq,
        created_at=item.created_at,
        duplicate=done.duplicate,
    )


def welcome_frame(
    *,
    user_id: str,
    session_id: str,
    server_time: str,
    summaries: Iterable[Summary],
    recovered: Mapping[str, bool],
    build: str = "",
    posts: PostFigures | None = None,
) -> WelcomeFrame:
    """Return the answer to ``hello``."""
    conversations = [summary_body(summary) for summary in summaries]
    figures = UNSET if posts is None else figures_body(posts)
    return WelcomeFrame(user_id, session_id, server_time, HEARTBEAT, conversations, recovered, build or UNSET, figures)


def position_frame(position: Position) -> ReadFrame | DeliveredFrame:
    """Return the frame of how far a member has seen or received a conversation."""
    kind = ReadFrame if position.kind == "read" else DeliveredFrame
    return kind(position.conversation_id, position.user_id, position.seq)
