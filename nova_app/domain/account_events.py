"""What happens to an account that its owner should know of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from nova_app.domain.models import SessionId, UserId

KEPT = 30
"""So many are kept of each account."""


class AccountEventKind(StrEnum):
    """A sign-in by a device that was not known, another password, a new token."""

    SIGNED_IN = "signed_in"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a name
    TOKEN_CREATED = "token_created"  # noqa: S105 - a name


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEvent:
    """What happened, when, by which browser and from which address; ``name`` is a token's."""

    id: str
    user_id: str
    kind: str
    at: datetime
    device: str
    address: str
    name: str = ""


class AccountEventLog(Protocol):
    """The events of all accounts."""

    async def add(self, event: AccountEvent) -> None:
        """Store an event; of each account, the newest ``KEPT`` stay."""
        ...

    async def list_events(self, user_id: UserId) -> Sequence[AccountEvent]:
        """Return the account's events, the newest first."""
        ...


class AccountEventPublisher(Protocol):
    """Tells the open pages of an account."""

    def publish_account_event(self, event: AccountEvent, *, besides: SessionId | None) -> None:
        """Send an event to the account's pages, except for those of the session that did it."""
        ...
