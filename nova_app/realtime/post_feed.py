"""Sends what happens to posts to the sockets of all users; a ``PostPublisher``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from nova_app.domain.models import UserId
from nova_app.domain.posts import PostChanged, PostFigures
from nova_app.protocol.published import Published
from nova_app.protocol.server_frames import EncodedFrame
from nova_app.realtime.send_queue import SendQueue


class PostFeed:
    """The welcomed sockets, each of which receives every change of a post; for the event loop only.

    Attributes:
        changes: Grows with each change: what was read while it stayed the same is current.
    """

    def __init__(
        self, wake_later: Callable[[Iterable[SendQueue]], None], encode: Callable[[Published], EncodedFrame]
    ) -> None:
        self._wake_later = wake_later
        self._encode = encode
        self._listeners: dict[SendQueue, None] = {}
        self.changes = 0

    def listen(self, send_queue: SendQueue) -> None:
        """Let a socket receive what happens to posts from now on."""
        self._listeners[send_queue] = None

    def depart(self, send_queue: SendQueue) -> None:
        """Remove a socket."""
        self._listeners.pop(send_queue, None)

    async def read_current(self, read: Callable[[], Awaitable[PostFigures]]) -> PostFigures:
        """Read figures, again if posts changed meanwhile: whoever listens from then on misses no change."""
        while True:
            seen = self.changes
            figures = await read()
            if seen == self.changes:
                return figures

    def publish_post(self, changed: PostChanged) -> None:
        """Queue a change for every socket; a slow reader gets the newest of each post."""
        self.changes += 1
        if self._listeners:
            frame = self._encode(changed)
            for send_queue in self._listeners:
                send_queue.offer_latest((changed.post.post_id, "post"), frame)
            self._wake_later(self._listeners)

    def publish_figures(self, user_id: UserId, figures: PostFigures) -> None:
        """Queue how far a user has read for their own sockets."""
        self.changes += 1
        frame = self._encode(figures)
        listeners = [send_queue for send_queue in self._listeners if send_queue.user_id == user_id]
        for send_queue in listeners:
            send_queue.offer_latest(("posts",), frame)
        self._wake_later(listeners)
