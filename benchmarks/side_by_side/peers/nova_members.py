"""Makes a database of Nova with members who are signed in: ``python -m … DIRECTORY ROOMS MEMBERS STORED``."""

from __future__ import annotations

import asyncio
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session as Database

from benchmarks.durable import Nobody
from benchmarks.side_by_side.peers.frames import room_name
from nova_app.domain.events import Draft
from nova_app.domain.models import ClientId, ConversationId, ConversationKind, Session, User, UserId
from nova_app.persistence.storage import Storage, open_storage
from nova_app.persistence.tables import Session as SessionRow
from nova_app.persistence.tables import User as UserRow
from nova_app.persistence.tables import to_row
from nova_app.services.sessions import digest
from nova_app.settings import Settings

AT_ONCE = 500


def secret_of(number: int) -> str:
    """The secret of a member's session."""
    return f"a-member-of-a-benchmark-{number:06d}"


def user_id(number: int) -> UserId:
    """A member's id."""
    return UserId(str(uuid.UUID(int=(4 << 76) + (1 << 63) + number)))


async def make(directory: Path, rooms: int, members: int, stored: int = 0) -> None:
    """Write the database, with so many messages in all."""
    now = datetime.now(UTC)
    async with open_storage(Settings(data_dir=directory), Nobody()) as storage:
        await storage.writer.run(lambda db: _add_people(db, rooms * members, now))
        for room in range(rooms):
            await _add_room(storage, room, range(room * members, (room + 1) * members), now)
        for begin in range(0, stored, AT_ONCE):
            numbers = range(begin, min(begin + AT_ONCE, stored))
            await storage.log.append([_message(number, rooms, members) for number in numbers])


def _add_people(db: Database, count: int, now: datetime) -> None:
    for number in range(count):
        name, own_id = f"member{number:06d}", user_id(number)
        user = User(id=own_id, username=name, display_name=name, password_hash="", created_at=now)
        session = Session(
            id=str(uuid.uuid4()), secret_hash=digest(secret_of(number)), user_id=own_id, created_at=now, seen_at=now
        )
        db.add(to_row(UserRow, user))
        db.flush()
        db.add(to_row(SessionRow, session))


async def _add_room(storage: Storage, room: int, numbers: range, now: datetime) -> None:
    people = [user_id(number) for number in numbers]
    await storage.conversations.create(
        conversation_id=ConversationId(room_name(room)),
        kind=ConversationKind.GROUP,
        title=f"Room {room}",
        creator_id=people[0],
        member_ids=people,
        creation_key=None,
        created_at=now,
    )


def _message(number: int, rooms: int, members: int) -> Draft:
    author, client_id = user_id(number % rooms * members), ClientId(str(uuid.UUID(int=(7 << 76) + (1 << 63) + number)))
    return Draft(
        author, client_id, ConversationId(room_name(number % rooms)), f"message {number}, as people write them"
    )


if __name__ == "__main__":
    asyncio.run(make(Path(sys.argv[1]), *map(int, sys.argv[2:])))
