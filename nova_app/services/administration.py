"""What the server's admins do with accounts: list, (de)activate, promote, sign out, reset passwords."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from nova_app.domain.account_ports import AccountDirectory, AccountLine, AccountLinks, Overview
from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.events import Identity
from nova_app.domain.models import PasswordReset, SessionId, User, UserId
from nova_app.domain.password_rules import password_fault
from nova_app.domain.ports import AccountRepository, Clock, EventPublisher
from nova_app.domain.registration import admits_anyone
from nova_app.services.new_accounts import clean_username, new_user
from nova_app.services.passwords import Passwords
from nova_app.services.profiles import refuse_faults
from nova_app.services.sessions import digest, new_secret

RESET_LIFETIME = timedelta(hours=24)


class Administration:
    """Administers the accounts of this server, for its admins and for the command line."""

    def __init__(
        self,
        *,
        accounts: AccountRepository,
        directory: AccountDirectory,
        links: AccountLinks,
        publisher: EventPublisher,
        clock: Clock,
        passwords: Passwords,
    ) -> None:
        self._accounts = accounts
        self._directory = directory
        self._links = links
        self._publisher = publisher
        self._clock = clock
        self._passwords = passwords

    async def is_admin(self, user_id: UserId) -> bool:
        """Return whether this account administers the server.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        user = await self._accounts.find_user(user_id)
        return user is not None and user.is_admin

    async def require_admin(self, identity: Identity) -> None:
        """Refuse whoever is no admin, and programs: a token administers nothing.

        Raises:
            Refused: ``NOT_ALLOWED``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        if identity.is_token:
            raise Refused(ErrorCode.NOT_ALLOWED, "expected the session of an admin, got a token")
        if not await self.is_admin(identity.user_id):
            raise Refused(ErrorCode.NOT_ALLOWED, "expected an admin of this server")

    async def list_accounts(self) -> Sequence[AccountLine]:
        """Return all accounts, by user name.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        return await self._directory.list_accounts()

    async def read_overview(self) -> Overview:
        """Count what there is on this server.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        return await self._directory.read_overview()

    async def find_by_name(self, username: str) -> User:
        """Return the account with this name.

        Raises:
            Refused: ``NOT_FOUND``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        user = await self._accounts.find_user_by_name(clean_username(username))
        if user is None:
            raise Refused(ErrorCode.NOT_FOUND, f"nobody here has the user name {username!r}")
        return user

    async def change(self, user_id: UserId, *, is_admin: bool | None = None, is_active: bool | None = None) -> User:
        """Make somebody an admin or none, and (de)activate them; None leaves it as it is.

        Who is deactivated is signed in nowhere from now on; their sessions stay, and come back with them.

        Raises:
            Refused: ``NOT_FOUND``, ``LAST_ADMIN``; ``NOT_ALLOWED`` for an admin that is a program.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        user = await self._directory.change_standing(
            user_id, is_admin=is_admin, is_active=is_active, now=self._clock.now()
        )
        if user is None:
            raise Refused(ErrorCode.NOT_FOUND)
        if user.disabled_at is not None:
            self._revoke(await self._directory.list_access(user_id), ErrorCode.ACCOUNT_DISABLED)
        return user

    async def sign_out_everywhere(self, user_id: UserId, *, tokens: bool = False) -> int:
        """End all sessions of an account, and its ``tokens`` too; return how many that were.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        ended = await self._directory.end_access(user_id, tokens=tokens)
        self._revoke(ended, ErrorCode.NOT_SIGNED_IN)
        return len(ended)

    async def add_account(self, username: str, display_name: str = "", *, password: str = "") -> User:
        """Create an account, whatever the mode of registration; the first one becomes the server's admin.

        Args:
            password: Nobody knows it unless given: a reset link sets one.

        Raises:
            Refused: ``INVALID_FIELDS`` with a sentence per field, ``USERNAME_TAKEN``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        user = await self._new_user(username, display_name, password)
        return await self._accounts.register(user, admits_anyone(self._clock.now()))

    async def add_service_account(self, username: str, display_name: str = "", *, password: str = "") -> User:
        """Create the account of a program of the server's own.

        Args:
            password: Nobody knows it unless given: a reset link sets one.

        Raises:
            Refused: ``INVALID_FIELDS`` with a sentence per field, ``USERNAME_TAKEN``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        user = await self._new_user(username, display_name, password, is_service=True)
        await self._accounts.add_user(user)
        return user

    async def create_reset_link(self, user_id: UserId, *, created_by: UserId | None) -> tuple[str, datetime]:
        """Create a link to set an account's password once; an older one ends.

        Args:
            created_by: The admin with whose standing the link ends; None by command.

        Returns:
            The link's secret, and when it expires.

        Raises:
            Refused: ``NOT_FOUND``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        if await self._accounts.find_user(user_id) is None:
            raise Refused(ErrorCode.NOT_FOUND)
        secret, now = new_secret(), self._clock.now()
        expires_at = now + RESET_LIFETIME
        await self._links.replace_reset(
            PasswordReset(
                user_id=user_id,
                secret_hash=digest(secret),
                created_at=now,
                expires_at=expires_at,
                created_by=created_by,
            )
        )
        return secret, expires_at

    async def reset_password(self, secret: str, password: str, *, end_tokens: bool = True) -> UserId:
        """Set a password by a reset link; the account's sessions end, and its tokens unless told otherwise.

        Returns:
            The id of the account.

        Raises:
            Refused: ``LINK_INVALID``; ``INVALID_FIELDS``, after which the link still works.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        user = await self._links.find_reset(digest(secret), self._clock.now())
        if user is None:
            raise Refused(ErrorCode.LINK_INVALID)
        refuse_faults(password=password_fault(password, user.username, user.display_name))
        used = await self._links.use_reset(
            digest(secret),
            password_hash=await self._passwords.hash(password),
            end_tokens=end_tokens,
            now=self._clock.now(),
        )
        if used is None:
            raise Refused(ErrorCode.LINK_INVALID)
        user_id, ended = used
        self._revoke(ended, ErrorCode.NOT_SIGNED_IN)
        return user_id

    async def _new_user(self, username: str, display_name: str, password: str, *, is_service: bool = False) -> User:
        password = password or secrets.token_urlsafe(24)
        display_name = display_name or username
        return await new_user(
            username, display_name, password, passwords=self._passwords, clock=self._clock, is_service=is_service
        )

    def _revoke(self, ids: Sequence[SessionId], code: ErrorCode) -> None:
        for session_id in ids:
            self._publisher.revoke(session_id, code)
