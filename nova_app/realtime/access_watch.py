"""Closes the sockets of sessions and tokens that ended anywhere: here, by command, in the database, or by age."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from nova_app.domain.errors import ErrorCode
from nova_app.domain.models import SessionId
from nova_app.realtime.hub import MemoryHub

CHECK_SECONDS = 2.0
"""How often it looks: what ends elsewhere reaches open sockets within 5 s."""

FindEnded = Callable[[Sequence[SessionId]], Awaitable[Mapping[SessionId, ErrorCode]]]


@dataclass(frozen=True, slots=True)
class AccessWatch:
    """Looks all open sockets' sessions up together, in one read, however many sockets there are."""

    hub: MemoryHub
    find_ended: FindEnded

    async def check(self) -> None:
        """Close the sockets of what has ended.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        watched = self.hub.list_watched()
        if not watched:
            return
        for session_id, code in (await self.find_ended(watched)).items():
            self.hub.revoke(session_id, code)
