"""What the services need to administer accounts, as contracts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from nova_app.domain.models import Invite, PasswordReset, SessionId, User, UserId


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account as an admin sees it; ``bytes_stored`` is the size of its files."""

    user: User
    last_seen_at: datetime | None
    bytes_stored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How much there is on this server; ``users`` counts people, service accounts apart."""

    users: int
    active_users: int
    admins: int
    service_accounts: int
    sessions: int
    conversations: int
    messages: int
    bytes_stored: int


class AccountDirectory(Protocol):
    """All accounts of the server, for those who administer it."""

    async def list_accounts(self) -> Sequence[AccountLine]:
        """Return all accounts, by user name."""
        ...

    async def change_standing(
        self, user_id: UserId, *, is_admin: bool | None, is_active: bool | None, now: datetime
    ) -> User | None:
        """Make somebody an admin or none, and (de)activate them; None leaves it as it is.

        Returns:
            The account as it is now; None if there is none.

        Raises:
            Refused: ``LAST_ADMIN``: no active admin would be left; nothing was changed.
        """
        ...

    async def list_access(self, user_id: UserId) -> Sequence[SessionId]:
        """Return the ids of the account's sessions and tokens."""
        ...

    async def end_access(self, user_id: UserId, *, tokens: bool) -> Sequence[SessionId]:
        """Delete the account's sessions, and its ``tokens`` too; return the ids of both."""
        ...

    async def read_overview(self) -> Overview:
        """Count what there is."""
        ...


class AccountLinks(Protocol):
    """Invites and password resets; of their secrets only the SHA-256 is kept."""

    async def add_invite(self, invite: Invite) -> None:
        """Store a new invite."""
        ...

    async def list_invites(self, now: datetime) -> Sequence[Invite]:
        """Return the invites that may still be used, the newest first."""
        ...

    async def find_invite(self, secret_hash: str, now: datetime) -> tuple[Invite, str] | None:
        """Return an invite that may still be used, with the name of who invites (empty: the command line)."""
        ...

    async def delete_invite(self, invite_id: str) -> bool:
        """Delete an invite; return False if there is none."""
        ...

    async def replace_reset(self, reset: PasswordReset) -> None:
        """Store a reset; an older one of the same account ends."""
        ...

    async def find_reset(self, secret_hash: str, now: datetime) -> User | None:
        """Return the active account whose password this reset may set now."""
        ...

    async def use_reset(
        self, secret_hash: str, *, password_hash: str, end_tokens: bool, now: datetime
    ) -> tuple[UserId, Sequence[SessionId]] | None:
        """Set the password and end the sessions (and tokens) of its account, in one commit; works once.

        Returns:
            The account and the ids that ended; None if the reset cannot be used any more.
        """
        ...
