"""Vera's chats: each state that a message, a row of the list, a post and its comments can have."""

from __future__ import annotations

from nova_app.domain.link_previews import LinkPreview
from nova_app.domain.message_changes import Delete, Edit, React
from nova_app.domain.models import Comment
from nova_app.domain.posts import ReactToPost
from tests.screens.world import NOW, at, id_of

SPACING = (
    "One gap for every card, so that we stop asking:\n\n"
    "```css\n/* the gap between two cards, in lists and in grids */\n"
    '.card + .card, .grid > .card { margin-block-start: var(--space-12); content: "a line that is too long"; }\n```\n\n'
    "Call `measure()` before you change it."
)
PLAN = (
    "Three things are left before **Thursday**:\n\n- the cover, ~~in blue~~ in *two* blues\n- the changelog\n"
    "- the empty states\n\n> We ship on the day we said."
)
LINK = (
    "The contrast report: https://studio.example/reports/2026/contrast-of-every-pair-of-colours-in-both-themes?view=all"
)


PREVIEWED = {
    "https://studio.example/reports/2026/contrast": (
        "Contrast of every pair of colours, in both themes",
        "All 312 pairs hold 4.5; two exceptions, both decorative. With the way in which they were computed.",
    ),
    "https://journal.example/deploys-on-thursdays": (
        "Why we deploy on Thursdays, what we have learned from ten years of it, and why this title goes on and on",
        "",
    ),
    "https://xn--bcher-kva.example/a": ("Short", "A host of another script is written out."),
}


async def add_states(world):
    """Store everything."""
    await _add_rows(world)
    await _add_markup(world)
    await _add_changes(world)
    await _add_comments(world)
    await _add_previews(world)


async def _add_rows(world):
    await world.group("vera", "Lunch", "sam", "noor")
    await world.say("Lunch", [(1, "11:50", "sam", "The usual place at noon")], read_by=["vera"])
    await _set(world, "Lunch", muted_until="forever")
    await world.group("vera", "Watercooler", "sam", "noor")
    await world.say("Watercooler", [(0, "08:14", "sam", "Somebody has left a bicycle in the kitchen")])
    await _set(world, "Watercooler", muted_until="forever")
    await world.group("vera", "Print shop", "noor")
    await world.say("Print shop", [(0, "09:12", "noor", "The proofs are here")], read_by=["vera"])
    await world.direct("vera", "yuki")
    await world.say("vera and yuki", [(1, "17:40", "yuki", "Which column do you mean?")], read_by=["vera"])
    await world.direct("vera", "ines")
    await world.say("vera and ines", [(0, "10:12", "vera", "See you at three")])
    await world.direct("vera", "tom")
    await world.say("vera and tom", [(0, "10:38", "tom", "The build is up, have a look when you can")] * 12)
    await world.group("vera", "Handbook", "priya", "tom")
    await world.say("Handbook", [(0, "09:57", "priya", "The new pricing page is live on stage")])
    await world.group("vera", "Release notes", "ines")
    await world.say("Release notes", [(0, "08:30", "ines", "Who writes the part about search?")], read_by=["vera"])
    await _set(world, "Release notes", is_pinned=True)


async def _set(world, key, **values):
    await world.storage.conversations.change_member(id_of(key), id_of("vera"), values)


async def _add_markup(world):
    await world.group("vera", "Snippets", "tom", "ines")
    lines = [(0, "09:02", "ines", PLAN), (0, "09:04", "tom", SPACING), (0, "09:06", "tom", LINK)]
    *_, linked = await world.say("Snippets", lines, read_by=["vera"])
    # Known to show nothing, so that nobody goes and looks.
    address = LINK.rpartition(" ")[2]
    await world.storage.link_previews.keep(linked, [address], [LinkPreview(address)])


async def _add_changes(world):
    key = "Design review"
    await world.group("vera", key, "ines", "tom")
    group = world.storage.conversations
    await group.add_member(id_of(key), id_of("yuki"), id_of("vera"), at(0, "10:02"))
    await group.rename(id_of(key), "Design review, March", id_of("vera"), at(0, "10:03"))
    await world.say(key, [(0, "10:24", "ines", "Morning! Three things are left before Thursday.")])
    (tour,) = await world.say(key, [(0, "10:24", "ines", "I would ship without the tour")])
    (agreed,) = await world.say(key, [(0, "10:31", "tom", "Agreed. The contrast report is done.")], read_by=["vera"])
    (wrong,) = await world.say(key, [(0, "10:34", "tom", "Wrong chat, sorry")], read_by=["vera"])
    lines = [(0, "10:36", "yuki", "@vera can you take the empty states? I have the cover. @all: noon is fine.")]
    await world.say(key, lines)
    reply = [(0, "10:40", "vera", "Yes to both. Empty states by noon, @ines please check the words.")]
    (answer,) = await world.say(key, reply, reply_to=tour)
    await world.say(key, [(0, "10:41", "vera", "😀"), (0, "10:41", "vera", "Then Thursday it is")])
    await world.change(Edit, key, "tom", agreed, "Agreed on the tour. The contrast report is done.", at=at(0, "10:33"))
    await world.change(Delete, key, "tom", wrong, at=at(0, "10:35"))
    for name, message, emoji in (
        ("vera", agreed, "❤️"),
        ("yuki", agreed, "❤️"),
        ("ines", agreed, "😀"),
        ("tom", answer, "😀"),
    ):
        await world.change(React, key, name, message, emoji, True, at=NOW)
    for name in ("ines", "tom"):
        await world.read(key, name)


async def _add_comments(world):
    """Let the newest post have reactions and comments."""
    (newest, *_) = await world.storage.posts.read_page(id_of("vera"), before=None, limit=1)
    for name, emoji in (("vera", "❤️"), ("tom", "❤️"), ("yuki", "😀")):
        reaction = ReactToPost(id_of(name), world.next_id(), newest.post_id, emoji, is_on=True)
        await world.storage.posts.change_post(reaction, NOW)
    for clock, name, text in (("09:10", "tom", "Is there any left?"), ("09:12", "ines", "Two cups, hurry up")):
        key = world.next_id()
        comment = Comment(
            id=key,
            post_id=newest.post_id,
            author_id=id_of(name),
            creation_key=key,
            text=text,
            created_at=at(0, clock),
        )
        await world.storage.posts.add_comment(comment)


async def _add_previews(world):
    """Noor's chat: links with what their pages say about themselves, one alone and several in a message."""
    report, journal, other = PREVIEWED
    previews = [LinkPreview(url, title, text) for url, (title, text) in PREVIEWED.items()]
    await world.group("noor", "Reading list", "ines")
    lines = [(0, "10:02", "ines", f"The report is here: {report}"), (0, "10:05", "noor", f"{journal} and {other}")]
    first, second = await world.say("Reading list", lines, read_by=["noor", "ines"])
    await world.storage.link_previews.keep(first, [report], previews)
    await world.storage.link_previews.keep(second, [journal, other], [])
