"""Sessions and tokens: list, create and end them."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.limits import TOKEN_NAME_MAX_CHARS
from nova_app.domain.models import ApiToken, Session, SessionId, UserId
from nova_app.domain.ports import AccountRepository, Clock, EventPublisher
from nova_app.domain.token_scopes import ALL, DAYS_DEFAULT, days_fault, scopes_fault
from nova_app.services.profiles import line_fault, refuse_faults
from nova_app.settings import Settings

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class SessionLifetime:
    """How long a session is valid: while it is used, and never longer than its lifetime."""

    idle: timedelta
    lifetime: timedelta

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the lifetime from the settings."""
        return cls(timedelta(days=settings.session_idle_days), timedelta(days=settings.session_max_days))

    def has_ended(self, seen_at: datetime, created_at: datetime, now: datetime) -> bool:
        """Return whether a session that was last used and created at these moments has expired."""
        return now - seen_at >= self.idle or now - created_at >= self.lifetime


class Sessions:
    """List, create and end sessions and tokens."""

    def __init__(
        self, accounts: AccountRepository, publisher: EventPublisher, clock: Clock, lifetime: SessionLifetime
    ) -> None:
        self._lifetime = lifetime
        self._accounts = accounts
        self._publisher = publisher
        self._clock = clock

    async def list_sessions(self, user_id: UserId) -> Sequence[Session]:
        """Return the user's valid sessions, the most recently used first.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        now = self._clock.now()
        found = await self._accounts.list_sessions(user_id)
        return [item for item in found if not self._lifetime.has_ended(item.seen_at, item.created_at, now)]

    async def end_session(self, user_id: UserId, session_id: SessionId) -> None:
        """End one of the user's sessions and close its sockets.

        Raises:
            Refused: ``NOT_FOUND`` where it has ended or is another user's.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        self._ended(session_id, was_there=await self._accounts.delete_session(session_id, user_id))

    async def sweep(self) -> int:
        """Delete sessions that have ended; return how many.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        now = self._clock.now()
        return await self._accounts.delete_ended_sessions(
            seen_before=now - self._lifetime.idle, created_before=now - self._lifetime.lifetime
        )

    async def list_tokens(self, user_id: UserId) -> Sequence[ApiToken]:
        """Return the user's tokens, the newest first.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        return await self._accounts.list_tokens(user_id)

    async def create_token(
        self, user_id: UserId, name: str, *, scopes: Sequence[str] = ALL, days: int = DAYS_DEFAULT
    ) -> tuple[SessionId, str]:
        """Create a token for a program; only its hash is kept.

        Args:
            scopes: What it may do.
            days: It ends after so many.

        Returns:
            The token's id, and its secret.

        Raises:
            Refused: ``INVALID_FIELDS``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        name = name.strip()
        refuse_faults(
            name=line_fault(name, TOKEN_NAME_MAX_CHARS), scopes=scopes_fault(scopes), expires_in_days=days_fault(days)
        )
        secret, token_id, now = new_secret(), SessionId(str(uuid.uuid4())), self._clock.now()
        await self._accounts.add_token(
            ApiToken(
                id=token_id,
                secret_hash=digest(secret),
                user_id=user_id,
                name=name,
                created_at=now,
                scopes=" ".join(scope for scope in ALL if scope in scopes),
                expires_at=now + timedelta(days=days),
            )
        )
        return token_id, secret

    async def end_token(self, user_id: UserId, token_id: SessionId) -> None:
        """End one of the user's tokens and close the sockets it opened.

        Raises:
            Refused: ``NOT_FOUND`` where it has ended or is another user's.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        self._ended(token_id, was_there=await self._accounts.delete_token(token_id, user_id))

    def _ended(self, key: SessionId, *, was_there: bool) -> None:
        if not was_there:
            raise Refused(ErrorCode.NOT_FOUND)
        self._publisher.revoke(key)


def new_secret() -> str:
    """Return a secret of 256 random bits, as text that fits into a header."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(secret: str) -> str:
    """Return the hash of a secret."""
    # The secret has 256 random bits, so a fast hash without a salt is enough.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
