"""Sends presence updates: at most one a second per socket, and never before a message.

Only the timing and the sending; who may see whom is decided in ``domain.presence``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from nova_app.domain.models import ConversationId, UserId
from nova_app.domain.presence import PresenceBook, PresenceChanges
from nova_app.protocol.server_frames import EncodedFrame
from nova_app.realtime.send_queue import SendQueue

EVERY_SECONDS = 1.0


class PresenceFeed:
    """Presence of this process's users; all methods are for the event loop only.

    Attributes:
        changes: Grows with each choice of a user: what was read while it stayed the same is current.
    """

    def __init__(
        self, wake_later: Callable[[Iterable[SendQueue]], None], encode: Callable[[PresenceChanges], EncodedFrame]
    ) -> None:
        """Create an empty feed.

        Args:
            wake_later: Wakes sockets at the end of this turn.
            encode: Returns the frame of the changes.
        """
        self._book: PresenceBook[SendQueue] = PresenceBook()
        self._wake_later = wake_later
        self._encode = encode
        self._is_due = False
        self.changes = 0

    def arrive(self, send_queue: SendQueue, circles: Iterable[ConversationId], *, shares: bool) -> None:
        """Add a welcomed socket, whose user shares these conversations with others, and send it who is online.

        Args:
            shares: The stored choice of the user; what they chose since has precedence.
        """
        self._book.arrive(send_queue, send_queue.user_id)
        # First the choice: each member of a circle is then looked at once.
        self._book.set_stored_choice(send_queue.user_id, shares=shares)
        for circle in circles:
            self._book.join(send_queue.user_id, circle)
        self._send_changes(send_queue)
        self._schedule()

    def depart(self, send_queue: SendQueue) -> None:
        """Remove a socket that ended."""
        self._book.depart(send_queue, asyncio.get_running_loop().time())
        self._schedule()

    def join(self, user_id: UserId, circle: ConversationId) -> None:
        """Add a user to a conversation."""
        self._book.join(user_id, circle)
        self._schedule()

    def leave(self, user_id: UserId, circle: ConversationId) -> None:
        """Remove a user from a conversation."""
        self._book.leave(user_id, circle)
        self._schedule()

    def set_choice(self, user_id: UserId, *, shares: bool) -> None:
        """Show or hide a user's presence; hiding takes effect at once."""
        self.changes += 1
        concerned = self._book.set_choice(user_id, shares=shares)
        for send_queue in () if shares else concerned:
            self._send_changes(send_queue)
        self._schedule()

    def shows(self, user_id: UserId) -> bool:
        """Return whether this user's presence and typing may be sent to others, and theirs to this user."""
        return self._book.shows(user_id)

    def _schedule(self) -> None:
        if not self._is_due and not self._book.is_calm:
            self._is_due = True
            asyncio.get_running_loop().call_later(EVERY_SECONDS, self._tick)

    def _tick(self) -> None:
        self._is_due = False
        self._book.expire(asyncio.get_running_loop().time())
        self._send_all_changes()
        self._schedule()

    def _send_all_changes(self) -> None:
        for send_queue in self._book.waiting:
            self._send_changes(send_queue)

    def _send_changes(self, send_queue: SendQueue) -> None:
        """Send the changes to a socket; a slow one is tried again in a second."""
        if send_queue.is_slow:
            return
        changes = self._book.take_changes(send_queue)
        if changes is not None:
            send_queue.offer_state(self._encode(changes))
            self._wake_later((send_queue,))
