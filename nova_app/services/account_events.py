"""Keeps what happens to an account for its owner, and tells their open pages."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Sequence

from nova_app.domain.account_events import AccountEvent, AccountEventKind, AccountEventLog, AccountEventPublisher
from nova_app.domain.errors import Unavailable
from nova_app.domain.models import SessionId, UserId
from nova_app.domain.ports import Clock
from nova_app.observability.request_context import current_request

ADDRESS_MAX_CHARS = 64


class AccountEvents:
    """Record and list the events of accounts."""

    def __init__(self, log: AccountEventLog, publisher: AccountEventPublisher, clock: Clock) -> None:
        self._log = log
        self._publisher = publisher
        self._clock = clock

    async def record(
        self,
        user_id: UserId,
        kind: AccountEventKind,
        *,
        device: str,
        name: str = "",
        session_id: SessionId | None = None,
    ) -> None:
        """Keep an event of the request that is being answered, and publish it; what was done stays done without it.

        Args:
            device: The name of the browser.
            name: A token's.
            session_id: The session that did it, whose own pages are not told.
        """
        event = AccountEvent(
            id=str(uuid.uuid4()),
            user_id=user_id,
            kind=kind,
            at=self._clock.now(),
            device=device,
            address=current_request.get().address[:ADDRESS_MAX_CHARS],
            name=name,
        )
        with contextlib.suppress(Unavailable):
            await self._log.add(event)
        self._publisher.publish_account_event(event, besides=session_id)

    async def list_events(self, user_id: UserId) -> Sequence[AccountEvent]:
        """Return the account's events, the newest first.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        return await self._log.list_events(user_id)
