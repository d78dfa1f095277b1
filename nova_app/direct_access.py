"""The services that administer accounts, on the database itself: beside a running server, or without one."""

from __future__ import annotations

import contextlib
import os
import pwd
import sys
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.events import Event, Person, Position, PreviewsRemoved, Typing
from nova_app.domain.models import ConversationId, SessionId, UserId, to_text
from nova_app.domain.ports import Clock
from nova_app.observability.audit import AuditEvent
from nova_app.persistence.migrate import DatabaseUnusable
from nova_app.persistence.pending_audit import append_pending
from nova_app.persistence.revision import find_faults
from nova_app.persistence.storage import UtcClock, open_storage
from nova_app.services.administration import Administration
from nova_app.services.passwords import Passwords
from nova_app.services.registration import Registration
from nova_app.settings import Settings


class NoSockets:
    """An ``EventPublisher`` of a process without sockets; the server notices in its database what was done."""

    def publish(self, events: Sequence[Event]) -> None:
        """Do nothing."""

    def announce(self, user_ids: Sequence[UserId], conversation_id: ConversationId) -> None:
        """Do nothing."""

    def relay(self, state: Position | Typing | PreviewsRemoved) -> None:
        """Do nothing."""

    def share_presence(self, user_id: UserId, *, shares: bool) -> None:
        """Do nothing."""

    def publish_profile(self, user_ids: Sequence[UserId], person: Person) -> None:
        """Do nothing."""

    def revoke(self, session_id: SessionId, code: ErrorCode = ErrorCode.NOT_SIGNED_IN) -> None:
        """Do nothing."""


class CommandTrail:
    """Leaves what a command did for the trail of the server, which writes it within seconds or when it starts."""

    def __init__(self, directory: Path, clock: Clock) -> None:
        self._directory = directory
        self._clock = clock
        # Who asked for it, where somebody acts as root.
        self._by = f"command:{os.environ.get('SUDO_USER') or _own_name()}"

    def record(self, event: AuditEvent, **facts: str | int) -> None:
        """Leave an event; what was done stays done if it cannot be written, and that is said."""
        at = to_text(self._clock.now())
        try:
            append_pending(self._directory, {"event": event, "by": self._by, "at": at, **facts})
        except OSError as fault:
            print(f"nova: this could not be added to the audit log: {fault.strerror}", file=sys.stderr)


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


@dataclass(frozen=True, slots=True)
class DirectAccess:
    """What may be done to accounts from outside the server."""

    administration: Administration
    registration: Registration
    trail: CommandTrail


@contextlib.asynccontextmanager
async def open_directly(settings: Settings) -> AsyncIterator[DirectAccess]:
    """Open the database beside whatever else has it open.

    Raises:
        DatabaseUnusable: There is none, or it is not at this version's revision: only a start migrates.
    """
    if not settings.database_path.is_file():
        where = settings.database_path
        raise DatabaseUnusable(f"there is no database at {where}: start Nova once, or run 'nova migrate'")
    clock = UtcClock()
    with ThreadPoolExecutor(1, thread_name_prefix="nova-password") as executor:
        async with open_storage(settings, NoSockets(), is_migrating=False) as storage:
            fault = await storage.reader.run(lambda session: find_faults(session.connection()))
            if fault is not None:
                raise DatabaseUnusable(f"{fault}: stop Nova and run 'nova migrate', or use the version that serves it")
            yield DirectAccess(
                Administration(
                    accounts=storage.accounts,
                    directory=storage.directory,
                    links=storage.links,
                    publisher=NoSockets(),
                    clock=clock,
                    passwords=Passwords(executor),
                ),
                Registration(storage.accounts, storage.links, clock, setting=settings.registration),
                CommandTrail(settings.data_dir, clock),
            )


async def ensure_service_accounts(settings: Settings, accounts: Sequence[tuple[str, str, str]]) -> None:
    """Create accounts of programs of the server's own, unless there are accounts of these names.

    Args:
        accounts: User name, display name and password of each.

    Raises:
        DatabaseUnusable: The database of these settings cannot be used.
    """
    async with open_directly(settings) as direct:
        for username, display_name, password in accounts:
            try:
                await direct.administration.add_service_account(username, display_name, password=password)
            except Refused as refusal:
                if refusal.code is not ErrorCode.USERNAME_TAKEN:
                    raise
