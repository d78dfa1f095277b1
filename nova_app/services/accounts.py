"""Accounts: registration, sign-in and authentication."""

from __future__ import annotations

import contextlib
import secrets
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import datetime, timedelta

from nova_app.domain.account_events import AccountEventKind
from nova_app.domain.errors import ErrorCode, Refused, Unavailable
from nova_app.domain.events import Identity, Profile
from nova_app.domain.known_devices import name_of, seal
from nova_app.domain.limits import PASSWORD_MIN_CHARS
from nova_app.domain.models import Access, PasswordNotice, Session, SessionId, User, UserId
from nova_app.domain.password_rules import password_fault
from nova_app.domain.ports import AccountRepository, Clock, EventPublisher
from nova_app.observability.usage import LOGINS, REGISTRATIONS, UsageMetrics
from nova_app.services.account_events import AccountEvents
from nova_app.services.new_accounts import clean_username, new_user, refuse_account_faults
from nova_app.services.passwords import Passwords
from nova_app.services.profiles import profile_of, refuse_faults
from nova_app.services.registration import Registration
from nova_app.services.sessions import SessionLifetime, digest, new_secret
from nova_app.services.sign_in_limits import AttemptLimits
from nova_app.settings import Settings

TOUCH_INTERVAL = timedelta(minutes=1)
RECENT = timedelta(minutes=15)
"""So long after signing in what is sensitive does not ask for the password."""


