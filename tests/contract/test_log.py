import asyncio
import random
from datetime import timedelta

import pytest

from nova_app.domain.errors import ErrorCode, NovaError
from nova_app.domain.events import MessagePosted
from nova_app.domain.files import FileFacts, PostedFile
from tests.builders import a_draft, an_upload

pytestmark = pytest.mark.anyio


async def test_drafts_are_numbered_in_order_and_published_once(storage, make_room, publisher):
    await make_room("ana")

    results = await storage.log.append([a_draft("c1", text="one"), a_draft("c2", text="two")])

    messages = [result.message for result in results]
    assert [(m.seq, m.text) for m in messages] == [(1, "one"), (2, "two")]
    assert publisher.batches == [messages]
    assert list(await storage.log.read_events("room", after_seq=0, limit=10)) == messages
    assert (await storage.log.read_page("room", before_seq=None, after_seq=None, limit=1)).last_seq == 2


async def test_repeat_answers_the_first_message_and_publishes_nothing(storage, make_room, publisher):
    await make_room("ana")
    (first,) = await storage.log.append([a_draft("c1")])

    (repeat,) = await storage.log.append([a_draft("c1")])

    assert (first.duplicate, repeat.duplicate) == (False, True)
    assert repeat.message == first.message
    assert len(publisher.events) == 1


async def test_repeat_beside_the_first_is_a_repeat_too(storage, make_room):
    await make_room("ana")

    first, repeat = await storage.log.append([a_draft("c1"), a_draft("c1")])

    assert (first.duplicate, repeat.duplicate) == (False, True)
    assert repeat.message == first.message


async def test_repeat_is_answered_even_after_the_author_left(storage, make_room, clock):
    await make_room("ana", "ben")
    (first,) = await storage.log.append([a_draft("c1", author_id="ben")])
    await storage.conversations.remove_member("room", "ben", "ben", clock.now())

    repeat, new = await storage.log.append([a_draft("c1", author_id="ben"), a_draft("c2", author_id="ben")])

    assert repeat.message == first.message
    assert new.code is ErrorCode.NOT_FOUND


async def test_a_message_names_its_author_as_they_are_called_now_also_after_they_left(storage, make_room, clock):
    await make_room("ana", "ben")
    draft = a_draft("c1", author_id="ben")

    (stored,) = await storage.log.append([draft])
    assert stored.message.author_name == "Ben"
    await storage.accounts.change_user("ben", {"display_name": "Benno"})
    await storage.conversations.remove_member("room", "ben", "ben", clock.now())

    (repeat,) = await storage.log.append([draft])
    (event, _) = await storage.log.read_events("room", after_seq=0, limit=10)
    page = await storage.log.read_page("room", before_seq=None, after_seq=None, limit=10)
    around = await storage.log.read_around("room", 1, limit=10)
    (summary,) = await storage.conversations.list_summaries("ana")
    messages = [repeat.message, event, page.items[0], around.items[0], summary.last_message]
    assert [message.author_name for message in messages] == ["Benno"] * 5


async def test_a_page_describes_those_of_its_authors_who_have_left(storage, make_room, clock):
    await make_room("ana", "ben", "cleo")
    await storage.log.append([a_draft("c1"), a_draft("c2", author_id="ben"), a_draft("c3", author_id="cleo")])

    async def former(**kwargs):
        page = await storage.log.read_page("room", **{"before_seq": None, "after_seq": None, "limit": 10, **kwargs})
        return sorted((person.user_id, person.username, person.avatar_id) for person in page.former_authors)

    assert await former() == []
    await storage.accounts.change_user("ben", {"avatar_id": "picture"})
    for name in ("ben", "cleo"):
        await storage.conversations.remove_member("room", name, name, clock.now())
    assert await former() == [("ben", "ben", "picture"), ("cleo", "cleo", None)]
    assert await former(before_seq=3) == [("ben", "ben", "picture")]
    assert await former(before_seq=2) == []
    around = await storage.log.read_around("room", 2, limit=1)
    assert [person.user_id for person in around.former_authors] == ["ben"]


async def test_a_message_carries_its_files_in_the_order_they_were_chosen_wherever_it_is_read(storage, make_room):
    await make_room("ana")
    facts = {"u1": FileFacts("image/png", 90, 30, 20), "u2": FileFacts("text/plain", 10)}
    for upload_id, known in facts.items():
        await storage.uploads.add_upload(an_upload(upload_id), quota_bytes=1_000)
        await storage.uploads.finish(upload_id, known)
    draft = a_draft("c1", text="", upload_ids=("u2", "u1"))

    (stored,) = await storage.log.append([draft])
    (repeat,) = await storage.log.append([draft])

    message = stored.message
    assert list(message.files) == [PostedFile(name, f"{name}.png", facts[name]) for name in ("u2", "u1")]
    assert (repeat.duplicate, repeat.message) == (True, message)
    assert list(await storage.log.read_events("room", after_seq=0, limit=10)) == [message]
    assert (await storage.log.read_page("room", before_seq=None, after_seq=None, limit=10)).items == [message]
    (summary,) = await storage.conversations.list_summaries("ana")
    assert summary.last_message == message


