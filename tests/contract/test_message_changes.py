"""Edits, deletions, reactions and replies, over every log."""

import pytest

from nova_app.domain.errors import ErrorCode, NovaError
from nova_app.domain.events import MessagePosted, Quote, Reaction
from nova_app.domain.files import FileFacts
from nova_app.domain.message_changes import Delete, Edit, MessageDeleted, MessageEdited, React, ReactionChanged
from tests.builders import a_draft, an_upload

pytestmark = pytest.mark.anyio


@pytest.fixture
def post(storage):
    """Stores one message and gives it."""

    async def make(client_id="c1", **overrides):
        (posted,) = await storage.log.append([a_draft(client_id, **overrides)])
        return posted.message

    return make


@pytest.fixture
def change(storage):
    """Makes one change and gives its outcome."""

    async def make(kind, message, *more, by="ana", key="k1"):
        (outcome,) = await storage.log.change([kind(by, key, message.conversation_id, message.message_id, *more)])
        return outcome.code if isinstance(outcome, NovaError) else outcome

    return make


async def now(storage, message):
    return await storage.log.find_message(message.message_id)


async def test_an_edit_is_an_event_and_what_is_read_is_the_newest_text(
    storage, make_room, post, change, publisher, clock
):
    await make_room("ana", "ben")
    message = await post()
    clock.advance(60)

    outcome = await change(Edit, message, "hi @ben", 1)

    assert (outcome.seq, outcome.duplicate, outcome.message_id) == (2, False, message.message_id)
    edited = await now(storage, message)
    assert (edited.text, edited.version_seq, edited.seq, edited.mentions) == ("hi @ben", 2, 1, ("ben",))
    assert edited.edited_at == outcome.created_at > message.created_at
    event = MessageEdited("room", 2, message.message_id, "ana", "k1", "hi @ben", outcome.created_at, ("ben",))
    assert list(await storage.log.read_events("room", after_seq=0, limit=9)) == [edited, event]
    assert publisher.events == [message, event]
    page = await storage.log.read_page("room", before_seq=None, after_seq=None, limit=9)
    assert (page.items, page.last_seq) == ([edited], 2)
    (summary,) = await storage.conversations.list_summaries("ben")
    assert (summary.last_seq, summary.unread, summary.unread_mentions, summary.last_message) == (2, 1, 1, edited)


async def test_every_text_is_kept_until_the_message_is_deleted(storage, make_room, post, change):
    await make_room("ana")
    message = await post(text="one")
    await change(Edit, message, "two", 1, key="k1")
    await change(Edit, message, "three", 2, key="k2")

    versions = await storage.log.read_versions(message.message_id)

    assert [(version.seq, version.text) for version in versions] == [(1, "one"), (2, "two"), (3, "three")]
    assert versions[0].created_at == message.created_at
    await change(Delete, message, key="k3")
    assert list(await storage.log.read_versions(message.message_id)) == []


async def test_an_edit_of_an_older_version_is_refused_and_an_equal_text_makes_no_event(
    storage, make_room, post, change
):
    await make_room("ana")
    message = await post(text="one")
    await change(Edit, message, "two", 1, key="k1")

    assert await change(Edit, message, "three", 1, key="k2") is ErrorCode.EDIT_CONFLICT
    same = await change(Edit, message, "two", 2, key="k3")
    blind = await change(Edit, message, "four", key="k4")

    assert ((same.seq, same.duplicate), (blind.seq, blind.duplicate)) == ((2, True), (3, False))


async def test_a_deletion_leaves_nothing_but_the_place(storage, make_room, post, change):
    await make_room("ana", "ben")
    await storage.uploads.add_upload(an_upload("u1"), quota_bytes=1_000)
    await storage.uploads.finish("u1", FileFacts("text/plain", 10))
    message = await post(text="one @ben", upload_ids=("u1",))
    await change(Edit, message, "two @ben", 1, key="k1")
    await change(React, message, "👍", True, by="ben", key="k2")

    outcome = await change(Delete, message, key="k3")

    assert (outcome.seq, list(outcome.freed), list(outcome.recounted)) == (4, ["u1"], ["ben"])
    gone = await now(storage, message)
    assert (gone.is_deleted, gone.text, list(gone.files), gone.version_seq) == (True, "", [], 2)
    assert (list(gone.mentions), list(gone.reactions), gone.seq) == ([], [], 1)
    _, edit, _, deletion = await storage.log.read_events("room", after_seq=0, limit=9)
    assert (edit.text, list(edit.mentions)) == ("", [])
    assert deletion == MessageDeleted("room", 4, message.message_id, "ana", "k3", outcome.created_at)
    (summary,) = await storage.conversations.list_summaries("ben")
    assert (summary.unread, summary.unread_mentions, summary.last_message) == (0, 0, gone)
    (again,) = await storage.log.append([a_draft("c1", text="one @ben", upload_ids=("u1",))])
    assert (again.duplicate, again.message) == (True, gone)


