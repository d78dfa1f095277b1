"""What the screens show: people, chats and posts."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from PIL import Image, ImageDraw

from nova_app.domain.models import Post
from nova_app.persistence.storage import open_storage
from nova_app.settings import Settings
from tests.fakes import FakePublisher
from tests.pictures import encode
from tests.screens.states import add_states
from tests.screens.world import Clock, World, at, id_of

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
    "vera": "Vera Sommer",
    "wide": "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh Maximilian",
    "rtl": "נועה בן־דוד",
}


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


async def _fill(data_dir):
    clock = Clock()
    async with open_storage(Settings(data_dir=data_dir), FakePublisher(), clock=clock) as storage:
        world = World(storage, clock)
        await world.add_people(NAMES)
        await _add_chats(world)
        await _add_posts(world)
        await add_states(world)


async def _add_chats(world):
    await world.group("mara", "Office Lisbon", "sam", "noor")
    await world.say("Office Lisbon", [(2, "08:10", "sam", "The coffee machine is back")], read_by=["mara"])
    await world.group("mara", "Quiet room", "sam")
    await world.direct("mara", "sam")
    await world.say("mara and sam", [(3, "12:00", "sam", "Thank you! That helps a lot")], read_by=["mara"])
    await world.group("mara", "Short messages", "ines", "tom")
    await world.say("Short messages", SHORT, read_by=["mara"])
    await world.group("mara", "Website", "priya", "tom")
    await world.say("Website", [(0, "09:57", "priya", "The new pricing page is live on stage")])
    await world.direct("mara", "ines")
    await world.say("mara and ines", DIRECT, read_by=["mara", "ines"])
    await world.direct("mara", "tom")
    await world.say("mara and tom", [(0, "10:38", "tom", "The build is up, have a look when you can")] * 3)
    await _add_kinds(world)
    await world.group("mara", "Release 2.0", "ines", "tom", "yuki")
    await world.say("Release 2.0", DESIGN, read_by=["mara", "ines", "tom", "yuki"])
    await _add_odd(world)
    await _add_many(world)


async def _add_kinds(world):
    await world.group("mara", "Files", "ines")
    await world.say("Files", [(0, "10:14", "ines", "The picture, and the sheet with the long name:")])
    cover, sheet = (
        await world.upload("ines", "cover.png", _picture()),
        await world.upload(
            "ines", "Release-2.0-words-and-pictures-final-version-with-corrections-v4.txt", b"words " * 400
        ),
    )
    await world.say("Files", [(0, "10:14", "ines", "")], files=(cover, sheet))
    await world.say("Files", [(0, "10:15", "mara", "😀😀"), (0, "10:16", "mara", "Looks good to me")])
    await world.read("Files", "mara")


async def _add_odd(world):
    title = "A title of one hundred characters that no list, no header and no phone can show in one single line"
    await world.group("mara", title, "wide", "rtl", key="odd")
    await world.say("odd", ODD, read_by=["wide"])
    await world.group("wide", "פרויקט האתר החדש של החברה", "rtl", key="hebrew")
    await world.say("hebrew", [(0, "08:00", "rtl", "נתראה מחר")], read_by=["wide"])
    await world.direct("wide", "rtl")
    await world.say("wide and rtl", [(0, "08:30", "rtl", "תודה רבה")], read_by=["wide"])
    await world.group("wide", "Long message", "mara", key="long")
    await world.say("long", [(0, "09:30", "mara", LONG_TEXT)], read_by=["wide", "mara"])


async def _add_many(world):
    for number in range(200):
        title = f"Room {number:03}"
        await world.group("otto", title, "sam")
        moment = [(1, f"{8 + number // 60:02}:{number % 60:02}", "sam", f"Message in room {number}")]
        await world.say(title, moment, read_by=["otto"] if number % 9 else [])


async def _add_posts(world):
    for day, clock, author, text in POSTS:
        key = world.next_id()
        post = Post(id=key, author_id=id_of(author), creation_key=key, text=text, created_at=at(day, clock))
        await world.storage.posts.add_post(post, [])


def _picture():
    """A night sky over hills, drawn."""
    picture = Image.new("RGB", (640, 400), "#16265c")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((-120, 260, 420, 700), fill="#243b86")
    draw.ellipse((260, 300, 860, 800), fill="#31509f")
    draw.ellipse((430, 70, 470, 110), fill="#fbc53f")
    return encode(picture, "PNG")
