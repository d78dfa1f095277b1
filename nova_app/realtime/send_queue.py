"""What one socket still has to send, bounded, and what it must fetch from the log instead.

    live --offer does not fit--> lagging --catch-up reached the newest--> live

While a conversation lags, its events are not queued but remembered by number; they
are read from the log when the reader has room again.  A slow reader therefore costs
bounded memory and never delays other readers.  No I/O and no clock here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from nova_app.domain.models import ConversationId, SessionId, UserId
from nova_app.protocol.server_frames import EncodedFrame

QUEUE_MAX_BYTES = 1 << 20
"""With more bytes than this in the queue, events go to the lag instead of the queue."""
QUEUE_LIMIT_BYTES = 4 << 20
"""More bytes than this (responses to a client that sends requests and never reads) close the socket."""
RUN_MAX_BYTES = 1 << 16
"""A run of events ends here, so that the bounds of a queue hold to within it."""
CATCH_UP_BELOW_BYTES = 1 << 16
"""With fewer bytes than this, a lagging socket continues from the log, and ephemeral frames are sent."""


@dataclass(slots=True)
class Lag:
    """Events of one conversation that are to be read from the log.

    Attributes:
        after: Everything up to this number was queued; None until that is known.
        upto: The newest number that was passed over; 0 while there is none.
    """

    after: int | None
    upto: int = 0


@dataclass(slots=True)
class EventRun:
    """Events of one conversation that follow each other: joined once, and queued at once for every member.

    Attributes:
        kinds: How many of which type, by metric label.
    """

    conversation_id: ConversationId
    first_seq: int
    last_seq: int
    parts: list[bytes] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)
    size: int = 0

    def add(self, seq: int, frame: EncodedFrame) -> None:
        """Add the next event."""
        self.last_seq = seq
        self.parts.append(frame.data)
        self.kinds[frame.metric_label] = self.kinds.get(frame.metric_label, 0) + 1
        self.size += len(frame.data)


@dataclass(slots=True)
class FrameBatch:
    """What goes out together, as one text frame.

    Attributes:
        fragments: Encoded frames, in order; one fragment may hold several, with commas between them.
        frames: How many there are.
        kinds: How many of which type, by metric label.
        events: How many durable events are among them.
        live_since: When the oldest event that came live was published, in the loop's
            seconds; None without one.
        logged_since: When the oldest event that was read from the log was committed, likewise.
    """

    fragments: list[bytes] = field(default_factory=list)
    frames: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    events: int = 0
    live_since: float | None = None
    logged_since: float | None = None


class SendQueue:
    """The outgoing side of one socket; every method is for the event loop only."""

    __slots__ = (
        "_late",
        "_logged_until",
        "_waiting",
        "is_page",
        "lags",
        "on_conversation",
        "session_id",
        "user_id",
        "waiting_bytes",
        "wake",
    )

    def __init__(
        self,
        user_id: UserId,
        session_id: SessionId,
        *,
        wake: Callable[[], None],
        on_conversation: Callable[[ConversationId], None],
        is_page: bool = True,
    ) -> None:
        """Begin with nothing to send.

        Args:
            is_page: A browser reads it, not a program with a token.
            wake: Called once per turn when there is something to send.
            on_conversation: A conversation appeared or changed for this user.
        """
        self.user_id = user_id
        self.session_id = session_id
        self.is_page = is_page
        self.wake = wake
        self.on_conversation = on_conversation
        self.lags: dict[ConversationId, Lag] = {}
        self.waiting_bytes = 0
        self._waiting = FrameBatch()
        self._logged_until: dict[ConversationId, int] = {}
        self._late: dict[tuple[str, ...], EncodedFrame] = {}

    def reply(self, frame: EncodedFrame) -> None:
        """Queue a response; responses are bounded by the client's requests."""
        waiting = self._waiting
        waiting.fragments.append(frame.data)
        waiting.frames += 1
        waiting.kinds[frame.metric_label] = waiting.kinds.get(frame.metric_label, 0) + 1
        self.waiting_bytes += len(frame.data)

    def reply_event(self, frame: EncodedFrame, committed_at: float) -> None:
        """Queue an event that was read from the log; ``committed_at`` in the loop's seconds."""
        self.reply(frame)
        self._waiting.events += 1
        if self._waiting.logged_since is None:
            self._waiting.logged_since = committed_at

    def offer(self, conversation_id: ConversationId, seq: int, frame: EncodedFrame, *, now: float) -> None:
        """Queue one live event; see :meth:`offer_run`."""
        run = EventRun(conversation_id, seq, seq)
        run.add(seq, frame)
        self.offer_run(run, frame.data, now=now)

    def offer_run(self, run: EventRun, joined: bytes, *, now: float) -> None:
        """Queue live events, or remember that they must be read from the log.

        Args:
            joined: The events of the run, with commas between them.
            now: The loop's seconds.
        """
        lag = self.lags.get(run.conversation_id)
        if lag is not None:
            lag.upto = run.last_seq
        elif self._logged_until and self._was_logged(run):
            pass
        elif self.waiting_bytes > QUEUE_MAX_BYTES:
            self.lags[run.conversation_id] = Lag(after=run.first_seq - 1, upto=run.last_seq)
        else:
            waiting = self._waiting
            count = len(run.parts)
            waiting.fragments.append(joined)
            waiting.frames += count
            waiting.events += count
            for kind, number in run.kinds.items():
                waiting.kinds[kind] = waiting.kinds.get(kind, 0) + number
            if waiting.live_since is None:
                waiting.live_since = now
            self.waiting_bytes += len(joined)

    def _was_logged(self, run: EventRun) -> bool:
        """Return whether a run is not to be queued: it was read from the log before it was published."""
        logged = self._logged_until.get(run.conversation_id, 0)
        if run.last_seq <= logged:
            return True
        self._logged_until.pop(run.conversation_id, None)
        if run.first_seq <= logged:
            self.lags[run.conversation_id] = Lag(after=logged, upto=run.last_seq)
            return True
        return False

    def offer_state(self, frame: EncodedFrame) -> None:
        """Queue a current state unless the reader is behind; the next state replaces it."""
        if self.waiting_bytes <= QUEUE_MAX_BYTES:
            self.reply(frame)

    def offer_latest(self, name: tuple[str, ...], frame: EncodedFrame) -> None:
        """Queue a state that must arrive; a reader who is behind gets only the newest, once there is room.

        Args:
            name: What it is the state of (whose position of which kind and where, whose profile): a newer one
                takes its place.
        """
        if self.waiting_bytes <= QUEUE_MAX_BYTES:
            self.reply(frame)
        else:
            self._late[name] = frame

    def hold(self, conversation_id: ConversationId) -> None:
        """Send nothing of this conversation until :meth:`resume_after` is called."""
        self.lags[conversation_id] = Lag(after=None)

    def resume_after(self, conversation_id: ConversationId, seq: int) -> None:
        """Send events after ``seq`` from now on: the client has earlier ones, or a summary of them."""
        lag = self.lags.get(conversation_id)
        if lag is None:
            return
        if lag.upto <= seq:
            del self.lags[conversation_id]
            self._logged_until[conversation_id] = seq
        else:
            lag.after = seq

    def forget_conversation(self, conversation_id: ConversationId) -> None:
        """Forget a conversation that the user left."""
        self.lags.pop(conversation_id, None)
        self._logged_until.pop(conversation_id, None)

    def next_lag(self) -> tuple[ConversationId, int] | None:
        """Return a conversation to read from the log, and after which number, if there is room."""
        if self.waiting_bytes > CATCH_UP_BELOW_BYTES:
            return None
        for conversation_id, lag in self.lags.items():
            if lag.after is not None:
                return conversation_id, lag.after
        return None

    @property
    def has_work(self) -> bool:
        """Whether anything is queued."""
        return bool(self._waiting.fragments)

    @property
    def is_slow(self) -> bool:
        """Whether so much is queued that ephemeral frames would be outdated."""
        return self.waiting_bytes > CATCH_UP_BELOW_BYTES

    @property
    def waiting_frames(self) -> int:
        """How many frames are queued."""
        return self._waiting.frames

    @property
    def is_overfull(self) -> bool:
        """Whether the client sends requests without reading the responses."""
        return self.waiting_bytes > QUEUE_LIMIT_BYTES

    def take_batch(self) -> FrameBatch:
        """Return everything that is queued, in order; the queue is empty afterwards."""
        for frame in self._late.values():
            self.reply(frame)
        self._late.clear()
        waiting, self._waiting = self._waiting, FrameBatch()
        self.waiting_bytes = 0
        return waiting
