"""Stores what the screens show: people, chats and what they say, with ids and times that never change."""

from __future__ import annotations

import itertools
import uuid
from datetime import UTC, datetime, timedelta

from nova_app.domain.events import Draft, Position
from nova_app.domain.models import ConversationKind, Session, Upload, UploadState, User
from nova_app.services.sessions import digest

NOW = datetime(2026, 3, 12, 10, 45, tzinfo=UTC)
"""A Thursday; the pages' clocks stand here."""
MIB = 1024 * 1024


def id_of(name):
    """The id of a person or a chat: always the same, so that faces keep their colours."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"screens/{name}"))


def secret_of(username):
    """The secret of the person's session."""
    return f"screens-{username}-000000000000000000000000000000"


def at(day, clock):
    """A moment, so many days before the day of the screens."""
    hour, minute = map(int, clock.split(":"))
    return (NOW - timedelta(days=day)).replace(hour=hour, minute=minute)


class Clock:
    """Stands at the moment of what is stored next."""

    def __init__(self):
        self.moment = NOW

    def now(self):
        return self.moment


class World:
    """A storage with what is in it so far."""

    def __init__(self, storage, clock):
        self.storage, self._clock = storage, clock
        self._numbers = itertools.count()

    def next_id(self):
        """A further id, the same one in every run."""
        return str(uuid.UUID(int=next(self._numbers)))

    async def add_people(self, names):
        """Add people who are signed in, by their user names."""
        began = datetime.now(UTC)
        for username, name in names.items():
            person = User(
                id=id_of(username),
                username=username,
                display_name=name,
                password_hash="none",
                created_at=at(30, "09:00"),
                is_admin=username == "mara",
                # Who looks at another screen at the same moment is no part of this one.
                shares_presence=username == "mara",
            )
            await self.storage.accounts.add_user(person)
            session = Session(
                id=id_of(f"session {username}"),
                secret_hash=digest(secret_of(username)),
                user_id=person.id,
                created_at=began,
                seen_at=began,
                device="Chrome on Linux",
            )
            await self.storage.accounts.add_session(session)

    async def group(self, creator, title, *members, key=""):
        """Start a group; ``key`` names it where its title does not."""
        await self._create(key or title, ConversationKind.GROUP, title, creator, members)

    async def direct(self, one, other):
        """Start a direct conversation."""
        await self._create(f"{one} and {other}", ConversationKind.DIRECT, "", one, [other])

    async def _create(self, key, kind, title, creator, members):
        await self.storage.conversations.create(
            conversation_id=id_of(key),
            kind=kind,
            title=title,
            creator_id=id_of(creator),
            member_ids=[id_of(name) for name in members],
            creation_key=None,
            created_at=at(6, "09:00"),
        )

    async def say(self, key, lines, *, read_by=(), files=(), reply_to=None):
        """Say these lines: days ago, time, author and text of each; return the ids of the messages."""
        said = []
        for day, clock, author, text in lines:
            self._clock.moment = at(day, clock)
            draft = Draft(id_of(author), self.next_id(), id_of(key), text, tuple(files), reply_to)
            (posted,) = await self.storage.log.append([draft])
            said.append(posted.message.message_id)
        for username in read_by:
            await self.read(key, username)
        return said

    async def read(self, key, username):
        """Read everything of a chat."""
        (summary,) = await self.storage.conversations.list_summaries(id_of(username), [id_of(key)])
        await self.storage.conversations.advance(_position(key, username, summary.last_seq))

    async def upload(self, owner, name, data):
        """Upload a file; return its id."""
        upload = Upload(
            id=id_of(name),
            owner_id=id_of(owner),
            name=name,
            size_bytes=len(data),
            state=UploadState.RECEIVING,
            created_at=at(0, "10:10"),
        )
        await self.storage.uploads.add_upload(upload, quota_bytes=MIB)
        await self.storage.files.write(upload.id, 0, data)
        await self.storage.uploads.finish(upload.id, await self.storage.files.inspect(upload.id, upload.owner_id))
        return upload.id

    async def change(self, kind, key, who, message_id, *values, at=NOW):
        """Change a message: ``kind`` is the class of the change, ``values`` are what it needs besides."""
        self._clock.moment = at
        wanted = kind(id_of(who), self.next_id(), id_of(key), message_id, *values)
        (changed,) = await self.storage.log.change([wanted])
        assert changed.seq, changed


def _position(key, username, seq):
    return Position(kind="read", conversation_id=id_of(key), user_id=id_of(username), seq=seq)
