"""Access: the sessions and tokens with which an account can be used, and how they end.

May import: domain, services.profiles.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.limits import TOKEN_NAME_MAX_CHARS
from nova_app.domain.models import ApiToken, Session, SessionId, User, UserId
from nova_app.domain.ports import AccountRepository, Clock, EventPublisher
from nova_app.services.profiles import line_fault, refuse_faults

SECRET_BYTES = 32


class Access:
    """List, make and end what opens an account."""

    def __init__(self, accounts: AccountRepository, publisher: EventPublisher, clock: Clock) -> None:
        """Work over these ports."""
        self._accounts = accounts
        self._publisher = publisher
        self._clock = clock

    async def list_sessions(self, user_id: UserId) -> Sequence[Session]:
        """The user's sessions, the most recently used first.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        return await self._accounts.list_sessions(user_id)

    async def end_session(self, user_id: UserId, session_id: SessionId) -> None:
        """End one of the user's sessions and close its sockets.

        Raises:
            Refused: ``NOT_FOUND`` where it has ended or is somebody else's.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        _refuse_foreign(await self._accounts.find_session_by_id(session_id), user_id)
        await self._accounts.delete_session(session_id)
        self._publisher.revoke(session_id)

    async def list_tokens(self, user_id: UserId) -> Sequence[ApiToken]:
        """The user's tokens, the newest first.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        return await self._accounts.list_tokens(user_id)

    async def create_token(self, user_id: UserId, name: str) -> tuple[SessionId, str]:
        """Make a key for a program; only its hash is kept.

        Returns:
            The token's id, and the key itself.

        Raises:
            Refused: ``INVALID_FIELDS``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        name = name.strip()
        refuse_faults(name=line_fault(name, TOKEN_NAME_MAX_CHARS))
        secret, token_id = new_secret(), SessionId(str(uuid.uuid4()))
        await self._accounts.add_token(
            ApiToken(id=token_id, secret_hash=digest(secret), user_id=user_id, name=name, created_at=self._clock.now())
        )
        return token_id, secret

    async def end_token(self, user_id: UserId, token_id: SessionId) -> None:
        """End one of the user's tokens and close the sockets it opened.

        Raises:
            Refused: ``NOT_FOUND`` where it has ended or is somebody else's.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        _refuse_foreign(await self._accounts.find_token_by_id(token_id), user_id)
        await self._accounts.delete_token(token_id)
        self._publisher.revoke(token_id)


def _refuse_foreign(found: tuple[object, User] | None, user_id: UserId) -> None:
    """What is somebody else's looks as if it were not there."""
    if found is None or found[1].id != user_id:
        raise Refused(ErrorCode.NOT_FOUND)


def new_secret() -> str:
    """A secret of 256 random bits, as text that can stand in a header."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(secret: str) -> str:
    """What is kept of a secret."""
    # The secret is 256 random bits, so a plain hash cannot be guessed backwards.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
