"""The in-process hub: which sockets receive which conversation, and one wake-up per turn."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from nova_app.domain.account_events import AccountEvent
from nova_app.domain.errors import ErrorCode
from nova_app.domain.events import Event, MemberChanged, Person, Position, PreviewsRemoved, Summary, Typing
from nova_app.domain.models import ConversationId, SessionId, UserId
from nova_app.domain.presence import is_circle
from nova_app.observability.sockets import DeliveryMetrics
from nova_app.protocol.published import Published
from nova_app.protocol.server_frames import EncodedFrame
from nova_app.realtime.post_feed import PostFeed
from nova_app.realtime.presence_feed import PresenceFeed
from nova_app.realtime.send_queue import RUN_MAX_BYTES, EventRun, SendQueue

logger = logging.getLogger(__name__)

_Key = TypeVar("_Key", ConversationId, UserId)


class MemoryHub:
    """Fans events out to the sockets of this process; an ``EventPublisher``.

    Everything that happens in one turn of the event loop is queued first and sent
    once: a member gets one frame per turn, whatever it holds. All methods are for
    the event loop only.
    """

    def __init__(self, metrics: DeliveryMetrics, encode: Callable[[Published], EncodedFrame]) -> None:
        """Begin without sockets.

        Args:
            encode: Returns the frame of what happened; the hub does not know any form of a frame.
        """
        self._metrics = metrics
        self._encode = encode
        self.presence = PresenceFeed(self._wake_later, encode)
        self.posts = PostFeed(self._wake_later, encode)
        self._by_conversation: dict[ConversationId, dict[SendQueue, None]] = defaultdict(dict)
        self._by_user: dict[UserId, dict[SendQueue, None]] = defaultdict(dict)
        self._conversations_of: dict[SendQueue, set[ConversationId]] = {}
        self._dirty: dict[SendQueue, None] = {}
        self._on_revoke: dict[SessionId, dict[object, Callable[[ErrorCode], None]]] = defaultdict(dict)

    def add(self, send_queue: SendQueue) -> None:
        """Add a socket; it receives nothing of a conversation before ``join``."""
        self._by_user[send_queue.user_id][send_queue] = None
        self._conversations_of[send_queue] = set()

    def remove(self, send_queue: SendQueue) -> None:
        """Remove a socket."""
        self.presence.depart(send_queue)
        for conversation_id in self._conversations_of.pop(send_queue, ()):
            self._drop(self._by_conversation, conversation_id, send_queue)
        self._drop(self._by_user, send_queue.user_id, send_queue)
        self.posts.depart(send_queue)
        self._dirty.pop(send_queue, None)

    def join(self, send_queue: SendQueue, conversation_ids: Iterable[ConversationId]) -> None:
        """Let a socket receive these conversations from now on."""
        if send_queue not in self._conversations_of:
            return
        for conversation_id in conversation_ids:
            self._conversations_of[send_queue].add(conversation_id)
            self._by_conversation[conversation_id][send_queue] = None

    def receives(self, send_queue: SendQueue, conversation_id: ConversationId) -> bool:
        """Return whether this socket receives this conversation."""
        return conversation_id in self._conversations_of.get(send_queue, ())

    def leave(self, send_queue: SendQueue, conversation_id: ConversationId) -> None:
        """Stop sending a conversation to a socket."""
        self._conversations_of.get(send_queue, set()).discard(conversation_id)
        self._drop(self._by_conversation, conversation_id, send_queue)
        send_queue.forget_conversation(conversation_id)

    def mark_online(self, send_queue: SendQueue, summaries: Sequence[Summary], *, shares: bool) -> None:
        """Mark the user of a welcomed socket as online in those conversations that are small enough."""
        circles = [summary.id for summary in summaries if self._is_circle(send_queue, summary)]
        self.presence.arrive(send_queue, circles, shares=shares)

    def add_circle(self, send_queue: SendQueue, summary: Summary) -> None:
        """Show presence in a conversation that appeared or changed, unless it has become too large for that."""
        if self._is_circle(send_queue, summary):
            self.presence.join(send_queue.user_id, summary.id)
        else:
            self.presence.leave(send_queue.user_id, summary.id)

    def _is_circle(self, send_queue: SendQueue, summary: Summary) -> bool:
        # Since the summary was read, the user may have left.
        return is_circle(len(summary.members)) and self.receives(send_queue, summary.id)

    def publish(self, events: Sequence[Event]) -> None:
        """Queue committed events for every receiving socket, each encoded once and joined once."""
        loop = asyncio.get_running_loop()
        now, recipients = loop.time(), 0
        run: EventRun | None = None
        for event in events:
            if run is not None and (run.conversation_id != event.conversation_id or run.size >= RUN_MAX_BYTES):
                recipients += self._offer(run, now)
                run = None
            if event.conversation_id in self._by_conversation:
                run = run or EventRun(event.conversation_id, event.seq, event.seq)
                run.add(event.seq, self._encode(event))
            if isinstance(event, MemberChanged) and event.action != "joined":
                recipients += self._offer(run, now)
                run = None
                self.presence.leave(event.user_id, event.conversation_id)
                for send_queue in list(self._by_user.get(event.user_id, ())):
                    self.leave(send_queue, event.conversation_id)
        recipients += self._offer(run, now)
        self._metrics.broadcast(loop.time() - now, recipients)

    def _offer(self, run: EventRun | None, now: float) -> int:
        """Queue a run for everyone who receives it; return for how many readers of how many events."""
        if run is None:
            return 0
        listeners = self._by_conversation[run.conversation_id]
        joined = b",".join(run.parts)
        for send_queue in listeners:
            send_queue.offer_run(run, joined, now=now)
        self._wake_later(listeners)
        return len(listeners) * len(run.parts)

    def announce(self, user_ids: Sequence[UserId], conversation_id: ConversationId) -> None:
        """Notify these users' sockets that a conversation appeared or changed."""
        for user_id in user_ids:
            for send_queue in list(self._by_user.get(user_id, ())):
                send_queue.on_conversation(conversation_id)

    def relay(self, state: Position | Typing | PreviewsRemoved) -> None:
        """Queue a current state for every listener: for slow readers it is kept, but for typing, which is dropped.

        A private read position goes to the user's own devices only.
        """
        match state:
            case Typing():
                self._relay_typing(state)
            case Position():
                self._relay_position(state)
            case _:
                self._relay_removal(state)

    def _relay_position(self, state: Position) -> None:
        listeners = self._by_conversation.get(state.conversation_id)
        if listeners:
            frame, shown = self._encode(state), state.public
            public = None if shown is None else self._encode(shown)
            name = (state.conversation_id, state.user_id, state.kind)
            for send_queue in listeners:
                visible = frame if send_queue.user_id == state.user_id else public
                if visible is not None:
                    send_queue.offer_latest(name, visible)
            self._wake_later(listeners)

    def _relay_removal(self, state: PreviewsRemoved) -> None:
        listeners = self._by_conversation.get(state.conversation_id)
        if listeners:
            frame = self._encode(state)
            for send_queue in listeners:
                send_queue.offer_latest((state.message_id, "previews"), frame)
            self._wake_later(listeners)

    def publish_profile(self, user_ids: Sequence[UserId], person: Person) -> None:
        """Queue a changed profile for these users' sockets."""
        frame = self._encode(person)
        for user_id in user_ids:
            listeners = self._by_user.get(user_id, {})
            for send_queue in listeners:
                send_queue.offer_latest((person.user_id, "profile"), frame)
            self._wake_later(listeners)

    def publish_account_event(self, event: AccountEvent, *, besides: SessionId | None) -> None:
        """Queue what happened to an account for its pages, except for those of one session."""
        listeners = [
            send_queue
            for send_queue in self._by_user.get(UserId(event.user_id), ())
            if send_queue.is_page and send_queue.session_id != besides
        ]
        frame = self._encode(event)
        for send_queue in listeners:
            send_queue.offer_latest(("account_event",), frame)
        self._wake_later(listeners)

    def share_presence(self, user_id: UserId, *, shares: bool) -> None:
        """Show or hide a user's presence and typing from now on."""
        self.presence.set_choice(user_id, shares=shares)

    def _relay_typing(self, typing: Typing) -> None:
        """Queue typing for those who may see the user's presence, except for slow readers."""
        if not self.presence.shows(typing.user_id):
            return
        frame = self._encode(typing)
        listeners = [
            send_queue
            for send_queue in self._by_conversation.get(typing.conversation_id, ())
            if send_queue.user_id != typing.user_id
            and not send_queue.is_slow
            and self.presence.shows(send_queue.user_id)
        ]
        for send_queue in listeners:
            send_queue.offer_state(frame)
        if listeners:
            self._wake_later(listeners)

    def list_watched(self) -> Sequence[SessionId]:
        """Return the sessions and tokens whose end somebody waits for: those that opened a socket."""
        return list(self._on_revoke)

    def on_revoke(self, session_id: SessionId, callback: Callable[[ErrorCode], None]) -> Callable[[], None]:
        """Register a callback for the end of this session; return a function that removes it."""
        token = object()
        self._on_revoke[session_id][token] = callback

        def forget() -> None:
            callbacks = self._on_revoke.get(session_id, {})
            callbacks.pop(token, None)
            if not callbacks:
                self._on_revoke.pop(session_id, None)

        return forget

    def revoke(self, session_id: SessionId, code: ErrorCode = ErrorCode.NOT_SIGNED_IN) -> None:
        """End every socket that this session opened, Nova's and Reflex's."""
        for callback in list(self._on_revoke.get(session_id, {}).values()):
            callback(code)

    def wake_later(self, send_queue: SendQueue) -> None:
        """Wake a socket at the end of this turn, because something was queued for it."""
        self._wake_later((send_queue,))

    def _wake_later(self, send_queues: Iterable[SendQueue]) -> None:
        if not self._dirty:
            asyncio.get_running_loop().call_soon(self._wake)
        self._dirty.update(dict.fromkeys(send_queues))

    def _wake(self) -> None:
        dirty, self._dirty = self._dirty, {}
        for send_queue in dirty:
            try:
                send_queue.wake()
            except Exception:  # what is wrong with one socket costs no other its frames
                logger.exception("a socket could not be woken")

    @staticmethod
    def _drop(table: dict[_Key, dict[SendQueue, None]], key: _Key, send_queue: SendQueue) -> None:
        listeners = table.get(key)
        if listeners is not None:
            listeners.pop(send_queue, None)
            if not listeners:
                del table[key]