async def test_after_the_deletion_nothing_changes_it_any_more(storage, make_room, post, change):
    await make_room("ana", "ben")
    message = await post()
    first = await change(Delete, message, key="k1")

    assert await change(Edit, message, "new", 1, key="k2") is ErrorCode.MESSAGE_DELETED
    assert await change(React, message, "👍", True, by="ben", key="k3") is ErrorCode.MESSAGE_DELETED
    again = await change(Delete, message, key="k4")
    assert (again.seq, again.duplicate, again.created_at) == (first.seq, True, first.created_at)


async def test_reactions_are_counted_in_the_order_of_the_log(storage, make_room, post, change):
    await make_room("ana", "ben")
    message = await post()
    await change(React, message, "❤️", True, by="ben", key="k1")
    await change(React, message, "👍", True, key="k2")
    outcome = await change(React, message, "❤️", True, key="k3")

    assert list((await now(storage, message)).reactions) == [
        Reaction("❤️", 2, ("ben", "ana")),
        Reaction("👍", 1, ("ana",)),
    ]
    event = (await storage.log.read_events("room", after_seq=3, limit=9))[0]
    moment = outcome.created_at
    assert event == ReactionChanged("room", 4, message.message_id, "ana", "k3", "❤️", is_on=True, created_at=moment)
    await change(React, message, "❤️", False, by="ben", key="k4")
    assert (await now(storage, message)).reactions[0] == Reaction("❤️", 1, ("ana",))


async def test_what_is_so_already_answers_the_event_that_made_it_so(storage, make_room, post, change):
    await make_room("ana")
    message = await post()

    never = await change(React, message, "👍", False, key="k0")
    on = await change(React, message, "👍", True, key="k1")
    again = await change(React, message, "👍", True, key="k2")
    off = await change(React, message, "👍", False, key="k3")
    off_again = await change(React, message, "👍", False, key="k4")
    late_repeat = await change(React, message, "👍", True, key="k1")

    assert [(o.seq, o.duplicate) for o in (never, on, again, off, off_again, late_repeat)] == [
        (1, True),
        (2, False),
        (2, True),
        (3, False),
        (3, True),
        (2, True),
    ]
    assert list((await now(storage, message)).reactions) == []


async def test_a_message_has_twenty_different_reactions(storage, make_room, post, change):
    await make_room("ana")
    message = await post()
    emoji = [chr(0x1F600 + number) for number in range(21)]
    for number in range(20):
        await change(React, message, emoji[number], True, key=f"k{number}")

    assert await change(React, message, emoji[20], True, key="more") is ErrorCode.REACTION_LIMIT
    await change(React, message, emoji[0], False, key="off")
    assert (await change(React, message, emoji[20], True, key="more2")).duplicate is False


async def test_a_client_id_names_one_change_for_ever(storage, make_room, post, change):
    await make_room("ana")
    message = await post(text="one")
    first = await change(Edit, message, "two", 1, key="k1")
    await change(Edit, message, "three", 2, key="k2")

    repeat = await change(Edit, message, "two", 1, key="k1")

    assert (repeat.seq, repeat.duplicate, repeat.created_at) == (first.seq, True, first.created_at)
    assert await change(Edit, message, "other", 3, key="k1") is ErrorCode.KEY_REUSED
    assert (await now(storage, message)).text == "three"


