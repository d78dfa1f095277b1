"""The in-process hub: who listens to which conversation, and one wake-up per turn."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from nova_app.domain.events import Event, MemberChanged, Person, Position, Summary, Typing
from nova_app.domain.models import ConversationId, SessionId, UserId
from nova_app.domain.presence import CIRCLE_MAX
from nova_app.observability.sockets import DeliveryMetrics
from nova_app.protocol import ephemeral_frames, frames
from nova_app.protocol.metric_labels import sent_as
from nova_app.realtime.presence_feed import PresenceFeed
from nova_app.realtime.send_queue import Subscriber

_Key = TypeVar("_Key", ConversationId, UserId)


class MemoryHub:
    """Fans events out to the sockets of this process; an ``EventPublisher``.

    Everything that happens in one turn of the event loop is queued first and sent
    once: a member gets one frame per turn, whatever it holds. All methods are for
    the event loop only.
    """

    def __init__(self, metrics: DeliveryMetrics) -> None:
        """Begin without listeners."""
        self._metrics = metrics
        self.presence = PresenceFeed(self._wake_later)
        self._by_conversation: dict[ConversationId, dict[Subscriber, None]] = defaultdict(dict)
        self._by_user: dict[UserId, dict[Subscriber, None]] = defaultdict(dict)
        self._conversations_of: dict[Subscriber, set[ConversationId]] = {}
        self._dirty: dict[Subscriber, None] = {}
        self._on_revoke: dict[SessionId, dict[object, Callable[[], None]]] = defaultdict(dict)

    def add(self, subscriber: Subscriber) -> None:
        """Begin to reach a socket; it hears nothing of a conversation before ``join``."""
        self._by_user[subscriber.user_id][subscriber] = None
        self._conversations_of[subscriber] = set()

    def remove(self, subscriber: Subscriber) -> None:
        """Stop reaching a socket."""
        self.presence.depart(subscriber)
        for conversation_id in self._conversations_of.pop(subscriber, ()):
            self._drop(self._by_conversation, conversation_id, subscriber)
        self._drop(self._by_user, subscriber.user_id, subscriber)
        self._dirty.pop(subscriber, None)

    def join(self, subscriber: Subscriber, conversation_ids: Iterable[ConversationId]) -> None:
        """Let a socket hear these conversations from now on."""
        if subscriber not in self._conversations_of:
            return
        for conversation_id in conversation_ids:
            self._conversations_of[subscriber].add(conversation_id)
            self._by_conversation[conversation_id][subscriber] = None

    def hears(self, subscriber: Subscriber, conversation_id: ConversationId) -> bool:
        """Whether this socket hears this conversation."""
        return conversation_id in self._conversations_of.get(subscriber, ())

    def leave(self, subscriber: Subscriber, conversation_id: ConversationId) -> None:
        """Let a socket hear a conversation no more."""
        self._conversations_of.get(subscriber, set()).discard(conversation_id)
        self._drop(self._by_conversation, conversation_id, subscriber)
        subscriber.forget(conversation_id)

    def appear(self, subscriber: Subscriber, summaries: Sequence[Summary]) -> None:
        """A socket was welcomed: its person is here, for those of its conversations that are small enough."""
        self.presence.arrive(subscriber, [summary.id for summary in summaries if self._is_circle(subscriber, summary)])

    def meet(self, subscriber: Subscriber, summary: Summary) -> None:
        """A socket's person shares this conversation, too."""
        if self._is_circle(subscriber, summary):
            self.presence.join(subscriber.user_id, summary.id)

    def _is_circle(self, subscriber: Subscriber, summary: Summary) -> bool:
        # Since the summary was read, the person may have left.
        return len(summary.members) <= CIRCLE_MAX and self.hears(subscriber, summary.id)

    def publish(self, events: Sequence[Event]) -> None:
        """Queue committed events for every listener, each encoded once."""
        loop = asyncio.get_running_loop()
        now, recipients = loop.time(), 0
        for event in events:
            listeners = self._by_conversation.get(event.conversation_id)
            if listeners:
                fragment = frames.event(event)
                kind = sent_as(fragment)
                for subscriber in listeners:
                    subscriber.offer(event.conversation_id, event.seq, fragment, kind=kind, now=now)
                recipients += len(listeners)
                self._wake_later(listeners)
            if isinstance(event, MemberChanged) and event.action == "left":
                self.presence.part(event.user_id, event.conversation_id)
                for subscriber in list(self._by_user.get(event.user_id, ())):
                    self.leave(subscriber, event.conversation_id)
        self._metrics.broadcast(loop.time() - now, recipients)

    def announce(self, user_ids: Sequence[UserId], conversation_id: ConversationId) -> None:
        """Tell these users' sockets that a conversation appeared or changed."""
        for user_id in user_ids:
            for subscriber in list(self._by_user.get(user_id, ())):
                subscriber.on_conversation(conversation_id)

    def relay(self, state: Position | Typing) -> None:
        """Queue a current state for every listener: a position sooner or later, typing now or never.

        Of what somebody reads in private, only their own devices hear the truth.
        """
        if isinstance(state, Typing):
            self._relay_typing(state)
            return
        listeners = self._by_conversation.get(state.conversation_id)
        if listeners:
            fragment, shown = ephemeral_frames.state(state), state.public
            public = None if shown is None else ephemeral_frames.state(shown)
            name = (state.conversation_id, state.user_id, state.kind)
            for subscriber in listeners:
                told = fragment if subscriber.user_id == state.user_id else public
                if told is not None:
                    subscriber.offer_latest(name, told)
            self._wake_later(listeners)

    def introduce(self, user_ids: Sequence[UserId], person: Person) -> None:
        """Queue what a person says of themself for these users' sockets."""
        fragment = frames.profile(person)
        for user_id in user_ids:
            listeners = self._by_user.get(user_id, {})
            for subscriber in listeners:
                subscriber.offer_latest((person.user_id, "profile"), fragment)
            self._wake_later(listeners)

    def share_presence(self, user_id: UserId, *, shares: bool) -> None:
        """Show or hide from now on that somebody is here, and that they are writing."""
        self.presence.choose(user_id, shares=shares)

    def _relay_typing(self, typing: Typing) -> None:
        """Typing says that somebody is here: it goes where presence goes, and not to readers who are behind."""
        if not self.presence.shows(typing.user_id):
            return
        fragment = ephemeral_frames.state(typing)
        listeners = [
            subscriber
            for subscriber in self._by_conversation.get(typing.conversation_id, ())
            if subscriber.user_id != typing.user_id
            and not subscriber.is_behind
            and self.presence.shows(subscriber.user_id)
        ]
        for subscriber in listeners:
            subscriber.offer_state(fragment)
        if listeners:
            self._wake_later(listeners)

    def on_revoke(self, session_id: SessionId, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back once if this session ends; returns what makes it forget again."""
        token = object()
        self._on_revoke[session_id][token] = callback

        def forget() -> None:
            callbacks = self._on_revoke.get(session_id, {})
            callbacks.pop(token, None)
            if not callbacks:
                self._on_revoke.pop(session_id, None)

        return forget

    def revoke(self, session_id: SessionId) -> None:
        """End every socket that this session opened, Nova's and Reflex's."""
        for callback in list(self._on_revoke.get(session_id, {}).values()):
            callback()

    def wake_later(self, subscriber: Subscriber) -> None:
        """Wake a socket at the end of this turn, because something was queued for it."""
        self._wake_later((subscriber,))

    def _wake_later(self, subscribers: Iterable[Subscriber]) -> None:
        if not self._dirty:
            asyncio.get_running_loop().call_soon(self._wake)
        self._dirty.update(dict.fromkeys(subscribers))

    def _wake(self) -> None:
        dirty, self._dirty = self._dirty, {}
        for subscriber in dirty:
            subscriber.wake()

    @staticmethod
    def _drop(table: dict[_Key, dict[Subscriber, None]], key: _Key, subscriber: Subscriber) -> None:
        listeners = table.get(key)
        if listeners is not None:
            listeners.pop(subscriber, None)
            if not listeners:
                del table[key]