class Accounts:
    """Register, sign in, sign out and authenticate."""

    def __init__(
        self,
        accounts: AccountRepository,
        publisher: EventPublisher,
        clock: Clock,
        settings: Settings,
        executor: Executor,
        *,
        usage: UsageMetrics,
        registration: Registration,
        events: AccountEvents,
        passwords: Passwords | None = None,
    ) -> None:
        """Create the service from its ports.

        Args:
            executor: Where passwords are hashed; its size is the bound.
            passwords: Another way to hash, for tests.
        """
        self._usage = usage
        self._accounts = accounts
        self._publisher = publisher
        self._clock = clock
        self._registration = registration
        self._events = events
        self._passwords = passwords or Passwords(executor)
        self._life = SessionLifetime.of(settings)
        self._attempts = AttemptLimits(
            sign_ins_per_account=settings.sign_ins_per_account,
            sign_ins_per_address=settings.sign_ins_per_address,
            registrations_per_address=settings.registrations_per_address,
        )

    async def register(
        self, *, username: str, display_name: str, password: str, address: str, device: str = "", invite: str = ""
    ) -> tuple[Profile, str]:
        """Create an account and sign it in; the first one becomes the server's admin.

        Args:
            address: Where the request came from; attempts are counted by it.
            device: The name of the browser, shown in the list of sessions.
            invite: The secret of an invite, where registering needs one.

        Returns:
            The account, and the secret of its session.

        Raises:
            Refused: ``INVALID_FIELDS`` with a sentence per field, ``USERNAME_TAKEN``,
                ``TOO_MANY_ATTEMPTS``, ``REGISTRATION_CLOSED``, ``INVITE_REQUIRED``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        with self._usage.outcome(REGISTRATIONS):
            await self._registration.refuse_early(invite)
            refuse_account_faults(username, display_name, password)
            self._attempts.register(address, self._clock.now().timestamp())
            profile = await self._register(username, display_name, password, invite)
            return profile, await self._open_session(profile.user_id, device)

    async def _register(self, username: str, display_name: str, password: str, invite: str) -> Profile:
        if await self._accounts.find_user_by_name(clean_username(username)) is not None:
            raise _taken()
        user = await new_user(username, display_name, password, passwords=self._passwords, clock=self._clock)
        try:
            return profile_of(await self._accounts.register(user, self._registration.admission(invite)))
        except Refused as refusal:
            # Another user took the name while the password was being hashed.
            raise (_taken() if refusal.code is ErrorCode.USERNAME_TAKEN else refusal) from refusal

    async def sign_in(
        self, *, username: str, password: str, address: str, device: str = "", known_device: str = ""
    ) -> tuple[Profile, str]:
        """Start a new session.

        An unknown name, a wrong password and a disabled account cost the same work
        and get the same answer.

        Args:
            known_device: The cookie of :meth:`remember_device`; strangers at the same address do not delay such a one.

        Returns:
            The account, and the secret of its new session.

        Raises:
            Refused: ``WRONG_CREDENTIALS``, ``TOO_MANY_ATTEMPTS``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        with self._usage.outcome(LOGINS):
            profile, is_known = await self._sign_in(clean_username(username), password, address, known_device)
            secret = await self._open_session(profile.user_id, device)
            if not is_known:
                await self._events.record(profile.user_id, AccountEventKind.SIGNED_IN, device=device)
            return profile, secret

    async def _sign_in(self, username: str, password: str, address: str, known_device: str) -> tuple[Profile, bool]:
        """Return whose password this is, and whether they have signed in on this device before."""
        user = await self._accounts.find_user_by_name(username)
        device = name_of(known_device, user.password_hash) if user else ""
        self._attempts.sign_in(username, address, self._clock.now().timestamp(), known_device=device)
        is_welcome = user is not None and user.disabled_at is None
        verdict = await self._passwords.check(password, user.password_hash if user and is_welcome else None)
        if user is None or not verdict.is_right:
            raise Refused(ErrorCode.WRONG_CREDENTIALS)
        self._attempts.signed_in(username, address, known_device=device)
        if len(password) < PASSWORD_MIN_CHARS and user.password_notice == PasswordNotice.NONE and not user.is_service:
            user = replace(user, password_notice=PasswordNotice.DUE)
            await self._accounts.change_user(UserId(user.id), {"password_notice": PasswordNotice.DUE})
        if verdict.better_hash is not None:
            # Unless it was changed meanwhile: the old password must not come back.
            await self._accounts.replace_password(
                UserId(user.id), was=user.password_hash, password_hash=verdict.better_hash
            )
        return profile_of(user), bool(device)

    async def remember_device(self, user_id: UserId) -> str:
        """Return a cookie by which a browser that has signed in is known again; empty for nobody's account."""
        user = await self._accounts.find_user(user_id)
        return seal(secrets.token_urlsafe(16), user.password_hash) if user else ""

    async def close_password_notice(self, user_id: UserId) -> None:
        """Never ask this user again for a longer password.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        await self._accounts.change_user(user_id, {"password_notice": PasswordNotice.DONE})

    async def find_id(self, username: str) -> UserId | None:
        """Return the account with this name, for the trail of failed attempts; None also while it cannot be read."""
        with contextlib.suppress(Unavailable):
            user = await self._accounts.find_user_by_name(clean_username(username))
            return UserId(user.id) if user is not None else None
        return None

    async def sign_out(self, session_secret: str) -> UserId | None:
        """End a session and close its sockets; an unknown secret does nothing.

        Returns:
            Whose session it was.
        """
        found = await self._accounts.find_session(digest(session_secret)) if session_secret else None
        if found is None:
            return None
        session_id, user_id = SessionId(found[0].id), UserId(found[1].id)
        await self._accounts.delete_session(session_id, user_id)
        self._publisher.revoke(session_id)
        return user_id

    async def resolve(self, session_secret: str, token: str) -> Identity:
        """Authenticate; a token takes precedence over a session.

        Notes the use at most once a minute.

        Raises:
            Refused: ``NOT_SIGNED_IN`` for nothing, an unknown or an ended one,
                ``ACCOUNT_DISABLED``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        if token:
            return await self._resolve_token(token)
        found = await self._accounts.find_session(digest(session_secret)) if session_secret else None
        if found is None:
            raise Refused(ErrorCode.NOT_SIGNED_IN)
        session, user = found
        now = self._clock.now()
        if self._life.has_ended(session.seen_at, session.created_at, now):
            raise Refused(ErrorCode.NOT_SIGNED_IN)
        _refuse_disabled(user)
        if now - session.seen_at >= TOUCH_INTERVAL:
            # A full disk must not keep people from reading.
            with contextlib.suppress(Unavailable):
                await self._accounts.touch_session(SessionId(session.id), now)
        return Identity(UserId(user.id), SessionId(session.id), signed_in_at=session.created_at)

    async def find_ended(self, ids: Sequence[SessionId]) -> Mapping[SessionId, ErrorCode]:
        """Return which of these sessions and tokens open their account no more, and why; notes no use.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        now = self._clock.now()
        found = {access.id: self._fault_of(access, now) for access in await self._accounts.find_access(ids)}
        codes = {session_id: found.get(session_id, ErrorCode.NOT_SIGNED_IN) for session_id in ids}
        return {session_id: code for session_id, code in codes.items() if code is not None}

    def _fault_of(self, access: Access, now: datetime) -> ErrorCode | None:
        if access.disabled_at is not None:
            return ErrorCode.ACCOUNT_DISABLED
        if access.expires_at is not None:
            return ErrorCode.NOT_SIGNED_IN if now >= access.expires_at else None
        has_ended = self._life.has_ended(access.seen_at or access.created_at, access.created_at, now)
        return ErrorCode.NOT_SIGNED_IN if has_ended else None

    async def change_password(
        self, identity: Identity, *, current: str, new: str, end_tokens: bool = False, device: str = ""
    ) -> None:
        """Replace the password; every other session of the user ends, this one stays.

        Args:
            device: The name of the browser, for the others, which learn of it before they are signed out.
            end_tokens: End all tokens of the user, too.

        Raises:
            Refused: ``INVALID_FIELDS`` with a sentence per field, also where the current
                password is wrong; ``TOO_MANY_ATTEMPTS``; ``NOT_FOUND``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        user = await self._accounts.find_user(identity.user_id)
        if user is None:
            raise Refused(ErrorCode.NOT_FOUND)
        refuse_faults(new_password=password_fault(new, user.username, user.display_name))
        is_right = await self._is_right(user, current)
        ended = await self._replace(identity, user.password_hash, new, end_tokens=end_tokens) if is_right else None
        if ended is None:
            refuse_faults(current_password=_NOT_CURRENT)
        kind = AccountEventKind.PASSWORD_CHANGED
        await self._events.record(identity.user_id, kind, device=device, session_id=identity.session_id)
        for session_id in ended or ():
            self._publisher.revoke(session_id)

    async def prove_recent(self, identity: Identity, password: str) -> None:
        """Refuse what is sensitive to a session that began a while ago, unless the right password comes along.

        Raises:
            Refused: ``INVALID_FIELDS`` with a sentence for ``current_password``; ``TOO_MANY_ATTEMPTS``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        began = identity.signed_in_at
        if began is not None and self._clock.now() - began <= RECENT:
            return
        if not password:
            refuse_faults(current_password=_PROVE)
        user = await self._accounts.find_user(identity.user_id)
        if user is None or not await self._is_right(user, password):
            refuse_faults(current_password=_NOT_CURRENT)

    async def _is_right(self, user: User, password: str) -> bool:
        # A stolen session must not guess the password any faster than others may.
        self._attempts.prove(user.id, self._clock.now().timestamp())
        is_right = (await self._passwords.check(password, user.password_hash)).is_right
        if is_right:
            self._attempts.proved(user.id)
        return is_right

    async def _replace(self, identity: Identity, was: str, new: str, *, end_tokens: bool) -> list[SessionId] | None:
        """End the other sessions with the old password; None if it was changed elsewhere meanwhile."""
        fresh = await self._passwords.hash(new)
        return await self._accounts.replace_password(
            identity.user_id,
            was=was,
            password_hash=fresh,
            only_session=identity.session_id,
            end_tokens=end_tokens,
        )

    async def _open_session(self, user_id: UserId, device: str) -> str:
        secret, now = new_secret(), self._clock.now()
        await self._accounts.add_session(
            Session(
                id=str(uuid.uuid4()),
                secret_hash=digest(secret),
                user_id=user_id,
                created_at=now,
                seen_at=now,
                device=device,
            )
        )
        return secret

    async def _resolve_token(self, secret: str) -> Identity:
        found = await self._accounts.find_token(digest(secret))
        if found is None:
            raise Refused(ErrorCode.NOT_SIGNED_IN)
        (token, user), now = found, self._clock.now()
        if now >= token.expires_at:
            raise Refused(ErrorCode.NOT_SIGNED_IN)
        _refuse_disabled(user)
        if token.used_at is None or now - token.used_at >= TOUCH_INTERVAL:
            with contextlib.suppress(Unavailable):
                await self._accounts.touch_token(SessionId(token.id), now)
        return Identity(UserId(user.id), SessionId(token.id), is_token=True, scopes=frozenset(token.scopes.split()))


_NOT_CURRENT = "That is not your current password."
_PROVE = "Enter your current password: you signed in more than 15 minutes ago."


def _taken() -> Refused:
    return Refused(ErrorCode.USERNAME_TAKEN, fields={"username": "That user name is taken. Choose another one."})


def _refuse_disabled(user: User) -> None:
    if user.disabled_at is not None:
        raise Refused(ErrorCode.ACCOUNT_DISABLED)