@pytest.mark.parametrize("upload_id", ["unknown", "half", "bens"])
async def test_a_message_with_a_file_that_is_not_there_for_its_author_fails_alone(storage, make_room, upload_id):
    await make_room("ana", "ben")
    for name, owner in (("half", "ana"), ("bens", "ben"), ("mine", "ana")):
        await storage.uploads.add_upload(an_upload(name, owner_id=owner), quota_bytes=1_000)
    for name in ("bens", "mine"):
        await storage.uploads.finish(name, FileFacts("text/plain", 10))

    refusal, stored = await storage.log.append([a_draft("c1", upload_ids=("mine", upload_id)), a_draft("c2")])

    assert refusal.code is ErrorCode.FILE_NOT_READY
    assert (stored.message.seq, list(stored.message.files)) == (1, [])


@pytest.mark.parametrize("change", [{"text": "other"}, {"conversation_id": "room2"}])
async def test_client_id_for_something_else_is_refused(storage, make_room, change):
    await make_room("ana")
    await make_room("ana", conversation_id="room2")
    await storage.log.append([a_draft("c1")])

    (refusal,) = await storage.log.append([a_draft("c1", **change)])

    assert refusal.code is ErrorCode.KEY_REUSED


async def test_two_authors_may_use_the_same_client_id(storage, make_room):
    await make_room("ana", "ben")

    results = await storage.log.append([a_draft("c1"), a_draft("c1", author_id="ben")])

    assert [result.message.seq for result in results] == [1, 2]


async def test_stranger_and_unknown_conversation_look_the_same_and_touch_nobody(storage, make_room):
    await make_room("ana")

    results = await storage.log.append(
        [
            a_draft("c1"),
            a_draft("c2", author_id="cleo"),
            a_draft("c3", conversation_id="elsewhere"),
            a_draft("c4"),
        ]
    )

    refusals = [result for result in results if isinstance(result, NovaError)]
    assert [(refusal.code, refusal.detail) for refusal in refusals] == [(ErrorCode.NOT_FOUND, refusals[0].detail)] * 2
    assert [results[0].message.seq, results[3].message.seq] == [1, 2]


@pytest.mark.parametrize("text", ["a\x00b", "😀", '"quoted" \\ \n', "\u202eright to left", "x" * 10_000])
async def test_text_comes_back_exactly(storage, make_room, text):
    await make_room("ana")

    await storage.log.append([a_draft("c1", text=text)])

    (message,) = await storage.log.read_events("room", after_seq=0, limit=1)
    assert message.text == text


async def test_events_are_read_by_number(storage, make_room, clock):
    await make_room("ana")
    await storage.log.append([a_draft("c1"), a_draft("c2")])
    await storage.conversations.add_member("room", "ben", "ana", clock.now())
    await storage.log.append([a_draft("c4")])

    async def read(**kwargs):
        return [event.seq for event in await storage.log.read_events("room", **kwargs)]

    assert await read(after_seq=0, limit=10) == [1, 2, 3, 4]
    assert await read(after_seq=1, until_seq=3, limit=10) == [2, 3]
    assert await read(after_seq=1, limit=2) == [2, 3]
    assert await read(after_seq=4, limit=10) == []
    assert list(await storage.log.read_events("elsewhere", after_seq=0, limit=10)) == []


async def test_pages_hold_messages_only_and_say_whether_there_are_more(storage, make_room, clock):
    await make_room("ana")
    await storage.log.append([a_draft("c1"), a_draft("c2")])
    await storage.conversations.add_member("room", "ben", "ana", clock.now())
    await storage.log.append([a_draft("c4"), a_draft("c5")])

    async def read(before_seq=None, after_seq=None, limit=2):
        page = await storage.log.read_page("room", before_seq=before_seq, after_seq=after_seq, limit=limit)
        assert page.last_seq == 5
        return [item.seq for item in page.items], page.has_more

    assert await read() == ([4, 5], True)
    assert await read(before_seq=4) == ([1, 2], False)
    assert await read(before_seq=2) == ([1], False)
    assert await read(after_seq=1) == ([2, 4], True)
    assert await read(after_seq=2) == ([4, 5], False)
    assert await read(after_seq=5) == ([], False)
    assert await read(limit=4) == ([1, 2, 4, 5], False)


async def fill(storage, clock):
    """Messages at 1, 2, 4 and 5, an hour apart; ben joins at 3."""
    await storage.log.append([a_draft("c1")])
    clock.advance(3_600)
    await storage.log.append([a_draft("c2")])
    await storage.conversations.add_member("room", "ben", "ana", clock.now())
    for client_id in ("c4", "c5"):
        clock.advance(3_600)
        await storage.log.append([a_draft(client_id)])


