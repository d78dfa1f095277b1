"""The frames of the messaging socket: decoding the client's, encoding the server's.

A client's text frame is one JSON object; a server's is one object or an array of
them.  ``docs/reference/protocol.md`` describes each for users.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

import msgspec

from nova_app.domain.errors import ERRORS, ErrorCode, NovaError
from nova_app.domain.events import (
    Event,
    MemberChanged,
    Membership,
    MessagePosted,
    Person,
    Posted,
    Summary,
)
from nova_app.domain.models import to_text
from nova_app.protocol.bounds import SEQ_MAX
from nova_app.protocol.codes import HEARTBEAT, LIMITS
from nova_app.protocol.file_body import file_body
from nova_app.protocol.malformed import find_names

Seq = Annotated[int, msgspec.Meta(ge=0, le=SEQ_MAX)]
Text = Annotated[str, msgspec.Meta(max_length=LIMITS.frame_max_bytes)]


class Resume(msgspec.Struct, frozen=True):
    """Why a client comes back, for the metrics: the last reason and the gap in milliseconds."""

    reason: str = ""
    gap_ms: float = 0


class Hello(msgspec.Struct, tag="hello", frozen=True):
    """The first frame of a socket: which protocol, for which account (if it says so), what the client holds."""

    protocol: int
    cursors: dict[str, Seq] = {}
    user_id: str | None = None
    resume: Resume | None = None


class Send(msgspec.Struct, tag="send", frozen=True):
    """A message to store; ``client_id`` is a UUID minted once, when it was written.

    ``files`` are ids of whole uploads of the sender; with them the text may be empty.
    """

    client_id: str
    conversation_id: str
    text: Text
    files: tuple[str, ...] = ()


class Read(msgspec.Struct, tag="read", frozen=True):
    """The user has seen everything up to ``seq``."""

    conversation_id: str
    seq: Seq


class Delivered(msgspec.Struct, tag="delivered", frozen=True):
    """The client has received everything up to ``seq``."""

    conversation_id: str
    seq: Seq


class IsTyping(msgspec.Struct, tag="typing", frozen=True):
    """The user is typing."""

    conversation_id: str


class EventsWanted(msgspec.Struct, tag="events", frozen=True):
    """A gap to repair: the events with ``after_seq < seq <= until_seq``."""

    conversation_id: str
    after_seq: Seq
    until_seq: Seq


class Ping(msgspec.Struct, tag="ping", frozen=True):
    """A heartbeat that asks for an answer."""

    id: int | str


class Pong(msgspec.Struct, tag="pong", frozen=True):
    """The answer to a ping."""

    id: int | str


ClientFrame = Hello | Send | Read | Delivered | IsTyping | EventsWanted | Ping | Pong
CLIENT_FRAME_TYPES = frozenset({"hello", "send", "read", "delivered", "typing", "events", "ping", "pong"})


class _Envelope(msgspec.Struct, frozen=True):
    type: str


_decode_frame = msgspec.json.Decoder(ClientFrame).decode
_decode_envelope = msgspec.json.Decoder(_Envelope).decode
_encode = msgspec.json.Encoder().encode


class UnknownFrame(Exception):
    """A well-formed frame of a type this server does not know; it is ignored and counted."""


class MalformedFrame(NovaError):
    """A frame that cannot be understood.

    Attributes:
        frame_type: The ``type`` it named, empty if none could be read.
        client_id: For a ``send``: which message is refused, empty if unreadable.
    """

    def __init__(self, detail: str, frame_type: str = "", client_id: str = "") -> None:
        super().__init__(ErrorCode.MALFORMED_FRAME, detail)
        self.frame_type = frame_type
        self.client_id = client_id


def decode(data: str | bytes) -> ClientFrame:
    """Read one client frame.

    Raises:
        UnknownFrame: Valid JSON object with a type that is not ours.
        MalformedFrame: Anything else; says what was expected and what came.
    """
    try:
        frame: ClientFrame = _decode_frame(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as fault:
        raise _explain(data, fault) from None
    return frame


def _explain(data: str | bytes, fault: Exception) -> Exception:
    names = find_names(data)
    try:
        frame_type = _decode_envelope(data).type
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        frame_type = names.frame_type if names.frame_type in CLIENT_FRAME_TYPES else ""
    else:
        if frame_type not in CLIENT_FRAME_TYPES:
            return UnknownFrame(frame_type)
    if not frame_type:
        return MalformedFrame(f"expected a JSON object with a text field 'type': {fault}")
    client_id = names.client_id if frame_type == "send" else ""
    return MalformedFrame(f"a frame of type {frame_type!r} does not have its form: {fault}", frame_type, client_id)


def to_json(value: Any) -> bytes:
    """Encode plain data, with the same encoder as the frames."""
    return _encode(value)


def join(fragments: Sequence[bytes]) -> bytes:
    """Return one text frame out of one or several encoded objects, in order."""
    return fragments[0] if len(fragments) == 1 else b"[" + b",".join(fragments) + b"]"


def error_body(error: NovaError) -> dict[str, Any]:
    """Return the ``error`` record of ``nack`` and ``error`` frames; ``message`` is for people."""
    body: dict[str, Any] = {
        "kind": error.kind,
        "code": error.code,
        "message": ERRORS[error.code].text,
        "detail": error.detail,
        "retryable": error.retryable,
    }
    if error.retry_after_seconds is not None:
        body["retry_after_ms"] = round(error.retry_after_seconds * 1000)
    return body


def error(fault: NovaError, frame_type: str = "") -> bytes:
    """Return an ``error`` frame; ``frame`` names the type of the frame that was refused."""
    frame: dict[str, Any] = {"type": "error", "error": error_body(fault)}
    if frame_type:
        frame["frame"] = frame_type
    return _encode(frame)


def pong(ping: Ping) -> bytes:
    """Return the answer to a ping, with its id."""
    return _encode({"type": "pong", "id": ping.id})


def ping(ping_id: str) -> bytes:
    """Return a ping to the client."""
    return to_json({"type": "ping", "id": ping_id})


def ack(posted: Posted) -> bytes:
    """Return the ``ack`` of a stored draft; ``duplicate`` if it was stored before."""
    message = posted.message
    return _encode(
        {
            "type": "ack",
            "client_id": message.client_id,
            "conversation_id": message.conversation_id,
            "message_id": message.message_id,
            "seq": message.seq,
            "created_at": message.created_at,
            "duplicate": posted.duplicate,
        }
    )


def nack(client_id: str, fault: NovaError) -> bytes:
    """Return the ``nack`` of a draft that was not stored, with the reason."""
    return _encode({"type": "nack", "client_id": client_id, "error": error_body(fault)})


def event(item: Event) -> bytes:
    """Return a durable event as its frame."""
    return _encode({"type": "message" if isinstance(item, MessagePosted) else "member", **event_body(item)})


def event_body(item: Event) -> dict[str, Any]:
    """Return a durable event as JSON fields, the same in REST and on the socket."""
    return message_body(item) if isinstance(item, MessagePosted) else _member_body(item)


def message_body(message: MessagePosted) -> dict[str, Any]:
    """Return a message as JSON fields; ``files`` only where it has some."""
    body: dict[str, Any] = {
        "conversation_id": message.conversation_id,
        "message_id": message.message_id,
        "seq": message.seq,
        "client_id": message.client_id,
        "author_id": message.author_id,
        "author_name": message.author_name,
        "text": message.text,
        "created_at": message.created_at,
    }
    if message.files:
        body["files"] = [file_body(file) for file in message.files]
    return body


def _member_body(change: MemberChanged) -> dict[str, Any]:
    return {
        "conversation_id": change.conversation_id,
        "seq": change.seq,
        "user_id": change.user_id,
        "username": change.username,
        "display_name": change.display_name,
        "action": change.action,
        "actor_id": change.actor_id,
        "created_at": change.created_at,
    }


def person_body(person: Person) -> dict[str, Any]:
    """Return a person as JSON fields."""
    return {
        "user_id": person.user_id,
        "username": person.username,
        "display_name": person.display_name,
        "status": person.status,
        "avatar_url": avatar_url(person.avatar_id),
    }


def member_body(member: Membership) -> dict[str, Any]:
    """Return a member of a conversation as JSON fields."""
    return {**person_body(member.person), "joined_seq": member.joined_seq}


def avatar_url(avatar_id: str | None) -> str:
    """Return the path of a user's avatar, empty where they have none."""
    return f"/api/v1/uploads/{avatar_id}/thumbnail" if avatar_id else ""