async def test_authors_change_their_own_and_admins_delete_anybodys(storage, make_room, post, change):
    await make_room("ana", "ben")
    bens = await post("c1", author_id="ben")
    anas = await post("c2")

    assert await change(Edit, bens, "hers", key="k1") is ErrorCode.NOT_ALLOWED
    assert await change(Delete, anas, by="ben", key="k2") is ErrorCode.NOT_ALLOWED
    assert await change(Delete, anas, by="cleo", key="k3") is ErrorCode.NOT_FOUND
    assert await change(React, anas, "👍", True, by="cleo", key="k4") is ErrorCode.NOT_FOUND
    assert (await change(Delete, bens, key="k5")).duplicate is False


async def test_a_message_of_another_conversation_is_not_found(storage, make_room, change, post):
    await make_room("ana")
    await make_room("ana", conversation_id="other")
    message = await post(conversation_id="other")
    unknown = MessagePosted("room", 1, "nothing", "c", "ana", "", "")
    elsewhere = MessagePosted("room", 1, message.message_id, "c", "ana", "", "")

    assert await change(Delete, unknown) is ErrorCode.NOT_FOUND
    assert await change(Delete, elsewhere) is ErrorCode.NOT_FOUND


async def test_a_reply_quotes_the_other_message_as_it_is_now(storage, make_room, post, change):
    await make_room("ana", "ben")
    original = await post(text="x" * 150 + "👨‍👩‍👧‍👦" * 60)
    reply = await post("c2", author_id="ben", text="yes", reply_to=original.message_id)

    quoted = reply.reply_to.text
    assert quoted == "x" * 150 + "👨‍👩‍👧‍👦" * 7
    await change(Edit, original, "short", 1, key="k1")
    assert (await now(storage, reply)).reply_to == Quote(original.message_id, 1, "ana", "Ana", "short")
    await change(Delete, original, key="k2")
    gone = Quote(original.message_id, 1, "ana", "Ana", "", is_deleted=True)
    assert (await now(storage, reply)).reply_to == gone
    late = await post("c3", text="to nothing", reply_to=original.message_id)
    assert late.reply_to == gone
    (repeat,) = await storage.log.append([a_draft("c3", text="to nothing", reply_to=original.message_id)])
    assert repeat.duplicate


async def test_a_reply_to_no_message_of_the_conversation_fails_alone(storage, make_room, post):
    await make_room("ana")
    await make_room("ana", conversation_id="other")
    elsewhere = await post("c0", conversation_id="other")

    drafts = [a_draft("c1", reply_to="unknown"), a_draft("c2", reply_to=elsewhere.message_id), a_draft("c3")]
    unknown, foreign, stored = await storage.log.append(drafts)

    assert (unknown.code, foreign.code, stored.message.seq) == (ErrorCode.INVALID_FIELDS,) * 2 + (1,)


async def test_a_repeated_send_is_known_after_its_edit(storage, make_room, post, change):
    await make_room("ana")
    message = await post(text="one")
    await change(Edit, message, "two", 1)

    (repeat,) = await storage.log.append([a_draft("c1", text="one")])
    (other,) = await storage.log.append([a_draft("c1", text="two")])

    assert (repeat.duplicate, repeat.message.text) == (True, "two")
    assert other.code is ErrorCode.KEY_REUSED


async def test_everybody_is_mentioned_by_admins_only(storage, make_room, post):
    await make_room("ana", "ben")

    assert (await post("c1", text="@all")).mentions_all
    assert not (await post("c2", text="@all", author_id="ben")).mentions_all
    (summary,) = await storage.conversations.list_summaries("ben")
    assert (summary.unread, summary.unread_mentions) == (1, 1)


async def test_events_that_are_no_messages_are_read_by_kind(storage, make_room, post, change, clock):
    await make_room("ana")
    message = await post()
    await change(Edit, message, "two", 1, key="k1")
    await storage.conversations.add_member("room", "ben", "ana", clock.now())
    await change(Delete, message, key="k2")

    async def read(*kinds, before_seq=None, after_seq=None, limit=9):
        span = {"before_seq": before_seq, "after_seq": after_seq, "limit": limit}
        events, has_more = await storage.log.read_changes("room", kinds, **span)
        return [event.seq for event in events], has_more

    assert await read("member") == ([3], False)
    assert await read("edited", "deleted") == ([2, 4], False)
    assert await read("edited", "deleted", limit=1) == ([4], True)
    assert await read("edited", "member", after_seq=0, limit=1) == ([2], True)
    assert await read("title") == ([], False)