async def test_pages_say_whether_there_are_messages_on_either_side(storage, make_room, clock):
    await make_room("ana")
    await fill(storage, clock)

    async def read(before_seq=None, after_seq=None, limit=2):
        page = await storage.log.read_page("room", before_seq=before_seq, after_seq=after_seq, limit=limit)
        return [item.seq for item in page.items], page.has_older, page.has_newer

    assert await read() == ([4, 5], True, False)
    assert await read(before_seq=4) == ([1, 2], False, True)
    assert await read(before_seq=4, limit=1) == ([2], True, True)
    assert await read(after_seq=0) == ([1, 2], False, True)
    assert await read(after_seq=2) == ([4, 5], True, False)
    assert await read(after_seq=5) == ([], True, False)
    assert await read(before_seq=1) == ([], False, True)
    assert await read(before_seq=0) == ([], False, True)
    assert await read(after_seq=2, before_seq=4) == ([], True, True)


async def test_a_page_is_read_around_a_number(storage, make_room, clock):
    await make_room("ana")
    await fill(storage, clock)

    async def read(target, limit=2):
        page = await storage.log.read_around("room", target, limit=limit)
        return [item.seq for item in page.items], page.target_seq, page.has_older, page.has_newer

    assert await read(2) == ([1, 2], 2, False, True)
    assert await read(4) == ([2, 4], 4, True, True)
    assert await read(5, limit=3) == ([2, 4, 5], 5, True, False)
    assert await read(1, limit=3) == ([1, 2, 4], 1, False, True)
    assert await read(4, limit=1) == ([4], 4, True, True)
    assert await read(3) == ([2, 4], None, True, True)
    assert await read(99) == ([4, 5], None, True, False)
    assert await read(2**53 - 1) == ([4, 5], None, True, False)
    assert await read(0, limit=9) == ([1, 2, 4, 5], None, False, False)


async def test_a_page_is_read_around_the_first_message_of_a_moment(storage, make_room, clock):
    await make_room("ana")
    begin = clock.now()
    await fill(storage, clock)

    async def read(hours):
        page = await storage.log.read_around("room", begin + timedelta(hours=hours), limit=2)
        return [item.seq for item in page.items], page.target_seq

    assert await read(-9_999) == ([1, 2], 1)
    assert await read(0) == ([1, 2], 1)
    assert await read(0.5) == ([1, 2], 2)
    assert await read(1) == ([1, 2], 2)
    assert await read(1.5) == ([2, 4], 4)
    assert await read(3) == ([4, 5], 5)
    assert await read(3.5) == ([4, 5], None)


async def test_where_there_is_nothing_every_page_is_empty(storage, make_room, clock):
    await make_room("ana")

    for target in (1, clock.now()):
        page = await storage.log.read_around("room", target, limit=2)
        assert (list(page.items), page.target_seq, page.has_older, page.has_newer) == ([], None, False, False)


async def test_fifty_senders_at_once_lose_nothing(storage, make_room, publisher):
    await make_room("ana", "ben", "cleo")

    async def send(sender):
        chance = random.Random(sender)
        author = ("ana", "ben", "cleo")[sender % 3]
        acknowledged = []
        for n in range(20):
            draft = a_draft(f"{sender}-{n}", author_id=author, text=f"{sender} says {n}")
            results = await storage.log.append([draft] * chance.choice((1, 1, 2)))
            assert {result.message for result in results} == {results[0].message}
            acknowledged.append(results[0].message)
        return acknowledged

    acknowledged = [message for sent in await asyncio.gather(*map(send, range(50))) for message in sent]

    stored = list(await storage.log.read_events("room", after_seq=0, limit=2_000))
    assert [event.seq for event in stored] == list(range(1, 1_001))
    assert sorted(acknowledged, key=lambda message: message.seq) == stored
    assert publisher.events == stored
    assert all(isinstance(event, MessagePosted) for event in stored)


async def test_pages_come_with_the_memberships_and_renames_between_their_messages(storage, make_room, clock):
    """Read page by page in either direction, each of them comes exactly once."""
    await make_room("ana")
    for number in range(6):
        await storage.conversations.add_member("room", "ben", "ana", clock.now())
        await storage.conversations.rename("room", f"Title {number}", "ana", clock.now())
        await storage.log.append([a_draft(f"c{number}")])
        await storage.conversations.remove_member("room", "ben", "ben", clock.now())
    expected, _ = await storage.log.read_changes(
        "room", ["member", "renamed"], before_seq=None, after_seq=None, limit=50
    )

    backward, before = [], None
    while True:
        page = await storage.log.read_page("room", before_seq=before, after_seq=None, limit=2)
        backward = [*page.events, *backward]
        if not page.has_older:
            break
        before = min(event.seq for event in (*page.items, *page.events))
    forward, after = [], 0
    while True:
        page = await storage.log.read_page("room", before_seq=None, after_seq=after, limit=2)
        forward += page.events
        if not page.has_newer:
            break
        after = max(event.seq for event in (*page.items, *page.events))
    around = await storage.log.read_around("room", 11, limit=2)

    assert backward == forward == expected
    seqs = [message.seq for message in around.items]
    assert [event.seq for event in around.events] == [event.seq for event in expected if seqs[0] < event.seq < seqs[-1]]
    empty = await storage.log.read_page("room", before_seq=1, after_seq=None, limit=2)
    assert (empty.items, list(empty.events)) == ([], [])
