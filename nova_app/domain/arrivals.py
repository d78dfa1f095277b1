"""What a user is told when one of their sockets arrives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from nova_app.domain.events import Position, Summary
from nova_app.domain.models import ConversationId, UserId
from nova_app.domain.posts import PostFigures


@dataclass(frozen=True, slots=True)
class Arrival:
    """Everything of one moment.

    Attributes:
        summaries: The user's conversations, the most recently active first.
        positions: The nonzero positions of their members, as far as the user may know them.
        shares_presence: Others may learn whether the user is here.
    """

    summaries: Sequence[Summary]
    positions: Sequence[Position]
    figures: PostFigures
    shares_presence: bool


class ArrivalReader(Protocol):
    """Reads for arriving sockets, many of which may come at once."""

    async def list_ids(self, user_id: UserId) -> Sequence[ConversationId]:
        """Return the ids of the user's conversations."""
        ...

    async def read(self, user_id: UserId, *, conversations: int = 1) -> Arrival:
        """Return what a user is told, of a moment after this call.

        Args:
            conversations: About how many the user has.

        Raises:
            Refused: ``NOT_FOUND``: there is no such user any more.
            Unavailable: ``STORAGE_UNAVAILABLE``, ``TIMED_OUT``, ``OVERLOADED``.
        """
        ...
