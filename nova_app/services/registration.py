"""Who may create an account here, and the invites that let people in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from nova_app.domain.account_ports import AccountLinks
from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.models import Invite, UserId
from nova_app.domain.ports import AccountRepository, Clock
from nova_app.domain.registration import Admission, Population, RegistrationMode, is_first, mode_of, refuse_registration
from nova_app.services.profiles import refuse_faults
from nova_app.services.sessions import digest, new_secret

INVITE_SECONDS = 7 * 86_400
"""An invite is valid this long unless it says otherwise."""
INVITE_MAX_SECONDS = 365 * 86_400
INVITE_MAX_USES = 10_000


@dataclass(frozen=True, slots=True)
class Standing:
    """What registering needs at this moment; ``is_first``: the account becomes the server's admin."""

    mode: RegistrationMode
    is_first: bool


@dataclass(frozen=True, slots=True)
class ShownInvite:
    """What an invite may be shown as to whoever has it; ``invited_by`` is empty where it was made by command."""

    invite: Invite
    invited_by: str


class Registration:
    """Decides who may register, and makes, lists and ends invites."""

    def __init__(self, accounts: AccountRepository, links: AccountLinks, clock: Clock, *, setting: str) -> None:
        """Create the service from its ports.

        Args:
            setting: ``NOVA_REGISTRATION``; empty where it is not set.
        """
        self._accounts = accounts
        self._links = links
        self._clock = clock
        self.setting = setting

    async def count_people(self) -> Population:
        """Count the accounts of people, and the admins among them.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        return await self._accounts.count_people()

    async def read_standing(self) -> Standing:
        """Return what registering needs now.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        return self.standing_of(await self.count_people())

    def standing_of(self, population: Population) -> Standing:
        """Return what registering needs where these people have accounts."""
        return Standing(mode_of(self.setting, population), is_first(population))

    async def refuse_early(self, invite: str) -> None:
        """Refuse what would be refused in the end, before a password is hashed for it.

        Raises:
            Refused: ``REGISTRATION_CLOSED``, ``INVITE_REQUIRED``.
        """
        mode = (await self.read_standing()).mode
        has_invite = mode is RegistrationMode.INVITE and await self._find(invite) is not None
        refuse_registration(mode, has_invite=has_invite)

    def admission(self, invite: str) -> Admission:
        """Return what somebody who registers with this invite (or none) comes with."""
        return Admission(setting=self.setting, invite_hash=digest(invite) if invite else "", now=self._clock.now())

    async def create_invite(
        self, created_by: UserId | None, *, seconds: int | None = None, max_uses: int | None = None
    ) -> tuple[Invite, str]:
        """Create an invite; only the hash of its secret is kept.

        Args:
            created_by: The admin who invites; None by command.
            seconds: How long it is valid; seven days unless given.
            max_uses: For so many accounts; any number unless given.

        Returns:
            The invite, and its secret.

        Raises:
            Refused: ``INVALID_FIELDS`` with a sentence per field.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        seconds = INVITE_SECONDS if seconds is None else seconds
        refuse_faults(expires_in_seconds=_seconds_fault(seconds), max_uses=_uses_fault(max_uses))
        secret, now = new_secret(), self._clock.now()
        invite = Invite(
            id=str(uuid.uuid4()),
            secret_hash=digest(secret),
            created_by=created_by,
            created_at=now,
            expires_at=now + timedelta(seconds=seconds),
            max_uses=max_uses,
        )
        await self._links.add_invite(invite)
        return invite, secret

    async def list_invites(self) -> Sequence[Invite]:
        """Return the invites that may still be used, the newest first.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        return await self._links.list_invites(self._clock.now())

    async def show_invite(self, secret: str) -> ShownInvite:
        """Return what an invite leads to; uses nothing up.

        Raises:
            Refused: ``LINK_INVALID``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        found = await self._find(secret)
        if found is None:
            raise Refused(ErrorCode.LINK_INVALID)
        return found

    async def end_invite(self, invite_id: str) -> None:
        """Delete an invite.

        Raises:
            Refused: ``NOT_FOUND``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        if not await self._links.delete_invite(invite_id):
            raise Refused(ErrorCode.NOT_FOUND)

    async def _find(self, secret: str) -> ShownInvite | None:
        found = await self._links.find_invite(digest(secret), self._clock.now()) if secret else None
        return None if found is None else ShownInvite(*found)


def _seconds_fault(seconds: int) -> str | None:
    if 1 <= seconds <= INVITE_MAX_SECONDS:
        return None
    return "An invite can be valid for up to 365 days."


def _uses_fault(uses: int | None) -> str | None:
    if uses is None or 1 <= uses <= INVITE_MAX_USES:
        return None
    return f"Use a number from 1 to {INVITE_MAX_USES:,}, or leave it empty."
