"""Tells readers who is here: at most once a second each, and never before a message.

Only the timing and the writing; who may see whom is decided in ``presence``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from nova_app.domain.models import ConversationId, UserId
from nova_app.domain.presence import PresenceBook
from nova_app.protocol import ephemeral_frames
from nova_app.realtime.send_queue import SendQueue

EVERY_SECONDS = 1.0


class PresenceFeed:
    """The presence of this process's people; all methods are for the event loop only."""

    def __init__(self, wake_later: Callable[[Iterable[SendQueue]], None]) -> None:
        """Begin with nobody.

        Args:
            wake_later: Wakes sockets at the end of this turn.
        """
        self._book: PresenceBook[SendQueue] = PresenceBook()
        self._wake_later = wake_later
        self._is_due = False

    def arrive(self, send_queue: SendQueue, circles: Iterable[ConversationId]) -> None:
        """A socket was welcomed; its person shares these conversations with others."""
        self._book.arrive(send_queue, send_queue.user_id)
        for circle in circles:
            self._book.join(send_queue.user_id, circle)
        self._schedule()

    def depart(self, send_queue: SendQueue) -> None:
        """A socket is gone."""
        self._book.depart(send_queue, asyncio.get_running_loop().time())
        self._schedule()

    def join(self, user_id: UserId, circle: ConversationId) -> None:
        """Somebody came into a conversation."""
        self._book.join(user_id, circle)
        self._schedule()

    def part(self, user_id: UserId, circle: ConversationId) -> None:
        """Somebody left a conversation."""
        self._book.part(user_id, circle)
        self._schedule()

    def learn(self, send_queue: SendQueue, *, shares: bool) -> None:
        """What was stored of the choice of a socket's person; the socket is told at once who is here."""
        self._book.learn(send_queue.user_id, shares=shares)
        self._tell(send_queue)
        self._schedule()

    def choose(self, user_id: UserId, *, shares: bool) -> None:
        """Somebody shows or hides their presence; hiding does not wait for its second."""
        concerned = self._book.choose(user_id, shares=shares)
        for send_queue in () if shares else concerned:
            self._tell(send_queue)
        self._schedule()

    def shows(self, user_id: UserId) -> bool:
        """Whether this person's signs of life may be told, and whether they are told those of others."""
        return self._book.shows(user_id)

    def _schedule(self) -> None:
        if not self._is_due and not self._book.is_calm:
            self._is_due = True
            asyncio.get_running_loop().call_later(EVERY_SECONDS, self._tick)

    def _tick(self) -> None:
        self._is_due = False
        self._book.expire(asyncio.get_running_loop().time())
        self._tell_all()
        self._schedule()

    def _tell_all(self) -> None:
        for send_queue in self._book.waiting:
            self._tell(send_queue)

    def _tell(self, send_queue: SendQueue) -> None:
        """Tell a reader what changed, if they keep up; otherwise they are asked again in a second."""
        if send_queue.is_behind:
            return
        news = self._book.take(send_queue)
        if news is not None:
            send_queue.offer_state(ephemeral_frames.presence(news.online, news.offline))
            self._wake_later((send_queue,))
