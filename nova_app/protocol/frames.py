"""The frames that clients send, and their decoding.

A client's text frame is one JSON object; ``docs/reference/protocol.md`` describes each for users.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, get_args

import msgspec

from nova_app.domain.errors import ErrorCode, NovaError
from nova_app.protocol.bounds import SEQ_MAX
from nova_app.protocol.codes import LIMITS
from nova_app.protocol.malformed import find_names

Seq = Annotated[int, msgspec.Meta(ge=0, le=SEQ_MAX)]
Text = Annotated[str, msgspec.Meta(max_length=LIMITS.frame_max_bytes)]


class _ClientFrame(msgspec.Struct, frozen=True):
    """Base of the frames.

    Attributes:
        metric_label: The type under which a received frame is counted.
    """

    metric_label: ClassVar[str]


class Resume(msgspec.Struct, frozen=True):
    """Why a client comes back, for the metrics: the last reason and the gap in milliseconds."""

    reason: str = ""
    gap_ms: float = 0


class Hello(_ClientFrame, tag="hello", frozen=True):
    """The first frame of a socket: which protocol, for which account (if it says so), what the client holds."""

    metric_label = "sync"

    protocol: int
    cursors: dict[str, Seq] = {}
    user_id: str | None = None
    resume: Resume | None = None


class Send(_ClientFrame, tag="send", frozen=True):
    """A message to store; ``client_id`` is a UUID minted once, when it was written.

    ``files`` are ids of whole uploads of the sender; with them the text may be empty.
    ``reply_to`` is a message of the same conversation.  ``alt_texts`` describe files, by their ids.
    """

    metric_label = "message"

    client_id: str
    conversation_id: str
    text: Text
    files: tuple[str, ...] = ()
    reply_to: str | None = None
    alt_texts: dict[str, str] = {}


class EditMessage(_ClientFrame, tag="edit", frozen=True):
    """A new text for one's own message; ``base_seq`` is the ``version_seq`` that its author saw."""

    metric_label = "change"

    client_id: str
    conversation_id: str
    message_id: str
    text: Text
    base_seq: Seq


class DeleteMessage(_ClientFrame, tag="delete", frozen=True):
    """A message to delete: one's own, or as an admin anybody's."""

    metric_label = "change"

    client_id: str
    conversation_id: str
    message_id: str


class ReactToMessage(_ClientFrame, tag="react", frozen=True):
    """An emoji to set at a message, or to remove."""

    metric_label = "change"

    client_id: str
    conversation_id: str
    message_id: str
    emoji: Annotated[str, msgspec.Meta(max_length=100)]
    on: bool


class Read(_ClientFrame, tag="read", frozen=True):
    """The user has seen everything up to ``seq``."""

    metric_label = "read_receipt"

    conversation_id: str
    seq: Seq


class Delivered(_ClientFrame, tag="delivered", frozen=True):
    """The client has received everything up to ``seq``."""

    metric_label = "read_receipt"

    conversation_id: str
    seq: Seq


class IsTyping(_ClientFrame, tag="typing", frozen=True):
    """The user is typing."""

    metric_label = "typing"

    conversation_id: str


class EventsWanted(_ClientFrame, tag="events", frozen=True):
    """A gap to repair: the events with ``after_seq < seq <= until_seq``."""

    metric_label = "sync"

    conversation_id: str
    after_seq: Seq
    until_seq: Seq


class Ping(_ClientFrame, tag="ping", frozen=True):
    """A heartbeat that asks for an answer."""

    metric_label = "heartbeat"

    id: int | str


class Pong(_ClientFrame, tag="pong", frozen=True):
    """The answer to a ping."""

    metric_label = "heartbeat"

    id: int | str


ClientFrame = (
    Hello
    | Send
    | EditMessage
    | DeleteMessage
    | ReactToMessage
    | Read
    | Delivered
    | IsTyping
    | EventsWanted
    | Ping
    | Pong
)
CLIENT_FRAME_TYPES = frozenset(str(kind.__struct_config__.tag) for kind in get_args(ClientFrame))
ANSWERED_TYPES = frozenset(
    str(kind.__struct_config__.tag) for kind in (Send, EditMessage, DeleteMessage, ReactToMessage)
)
"""The types that are acknowledged, or refused, by their ``client_id``."""


class _Envelope(msgspec.Struct, frozen=True):
    type: str


_decode_frame = msgspec.json.Decoder(ClientFrame).decode
_decode_envelope = msgspec.json.Decoder(_Envelope).decode


class UnknownFrame(Exception):
    """A well-formed frame of a type this server does not know; it is ignored and counted."""


class MalformedFrame(NovaError):
    """A frame that cannot be understood.

    Attributes:
        frame_type: The ``type`` it named, empty if none could be read.
        client_id: For a ``send`` or a change: which one is refused, empty if unreadable.
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
    client_id = names.client_id if frame_type in ANSWERED_TYPES else ""
    return MalformedFrame(f"a frame of type {frame_type!r} does not have its form: {fault}", frame_type, client_id)
