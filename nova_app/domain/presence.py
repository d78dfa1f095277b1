"""Who is here, and who may see it: the rules, without clock and I/O.

A person is here while a socket of theirs is welcomed, and for ``GRACE_SECONDS`` after
the last one ended, so that whoever dials again does not flicker.  Two people see each
other while they share a conversation of at most ``CIRCLE_MAX`` people and both share
their presence: whoever hides it does not see that of others.

Nothing here is a queue: for each reader it is kept what they were told and about whom
that may have changed.  What they are told is always the difference to what is true at
that moment, so a telling that is left out or late costs nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from nova_app.domain.models import ConversationId, UserId

GRACE_SECONDS = 12.0
"""So long somebody without a socket still counts as here."""
CIRCLE_MAX = 64
"""In conversations of more people nobody's presence is told: every arrival would concern everybody."""

SocketT = TypeVar("SocketT")


@dataclass(frozen=True, slots=True)
class News:
    """What a reader does not know yet, in the order of the ids."""

    online: list[UserId]
    offline: list[UserId]


@dataclass(slots=True)
class _Someone(Generic[SocketT]):
    """Somebody who is here or left a moment ago; ``shares`` is None until it is known."""

    sockets: dict[SocketT, None] = field(default_factory=dict)
    circles: set[ConversationId] = field(default_factory=set)
    shares: bool | None = None


@dataclass(slots=True)
class _View:
    """One socket as a reader: whom it was told to be here, and who has to be looked at again."""

    user_id: UserId
    told: set[UserId] = field(default_factory=set)
    doubtful: set[UserId] = field(default_factory=set)


class PresenceBook(Generic[SocketT]):
    """Keeps who is here; a socket can be anything that is hashable."""

    def __init__(self) -> None:
        self._people: dict[UserId, _Someone[SocketT]] = {}
        self._views: dict[SocketT, _View] = {}
        self._circles: dict[ConversationId, set[UserId]] = defaultdict(set)
        self._leaving: dict[UserId, float] = {}
        self._waiting: dict[SocketT, None] = {}

    def arrive(self, socket: SocketT, user_id: UserId) -> None:
        """A socket was welcomed; it is told about nobody before :meth:`join` and :meth:`learn`."""
        someone = self._people.setdefault(user_id, _Someone())
        someone.sockets[socket] = None
        self._leaving.pop(user_id, None)
        self._views[socket] = _View(user_id)
        self._doubt(socket, self._peers(user_id))

    def depart(self, socket: SocketT, now: float) -> None:
        """A socket ended; does nothing for one that never arrived."""
        view = self._views.pop(socket, None)
        self._waiting.pop(socket, None)
        if view is None:
            return
        sockets = self._people[view.user_id].sockets
        del sockets[socket]
        if not sockets:
            self._leaving[view.user_id] = now + GRACE_SECONDS

    def expire(self, now: float) -> None:
        """Let those go whose grace has ended."""
        for user_id in [user_id for user_id, at in self._leaving.items() if at <= now]:
            self._look_again_at(user_id)
            del self._leaving[user_id]
            for circle in self._people.pop(user_id).circles:
                self._drop(circle, user_id)

    def join(self, user_id: UserId, circle: ConversationId) -> None:
        """Somebody who is here shares this conversation with its other people."""
        someone = self._people.get(user_id)
        if someone is None or circle in someone.circles:
            return
        someone.circles.add(circle)
        self._circles[circle].add(user_id)
        self._doubt_within(circle, user_id)

    def part(self, user_id: UserId, circle: ConversationId) -> None:
        """Somebody has left this conversation."""
        someone = self._people.get(user_id)
        if someone is not None and circle in someone.circles:
            self._doubt_within(circle, user_id)
            someone.circles.discard(circle)
            self._drop(circle, user_id)

    def learn(self, user_id: UserId, *, shares: bool) -> None:
        """What was read of a person's choice; a choice that was heard of meanwhile is newer and stays."""
        someone = self._people.get(user_id)
        if someone is not None and someone.shares is None:
            self.choose(user_id, shares=shares)

    def choose(self, user_id: UserId, *, shares: bool) -> list[SocketT]:
        """Somebody shows or hides their presence from now on.

        Returns:
            The readers whom that concerns; none if it was so before.
        """
        someone = self._people.get(user_id)
        if someone is None or someone.shares is shares:
            return []
        someone.shares = shares
        peers = self._peers(user_id)
        self._look_again_at(user_id)
        for socket in someone.sockets:
            self._doubt(socket, peers)
        return [*someone.sockets, *(socket for peer in peers for socket in self._people[peer].sockets)]

    def shows(self, user_id: UserId) -> bool:
        """Whether this person's signs of life may be told, and whether they are told those of others."""
        someone = self._people.get(user_id)
        return someone is not None and someone.shares is True

    @property
    def waiting(self) -> list[SocketT]:
        """The readers for whom there may be news."""
        return list(self._waiting)

    @property
    def is_calm(self) -> bool:
        """Whether nothing will happen unless somebody comes, goes or chooses."""
        return not self._waiting and not self._leaving

    def take(self, socket: SocketT) -> News | None:
        """The difference between what this reader was told and what they may see now; they know it afterwards."""
        self._waiting.pop(socket, None)
        view = self._views.get(socket)
        if view is None:
            return None
        visible = {user_id for user_id in view.doubtful if self.sees(view.user_id, user_id)}
        online, offline = visible - view.told, (view.doubtful - visible) & view.told
        view.doubtful = set()
        view.told |= online
        view.told -= offline
        return News(sorted(online), sorted(offline)) if online or offline else None

    def sees(self, viewer_id: UserId, user_id: UserId) -> bool:
        """Whether the one may see that the other is here."""
        viewer, someone = self._people.get(viewer_id), self._people.get(user_id)
        if viewer is None or someone is None or viewer is someone:
            return False
        return bool(viewer.shares and someone.shares) and not viewer.circles.isdisjoint(someone.circles)

    def _peers(self, user_id: UserId) -> set[UserId]:
        return {peer for circle in self._people[user_id].circles for peer in self._circles[circle]} - {user_id}

    def _look_again_at(self, user_id: UserId) -> None:
        for peer in self._peers(user_id):
            for socket in self._people[peer].sockets:
                self._doubt(socket, (user_id,))

    def _doubt_within(self, circle: ConversationId, user_id: UserId) -> None:
        """Between this person and the others of a conversation something may have changed, both ways."""
        others = self._circles[circle] - {user_id}
        for socket in self._people[user_id].sockets:
            self._doubt(socket, others)
        for other in others:
            for socket in self._people[other].sockets:
                self._doubt(socket, (user_id,))

    def _doubt(self, socket: SocketT, user_ids: Iterable[UserId]) -> None:
        doubtful = self._views[socket].doubtful
        doubtful.update(user_ids)
        if doubtful:
            self._waiting[socket] = None

    def _drop(self, circle: ConversationId, user_id: UserId) -> None:
        people = self._circles[circle]
        people.discard(user_id)
        if not people:
            del self._circles[circle]
