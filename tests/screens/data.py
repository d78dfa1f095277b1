"""What the screens show: people, chats and posts with ids and times that never change."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from PIL import Image, ImageDraw

from nova_app.domain.events import Draft, Position
from nova_app.domain.models import ConversationKind, Post, Session, Upload, UploadState, User
from nova_app.persistence.storage import open_storage
from nova_app.services.sessions import digest
from nova_app.settings import Settings
from tests.fakes import FakePublisher
from tests.pictures import encode

NOW = datetime(2026, 3, 12, 10, 45, tzinfo=UTC)
"""A Thursday; the pages' clocks stand here."""
MIB = 1024 * 1024

NAMES = {
    "mara": "Mara Lind",
    "ines": "Ines Moreau",
    "tom": "Tom Okafor",
    "yuki": "Yuki Tanaka",
    "sam": "Sam Rivera",
    "noor": "Noor Haddad",
    "priya": "Priya Natarajan",
    "otto": "Otto Busy",
    "lena": "Lena Newcomer",
    "wide": "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh Maximilian",
    "rtl": "נועה בן־דוד",
}


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


DESIGN = (
    (1, "16:20", "yuki", "Cover drawn at dawn, second try. The horizon is lower and the star has room."),
    (1, "16:31", "tom", "Spacing note for the cards, so that we stop asking: one gap for every card, 12 px."),
    (1, "16:40", "ines", "Noted. I will put it into the handbook."),
    (0, "10:24", "ines", "Morning! Three things are left before Thursday: the cover, the changelog, the empty states."),
    (0, "10:24", "ines", "I would ship without the tour"),
    (0, "10:31", "tom", "Agreed on the tour. The contrast report is done."),
    (0, "10:36", "yuki", "Mara, can you take the empty states? I have the cover."),
    (0, "10:40", "mara", "Yes to both. Empty states by noon."),
    (0, "10:41", "mara", "Then Thursday it is"),
)
DIRECT = (
    (0, "09:50", "ines", "Did you see the new icons?"),
    (0, "09:52", "mara", "I did. The bell is my favourite"),
    (0, "09:53", "mara", "The calendar could be a little bolder, it vanishes next to the magnifier at small sizes."),
    (0, "10:05", "ines", "Good point, I will try 1.75"),
    (0, "10:12", "mara", "See you at three"),
)
SHORT = tuple(
    (0, f"09:{minute:02}", ("ines", "tom", "mara")[minute // 6 % 3], f"Short message number {minute}")
    for minute in range(24)
)
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
ODD = (
    (0, "09:00", "wide", f"A word that has nowhere to break: {LONG_WORD}"),
    (0, "09:10", "rtl", "שלום לכולם, המצגת מוכנה. אפשר לעבור עליה ביחד אחרי הצהריים?"),
    (0, "09:11", "rtl", "האתר החדש (Nova 2.0) עולה מחר בשעה 10:00."),
    (0, "09:20", "mara", "מצוין, תודה!"),
    (0, "09:21", "mara", "Left to right again, with a name in it: נועה בן־דוד, and it goes on."),
)
LONG_TEXT = ("The quick brown fox jumps over the lazy dog, again and again. " * 200)[:10_000]
POSTS = (
    (2, "15:00", "priya", "The new pricing page is live on stage. Have a look before Friday."),
    (
        1,
        "11:30",
        "tom",
        "The contrast report is done: every pair of colours holds 4.5.\n\nTwo exceptions, both decorative.",
    ),
    (0, "08:55", "ines", "Good morning everybody! Tea and the first cover are in the kitchen."),
)


def fill(data_dir):
    """Store everything; returns when it is there."""
    # Playwright's loop lives in the caller's thread.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _fill(data_dir)).result()


class _Clock:
    def __init__(self):
        self.moment = NOW

    def now(self):
        return self.moment


async def _fill(data_dir):
    clock = _Clock()
    async with open_storage(Settings(data_dir=data_dir), FakePublisher(), clock=clock) as storage:
        world = _World(storage, clock)
        await world.add_people()
        await world.add_chats()
        await world.add_posts()


class _World:
    def __init__(self, storage, clock):
        self._storage, self._clock = storage, clock
        self._numbers = itertools.count()

    async def add_people(self):
        began = datetime.now(UTC)
        for username, name in NAMES.items():
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
            await self._storage.accounts.add_user(person)
            session = Session(
                id=id_of(f"session {username}"),
                secret_hash=digest(secret_of(username)),
                user_id=person.id,
                created_at=began,
                seen_at=began,
                device="Chrome on Linux",
            )
            await self._storage.accounts.add_session(session)

    async def add_chats(self):
        await self._group("mara", "Office Lisbon", "sam", "noor")
        await self._say("Office Lisbon", [(2, "08:10", "sam", "The coffee machine is back")], read_by=["mara"])
        await self._group("mara", "Quiet room", "sam")
        await self._direct("mara", "sam")
        await self._say("mara and sam", [(3, "12:00", "sam", "Thank you! That helps a lot")], read_by=["mara"])
        await self._group("mara", "Short messages", "ines", "tom")
        await self._say("Short messages", SHORT, read_by=["mara"])
        await self._group("mara", "Website", "priya", "tom")
        await self._say("Website", [(0, "09:57", "priya", "The new pricing page is live on stage")])
        await self._direct("mara", "ines")
        await self._say("mara and ines", DIRECT, read_by=["mara", "ines"])
        await self._direct("mara", "tom")
        await self._say("mara and tom", [(0, "10:38", "tom", "The build is up, have a look when you can")] * 3)
        await self._add_kinds()
        await self._group("mara", "Release 2.0", "ines", "tom", "yuki")
        await self._say("Release 2.0", DESIGN, read_by=["mara", "ines", "tom", "yuki"])
        await self._add_odd()
        await self._add_many()

    async def _add_kinds(self):
        await self._group("mara", "Files", "ines")
        await self._say("Files", [(0, "10:14", "ines", "The picture, and the sheet with the long name:")])
        cover, sheet = (
            await self._upload("ines", "cover.png", _picture()),
            await self._upload(
                "ines", "Release-2.0-words-and-pictures-final-version-with-corrections-v4.txt", b"words " * 400
            ),
        )
        await self._say("Files", [(0, "10:14", "ines", "")], files=(cover, sheet))
        await self._say("Files", [(0, "10:15", "mara", "🎉🎉"), (0, "10:16", "mara", "Looks good to me")])
        await self._read("Files", "mara")

    async def _add_odd(self):
        title = "A title of one hundred characters that no list, no header and no phone can show in one single line"
        await self._group("mara", title, "wide", "rtl", key="odd")
        await self._say("odd", ODD, read_by=["wide"])
        await self._group("wide", "פרויקט האתר החדש של החברה", "rtl", key="hebrew")
        await self._say("hebrew", [(0, "08:00", "rtl", "נתראה מחר")], read_by=["wide"])
        await self._direct("wide", "rtl")
        await self._say("wide and rtl", [(0, "08:30", "rtl", "תודה רבה")], read_by=["wide"])
        await self._group("wide", "Long message", "mara", key="long")
        await self._say("long", [(0, "09:30", "mara", LONG_TEXT)], read_by=["wide", "mara"])

    async def _add_many(self):
        for number in range(200):
            title = f"Room {number:03}"
            await self._group("otto", title, "sam")
            moment = [(1, f"{8 + number // 60:02}:{number % 60:02}", "sam", f"Message in room {number}")]
            await self._say(title, moment, read_by=["otto"] if number % 9 else [])

    async def add_posts(self):
        for day, clock, author, text in POSTS:
            key = str(uuid.UUID(int=next(self._numbers)))
            post = Post(id=key, author_id=id_of(author), creation_key=key, text=text, created_at=at(day, clock))
            await self._storage.posts.add_post(post, [])

    async def _group(self, creator, title, *members, key=""):
        await self._create(key or title, ConversationKind.GROUP, title, creator, members)

    async def _direct(self, one, other):
        await self._create(f"{one} and {other}", ConversationKind.DIRECT, "", one, [other])

    async def _create(self, key, kind, title, creator, members):
        await self._storage.conversations.create(
            conversation_id=id_of(key),
            kind=kind,
            title=title,
            creator_id=id_of(creator),
            member_ids=[id_of(name) for name in members],
            creation_key=None,
            created_at=at(6, "09:00"),
        )

    async def _say(self, key, lines, *, read_by=(), files=()):
        for day, clock, author, text in lines:
            self._clock.moment = at(day, clock)
            client_id = str(uuid.UUID(int=next(self._numbers)))
            draft = Draft(id_of(author), client_id, id_of(key), text, tuple(files))
            (posted,) = await self._storage.log.append([draft])
            assert posted.message, posted
        for username in read_by:
            await self._read(key, username)

    async def _read(self, key, username):
        (summary,) = await self._storage.conversations.list_summaries(id_of(username), [id_of(key)])
        await self._storage.conversations.advance(_position(key, username, summary.last_seq))

    async def _upload(self, owner, name, data):
        upload = Upload(
            id=id_of(name),
            owner_id=id_of(owner),
            name=name,
            size_bytes=len(data),
            state=UploadState.RECEIVING,
            created_at=at(0, "10:10"),
        )
        await self._storage.uploads.add_upload(upload, quota_bytes=MIB)
        await self._storage.files.write(upload.id, 0, data)
        await self._storage.uploads.finish(upload.id, await self._storage.files.inspect(upload.id, upload.owner_id))
        return upload.id


def _position(key, username, seq):
    return Position(kind="read", conversation_id=id_of(key), user_id=id_of(username), seq=seq)


def _picture():
    """A night sky over hills, drawn."""
    picture = Image.new("RGB", (640, 400), "#16265c")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((-120, 260, 420, 700), fill="#243b86")
    draw.ellipse((260, 300, 860, 800), fill="#31509f")
    draw.ellipse((430, 70, 470, 110), fill="#fbc53f")
    return encode(picture, "PNG")