def profile(person: Person) -> bytes:
    """Return the frame of a user who changed their profile."""
    return _encode({"type": "profile", **person_body(person)})


def summary_body(summary: Summary) -> dict[str, Any]:
    """Return a conversation as JSON fields, the same in REST and on the socket."""
    return {
        "id": summary.id,
        "kind": summary.kind,
        "title": summary.title,
        "members": [member_body(member) for member in summary.members],
        "last_seq": summary.last_seq,
        "read_seq": summary.read_seq,
        "unread": summary.unread,
        "created_at": to_text(summary.created_at),
        "created_by": summary.created_by,
        "last_message": None if summary.last_message is None else message_body(summary.last_message),
    }


def conversation(summary: Summary) -> bytes:
    """Return the frame of a conversation that appeared or changed for this member."""
    return _encode({"type": "conversation", "conversation": summary_body(summary)})


def reset(conversation_id: str, last_seq: int) -> bytes:
    """Return the frame that tells the client to load this conversation again: the gap is too large to replay."""
    return _encode({"type": "reset", "conversation_id": conversation_id, "last_seq": last_seq})


def welcome(
    *, user_id: str, session_id: str, server_time: str, summaries: Iterable[Summary], recovered: Mapping[str, bool]
) -> bytes:
    """Return the answer to ``hello``; the missed events follow it."""
    return _encode(
        {
            "type": "welcome",
            "user_id": user_id,
            "session_id": session_id,
            "server_time": server_time,
            "heartbeat": {
                "visible_ms": HEARTBEAT.visible_ms,
                "hidden_ms": HEARTBEAT.hidden_ms,
                "deadline_ms": HEARTBEAT.deadline_ms,
            },
            "conversations": [summary_body(summary) for summary in summaries],
            "recovered": recovered,
        }
    )


def bye(reason: str, retry_min_ms: int, retry_window_ms: int) -> bytes:
    """Return the frame before a planned close: the client reconnects between min and min + window."""
    return _encode(
        {
            "type": "bye",
            "reason": reason,
            "retry_min_ms": retry_min_ms,
            "retry_window_ms": retry_window_ms,
        }
    )
