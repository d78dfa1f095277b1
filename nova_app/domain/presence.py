"""Presence: who is online, and who may see it. No clock and no I/O.

A user is online while one of their sockets is welcomed, and for ``GRACE_SECONDS`` after
the last one ended, so that a reconnect does not show.  Two users see each other while they
share a conversation of at most ``CIRCLE_MAX`` members and both share their presence: a user
who hides it does not see that of others.

Nothing here is a queue: each socket keeps only which users may have changed since its last
update, and how it shows them; all others it shows as they are.  An update is always the
difference to the current state, so one that is left out or late does no harm.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from nova_app.domain.models import ConversationId, UserId

GRACE_SECONDS = 12.0
"""A user without a socket still counts as online for this long."""
CIRCLE_MAX = 64
"""Larger conversations show no presence: every arrival would concern all members."""

SocketT = TypeVar("SocketT")


def is_circle(member_count: int) -> bool:
    """Return whether members of a conversation of this size see each other's presence."""
    return member_count <= CIRCLE_MAX


@dataclass(frozen=True, slots=True)
class PresenceChanges:
    """Presence changes for one socket, in the order of the ids."""

    online: list[UserId]
    offline: list[UserId]


@dataclass(slots=True)
class _Presence(Generic[SocketT]):
    """A user who is online or within the grace period; ``shares`` is None until it is known."""

    sockets: dict[SocketT, None] = field(default_factory=dict)
    circles: set[ConversationId] = field(default_factory=set)
    shares: bool | None = None

    def sees(self, other: _Presence[SocketT]) -> bool:
        """Return whether two different users see each other."""
        return bool(self.shares and other.shares) and not self.circles.isdisjoint(other.circles)


@dataclass(slots=True)
class _View:
    """The users to check again for one socket, each with whether the socket shows them as online.

    All others it shows as they are: what it shows in all would cost each socket an entry for every other member.
    """

    user_id: UserId
    unchecked: dict[UserId, bool] = field(default_factory=dict)


class PresenceBook(Generic[SocketT]):
    """Keeps who is online; a socket can be any hashable object."""

    def __init__(self) -> None:
        self._people: dict[UserId, _Presence[SocketT]] = {}
        self._views: dict[SocketT, _View] = {}
        self._circles: dict[ConversationId, set[UserId]] = defaultdict(set)
        self._leaving: dict[UserId, float] = {}
        self._waiting: dict[SocketT, None] = {}

    def arrive(self, socket: SocketT, user_id: UserId) -> None:
        """Add a welcomed socket; it shows nobody before :meth:`join` and :meth:`set_stored_choice`."""
        user = self._people.setdefault(user_id, _Presence())
        user.sockets[socket] = None
        self._leaving.pop(user_id, None)
        peers = self._peers(user_id)
        self._views[socket] = _View(user_id, dict.fromkeys(peers, False))
        if peers:
            self._waiting[socket] = None

    def depart(self, socket: SocketT, now: float) -> None:
        """Remove a socket; do nothing for one that never arrived."""
        view = self._views.pop(socket, None)
        self._waiting.pop(socket, None)
        if view is None:
            return
        sockets = self._people[view.user_id].sockets
        del sockets[socket]
        if not sockets:
            self._leaving[view.user_id] = now + GRACE_SECONDS

    def expire(self, now: float) -> None:
        """Mark users offline whose grace period has expired."""
        for user_id in [user_id for user_id, at in self._leaving.items() if at <= now]:
            self._recheck(user_id, self._peers(user_id))
            del self._leaving[user_id]
            for circle in self._people.pop(user_id).circles:
                self._drop(circle, user_id)

    def join(self, user_id: UserId, circle: ConversationId) -> None:
        """Let a user who is online see, and be seen in, this conversation."""
        user = self._people.get(user_id)
        if user is None or circle in user.circles:
            return
        self._recheck(user_id, self._circles[circle])
        user.circles.add(circle)
        self._circles[circle].add(user_id)

    def leave(self, user_id: UserId, circle: ConversationId) -> None:
        """Remove a user from this conversation."""
        user = self._people.get(user_id)
        if user is not None and circle in user.circles:
            self._recheck(user_id, self._circles[circle] - {user_id})
            user.circles.discard(circle)
            self._drop(circle, user_id)

    def set_stored_choice(self, user_id: UserId, *, shares: bool) -> None:
        """Set the stored choice of a user, unless they changed it meanwhile."""
        user = self._people.get(user_id)
        if user is not None and user.shares is None:
            self.set_choice(user_id, shares=shares)

    def set_choice(self, user_id: UserId, *, shares: bool) -> list[SocketT]:
        """Show or hide a user's presence from now on.

        Returns:
            The sockets that this concerns; none if nothing changed.
        """
        user = self._people.get(user_id)
        if user is None or user.shares is shares:
            return []
        peers = self._peers(user_id)
        self._recheck(user_id, peers)
        user.shares = shares
        return [*user.sockets, *(socket for peer in peers for socket in self._people[peer].sockets)]

    def shows(self, user_id: UserId) -> bool:
        """Return whether this user's presence and typing may be sent to others, and theirs to this user."""
        user = self._people.get(user_id)
        return user is not None and user.shares is True

    @property
    def waiting(self) -> list[SocketT]:
        """The sockets for which there may be changes."""
        return list(self._waiting)

    @property
    def is_calm(self) -> bool:
        """Whether nothing will change unless a user arrives, leaves or changes their choice."""
        return not self._waiting and not self._leaving

    def take_changes(self, socket: SocketT) -> PresenceChanges | None:
        """Return the changes since this socket's last call, and mark them as sent."""
        self._waiting.pop(socket, None)
        view = self._views.get(socket)
        if view is None:
            return None
        changed = sorted(user_id for user_id, was in view.unchecked.items() if self.sees(view.user_id, user_id) != was)
        offline = [user_id for user_id in changed if view.unchecked[user_id]]
        online = [user_id for user_id in changed if not view.unchecked[user_id]]
        view.unchecked = {}
        return PresenceChanges(online, offline) if changed else None

    def sees(self, viewer_id: UserId, user_id: UserId) -> bool:
        """Return whether one user may see that the other is online."""
        viewer, user = self._people.get(viewer_id), self._people.get(user_id)
        return viewer is not None and user is not None and viewer is not user and viewer.sees(user)

    def _peers(self, user_id: UserId) -> set[UserId]:
        return {peer for circle in self._people[user_id].circles for peer in self._circles[circle]} - {user_id}

    def _recheck(self, user_id: UserId, others: Iterable[UserId]) -> None:
        """Check a user and these others again, both ways.

        Call it before what may change whom they see: until then their sockets show them as they are.
        """
        user = self._people[user_id]
        for other_id in others:
            other = self._people[other_id]
            was = user.sees(other)
            self._await_change(user, other_id, was=was)
            self._await_change(other, user_id, was=was)

    def _await_change(self, viewer: _Presence[SocketT], user_id: UserId, *, was: bool) -> None:
        for socket in viewer.sockets:
            self._views[socket].unchecked.setdefault(user_id, was)
            self._waiting[socket] = None

    def _drop(self, circle: ConversationId, user_id: UserId) -> None:
        people = self._circles[circle]
        people.discard(user_id)
        if not people:
            del self._circles[circle]
