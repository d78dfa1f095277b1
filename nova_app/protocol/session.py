r"""The server's side of one socket, without any I/O.

The shell feeds every frame to :meth:`Session.receive` and, once per turn of the
event loop, takes what they ask for with :meth:`Session.end_turn`::

    AWAITING_HELLO --hello--> LIVE --refusal that ends the socket--> CLOSED
           \--anything else, or no hello in time--------------------/

All drafts of a turn leave as one group, so that they are committed together;
positions are kept only as far as they advance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from nova_app.domain.errors import ErrorCode, NovaError, Refused
from nova_app.domain.events import Draft, Position, Posted, Summary, Typing
from nova_app.domain.message_changes import Changed, Delete, Edit, MessageChange, React
from nova_app.domain.models import ClientId, ConversationId, MessageId, UploadId, UserId
from nova_app.protocol import frames
from nova_app.protocol.account import OTHER_ACCOUNT, is_other_account
from nova_app.protocol.codes import LIMITS, PROTOCOL_VERSION
from nova_app.protocol.event_frames import ServerFrame
from nova_app.protocol.server_frames import PongFrame, ack_frame, error_frame, nack_frame

_ANSWERED_ALONE = (
    frames.Send,
    frames.EditMessage,
    frames.DeleteMessage,
    frames.ReactToMessage,
    frames.EventsWanted,
)
"""What is counted where its result is known."""


class SessionState(Enum):
    """The state of a socket."""

    AWAITING_HELLO = "awaiting_hello"
    LIVE = "live"
    CLOSED = "closed"


@dataclass(slots=True)
class Turn:
    """What the frames of one turn ask of the shell, to be done in this order.

    Attributes:
        replies: Frames that need no further work: pongs, errors, nacks.
        hello: The client introduced itself; answer with a welcome and the replay.
        drafts: Messages to store as one group, in the order they were sent.
        changes: Changes of stored messages likewise.
        positions: How far this member got; one per conversation and kind.
        typing: Conversations in which the user is typing.
        ranges: Gaps to answer.
        close: The error that ends the socket, after the replies have gone out.
        received: How many frames of which type came, by metric label.
        answered: Frames that were dealt with at once, those of unknown types among them.
        asked: Frames that the shell's work will deal with, besides drafts and changes.
        faults: Frames that could not be dealt with, by cause, as a metric label.
    """

    replies: list[ServerFrame] = field(default_factory=list)
    hello: frames.Hello | None = None
    drafts: list[Draft] = field(default_factory=list)
    changes: list[MessageChange] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    typing: list[Typing] = field(default_factory=list)
    ranges: list[frames.EventsWanted] = field(default_factory=list)
    close: NovaError | None = None
    received: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    asked: int = 0
    faults: Counter[str] = field(default_factory=Counter)


class Session:
    """Decodes, orders and refuses; decides nothing about storage."""

    __slots__ = ("_begun", "state", "user_id")

    def __init__(self, user_id: UserId) -> None:
        """Begin a socket of this user, who is known from the handshake."""
        self.user_id = user_id
        self.state = SessionState.AWAITING_HELLO
        self._begun: Turn | None = None

    @property
    def _turn(self) -> Turn:
        """The turn that is taken now; between turns there is none, for sockets at rest are many."""
        if self._begun is None:
            self._begun = Turn()
        return self._begun

    def receive(self, data: str | bytes) -> str:
        """Take one frame into the current turn; never raises for what a client sent.

        Returns:
            The type of the frame; empty for one that cannot be read or is of no known type.
        """
        if self.state is SessionState.CLOSED:
            return ""
        if _is_too_large(data):
            self._turn.received["other"] += 1
            self._turn.faults["payload_too_large"] += 1
            self._end(Refused(ErrorCode.FRAME_TOO_LARGE, f"expected at most {LIMITS.frame_max_bytes} bytes in a frame"))
            return ""
        try:
            frame = frames.decode(data)
        except frames.UnknownFrame:
            self._turn.received["other"] += 1
            self._turn.answered += 1
        except frames.MalformedFrame as fault:
            self._turn.received["other"] += 1
            self._turn.faults["decode"] += 1
            self._refuse(fault)
        else:
            self._turn.received[frame.metric_label] += 1
            self._take(frame)
            return str(type(frame).__struct_config__.tag)
        return ""

    def end_turn(self) -> Turn:
        """Hand over what the frames since the last turn ask for."""
        turn, self._begun = self._turn, None
        turn.positions = _furthest(turn.positions)
        turn.typing = list(dict.fromkeys(turn.typing))
        return turn

    def hello_is_late(self) -> None:
        """End a session that got no ``hello`` within the deadline."""
        if self.state is SessionState.AWAITING_HELLO:
            self._turn.faults["timeout"] += 1
            self._end(Refused(ErrorCode.SILENT, "expected a hello frame within the deadline, got none"))

    def _take(self, frame: frames.ClientFrame) -> None:
        if self.state is SessionState.AWAITING_HELLO:
            self._introduce(frame)
        elif isinstance(frame, frames.Hello):
            self._turn.faults["protocol"] += 1
            self._end(Refused(ErrorCode.HELLO_EXPECTED, "expected hello once, got it again"))
        else:
            self._take_live(frame)

    def _introduce(self, frame: frames.ClientFrame) -> None:
        if not isinstance(frame, frames.Hello):
            self._turn.faults["protocol"] += 1
            got = type(frame).__struct_config__.tag
            self._end(Refused(ErrorCode.HELLO_EXPECTED, f"expected hello as the first frame, got {got!r}"))
        elif frame.protocol != PROTOCOL_VERSION:
            self._turn.faults["protocol"] += 1
            detail = f"expected protocol {PROTOCOL_VERSION}, got {frame.protocol}"
            self._end(Refused(ErrorCode.PROTOCOL_OUTDATED, detail))
        elif is_other_account(frame.user_id, self.user_id):
            self._turn.faults["auth"] += 1
            self._end(Refused(ErrorCode.ACCOUNT_CHANGED, OTHER_ACCOUNT))
        else:
            self.state = SessionState.LIVE
            self._turn.hello = frame
            self._turn.asked += 1

    def _take_live(self, frame: frames.ClientFrame) -> None:
        turn, user_id = self._turn, self.user_id
        if isinstance(frame, frames.Ping | frames.Pong):
            turn.answered += 1
        elif not isinstance(frame, _ANSWERED_ALONE):
            turn.asked += 1
        match frame:
            case frames.Send():
                turn.drafts.append(_draft(user_id, frame))
            case frames.EditMessage() | frames.DeleteMessage() | frames.ReactToMessage():
                turn.changes.append(_change(user_id, frame))
            case frames.Ping():
                turn.replies.append(PongFrame(frame.id))
            case frames.Read():
                turn.positions.append(Position("read", ConversationId(frame.conversation_id), user_id, frame.seq))
            case frames.Delivered():
                turn.positions.append(Position("delivered", ConversationId(frame.conversation_id), user_id, frame.seq))
            case frames.IsTyping():
                turn.typing.append(Typing(ConversationId(frame.conversation_id), user_id))
            case frames.EventsWanted():
                self._want(frame)

    def _want(self, frame: frames.EventsWanted) -> None:
        span = frame.until_seq - frame.after_seq
        if 0 < span <= LIMITS.events_range_max:
            self._turn.ranges.append(frame)
            self._turn.asked += 1
            return
        self._turn.faults["protocol"] += 1
        detail = f"expected a range of 1 to {LIMITS.events_range_max} events, got {span}"
        self._turn.replies.append(error_frame(Refused(ErrorCode.RANGE_TOO_LARGE, detail), "events"))

    def _refuse(self, fault: frames.MalformedFrame) -> None:
        if self.state is SessionState.AWAITING_HELLO:
            self._end(fault, ErrorCode.HELLO_EXPECTED)
        elif fault.client_id:
            self._turn.replies.append(nack_frame(fault.client_id, fault))
        else:
            self._turn.replies.append(error_frame(fault, fault.frame_type))

    def _end(self, fault: NovaError, close_as: ErrorCode | None = None) -> None:
        self.state = SessionState.CLOSED
        self._turn.replies.append(error_frame(fault))
        self._turn.close = fault if close_as is None else Refused(close_as, fault.detail)


def answer_all(
    requests: Sequence[Draft | MessageChange], results: Sequence[Posted | Changed | NovaError]
) -> list[ServerFrame]:
    """Return one ack or nack per draft or change, in the order they were sent."""
    return [
        nack_frame(request.client_id, result) if isinstance(result, NovaError) else ack_frame(result)
        for request, result in zip(requests, results, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Replay:
    """How a hello is answered.

    Attributes:
        recovered: Per cursor of the client, whether its gap is replayed in full.
        after: Per conversation the number after which live events begin; where a
            cursor is replayed, its own number.
        resets: Conversations to load again, with their newest number.
    """

    recovered: Mapping[str, bool]
    after: Mapping[ConversationId, int]
    resets: Sequence[tuple[ConversationId, int]]


def plan_replay(cursors: Mapping[str, int], summaries: Iterable[Summary]) -> Replay:
    """Decide per conversation between replay, reset and summary.

    A cursor ahead of the log (the database is older than the client) is reset, as is
    a gap of more than ``replay_max_events``. A cursor of a conversation that the user
    is no member of is answered by ``false`` and nothing else.
    """
    recovered = dict.fromkeys(cursors, False)
    after: dict[ConversationId, int] = {}
    resets: list[tuple[ConversationId, int]] = []
    for summary in summaries:
        after[summary.id] = summary.last_seq
        cursor = cursors.get(summary.id)
        if cursor is None:
            continue
        if 0 <= summary.last_seq - cursor <= LIMITS.replay_max_events:
            recovered[summary.id] = True
            after[summary.id] = cursor
        else:
            resets.append((summary.id, summary.last_seq))
    return Replay(recovered, after, resets)


def _draft(user_id: UserId, frame: frames.Send) -> Draft:
    return Draft(
        user_id,
        ClientId(frame.client_id),
        ConversationId(frame.conversation_id),
        frame.text,
        tuple(UploadId(upload_id) for upload_id in frame.files),
        None if frame.reply_to is None else MessageId(frame.reply_to),
        {UploadId(upload_id): text for upload_id, text in frame.alt_texts.items()},
    )


def _change(user_id: UserId, frame: frames.EditMessage | frames.DeleteMessage | frames.ReactToMessage) -> MessageChange:
    place = (user_id, ClientId(frame.client_id), ConversationId(frame.conversation_id), MessageId(frame.message_id))
    match frame:
        case frames.EditMessage():
            return Edit(*place, frame.text, frame.base_seq)
        case frames.DeleteMessage():
            return Delete(*place)
        case frames.ReactToMessage():
            return React(*place, frame.emoji, frame.on)


def _is_too_large(data: str | bytes) -> bool:
    limit = LIMITS.frame_max_bytes
    if isinstance(data, bytes) or len(data) > limit:
        return len(data) > limit
    # A character is at most four bytes, so most texts need no second look.
    return len(data) * 4 > limit and len(data.encode("utf-8", "surrogatepass")) > limit


def _furthest(positions: Sequence[Position]) -> list[Position]:
    best: dict[tuple[str, str], Position] = {}
    for position in positions:
        key = (position.kind, position.conversation_id)
        if key not in best or best[key].seq < position.seq:
            best[key] = position
    return list(best.values())
