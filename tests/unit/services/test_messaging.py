import uuid
from dataclasses import replace

import pytest

from nova_app.domain.errors import ErrorCode, NovaError, Refused
from nova_app.domain.events import Position, Posted, Typing
from nova_app.domain.files import FileFacts
from nova_app.services.messaging import TYPING_EVERY_SECONDS, Messaging
from tests.builders import a_draft, an_upload

pytestmark = pytest.mark.anyio


def new_draft(room, **overrides):
    return a_draft(str(uuid.uuid4()), conversation_id=room, **overrides)


async def code_of(work):
    with pytest.raises(Refused) as refusal:
        await work
    return refusal.value.code


async def test_drafts_are_stored_in_order_and_published(messaging, publisher, room):
    results = await messaging.post([new_draft(room, text="one"), new_draft(room, text="two")])

    assert [result.message.text for result in results] == ["one", "two"]
    assert publisher.batches == [[result.message for result in results]]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"text": ""}, ErrorCode.TEXT_EMPTY),
        ({"text": " \n\t "}, ErrorCode.TEXT_EMPTY),
        ({"text": "x" * 10_001}, ErrorCode.TEXT_TOO_LONG),
        ({"text": "half \ud83d"}, ErrorCode.INVALID_FIELDS),
        ({"client_id": ""}, ErrorCode.INVALID_FIELDS),
        ({"client_id": "c1"}, ErrorCode.INVALID_FIELDS),
        ({"client_id": "123e4567e89b42d3a456426614174000"}, ErrorCode.INVALID_FIELDS),
        ({"client_id": "{123e4567-e89b-42d3-a456-426614174000}"}, ErrorCode.INVALID_FIELDS),
        ({"upload_ids": ("u1",)}, ErrorCode.INVALID_FIELDS),
        ({"upload_ids": tuple(str(uuid.UUID(int=n)) for n in range(11))}, ErrorCode.TOO_MANY_FILES),
        ({"upload_ids": (str(uuid.UUID(int=1)),)}, ErrorCode.FILE_NOT_READY),
        ({"conversation_id": "elsewhere"}, ErrorCode.NOT_FOUND),
        ({"author_id": "cleo"}, ErrorCode.NOT_FOUND),
    ],
)
async def test_refused_draft_fails_alone(messaging, room, change, code):
    bad = replace(new_draft(room), **change)

    first, refusal, last = await messaging.post([new_draft(room), bad, new_draft(room)])

    assert refusal.code is code
    assert [first.message.seq, last.message.seq] == [1, 2]


async def test_longest_text_is_stored(messaging, room):
    (result,) = await messaging.post([new_draft(room, text="😀" * 10_000)])

    assert len(result.message.text) == 10_000


async def test_files_need_no_text_and_each_is_shown_once(messaging, storage, room):
    upload_id = "123e4567-e89b-42d3-a456-426614174000"
    await storage.uploads.add_upload(an_upload(upload_id), quota_bytes=1_000)
    await storage.uploads.finish(upload_id, FileFacts("text/plain", 10))

    (result,) = await messaging.post([new_draft(room, text="", upload_ids=(upload_id, upload_id.upper()))])

    assert [file.upload_id for file in result.message.files] == [upload_id]


async def test_client_id_counts_the_same_in_either_case(messaging, room):
    draft = new_draft(room)
    (first,) = await messaging.post([replace(draft, client_id=draft.client_id.upper())])
    (again,) = await messaging.post([draft])

    assert first.message.client_id == draft.client_id
    assert (again.duplicate, again.message) == (True, first.message)


async def test_post_of_nothing_is_nothing(messaging):
    assert list(await messaging.post([])) == []


async def test_sending_too_fast_is_slowed_in_order_and_per_author(storage, publisher, settings, clock, room):
    slow = settings.model_copy(update={"send_rate": 2, "send_burst": 3})
    seconds = iter([0.0, 0.5])
    messaging = Messaging(storage.log, storage.conversations, publisher, slow, seconds=lambda: next(seconds))
    drafts = [new_draft(room) for _ in range(5)]

    results = await messaging.post([*drafts, new_draft(room, author_id="ben")])

    assert [isinstance(result, Posted) for result in results] == [True, True, True, False, False, True]
    refusals = [result for result in results if isinstance(result, NovaError)]
    assert [(refusal.code, refusal.retry_after_seconds, refusal.retryable) for refusal in refusals] == [
        (ErrorCode.TOO_MANY_SENDS, 0.5, True),
        (ErrorCode.TOO_MANY_SENDS, 1.0, True),
    ]
    later = await messaging.post(drafts[3:])
    assert [isinstance(result, Posted) for result in later] == [True, False]


async def test_refused_texts_cost_no_tokens(storage, publisher, settings, room):
    tight = settings.model_copy(update={"send_rate": 1, "send_burst": 1})
    messaging = Messaging(storage.log, storage.conversations, publisher, tight, seconds=lambda: 0.0)

    results = await messaging.post([new_draft(room, text=""), new_draft(room)])

    assert isinstance(results[1], Posted)


async def test_members_read_and_strangers_find_nothing(messaging, room):
    results = await messaging.post([new_draft(room), new_draft(room), new_draft(room)])
    messages = [result.message for result in results]

    assert list(await messaging.read_events("ben", room, after_seq=1, until_seq=2, limit=9)) == messages[1:2]
    page = await messaging.read_page("ben", room, before_seq=3, limit=1)
    assert (list(page.items), page.has_more, page.last_seq) == (messages[1:2], True, 3)
    around = await messaging.read_around("ben", room, 2, limit=2)
    assert (list(around.items), around.target_seq) == (messages[:2], 2)
    assert await code_of(messaging.read_around("cleo", room, 2, limit=2)) is ErrorCode.NOT_FOUND
    assert await code_of(messaging.read_events("cleo", room, after_seq=0, limit=9)) is ErrorCode.NOT_FOUND
    assert await code_of(messaging.read_page("cleo", room, limit=9)) is ErrorCode.NOT_FOUND
    assert await code_of(messaging.read_page("ana", "elsewhere", limit=9)) is ErrorCode.NOT_FOUND


async def test_position_is_published_when_it_moved_and_only_then(messaging, publisher, room):
    await messaging.post([new_draft(room), new_draft(room)])

    await messaging.advance(Position("read", room, "ben", 9))
    await messaging.advance(Position("read", room, "ben", 1))
    await messaging.advance(Position("delivered", room, "ben", 2))

    assert publisher.relayed == [Position("read", room, "ben", 2, is_newest=True)]
    assert await code_of(messaging.advance(Position("read", room, "cleo", 1))) is ErrorCode.NOT_FOUND


async def test_who_has_read_a_part_gets_the_rest_counted_again(messaging, publisher, room):
    await messaging.post([new_draft(room), new_draft(room)])
    publisher.announced.clear()

    await messaging.advance(Position("delivered", room, "ben", 1))
    assert publisher.announced == []
    await messaging.advance(Position("read", room, "ben", 1))
    assert publisher.announced == [(["ben"], room)]
    await messaging.advance(Position("read", room, "ben", 2))
    assert publisher.announced == [(["ben"], room)], "where nothing is left, nothing has to be counted"


async def test_typing_is_published_once_in_a_while_and_again_after_a_message(messaging, publisher, room, clock):
    for _ in range(50):
        await messaging.typing(Typing(room, "ben"))
    assert publisher.relayed == [Typing(room, "ben")]
    await messaging.typing(Typing(room, "ana"))
    assert publisher.relayed[1:] == [Typing(room, "ana")], "one does not silence another"
    clock.advance(TYPING_EVERY_SECONDS)
    await messaging.typing(Typing(room, "ben"))
    assert publisher.relayed[2:] == [Typing(room, "ben")]

    await messaging.post([new_draft(room, author_id="ben")])
    await messaging.typing(Typing(room, "ben"))

    assert publisher.relayed[3:] == [Typing(room, "ben")]


async def test_typing_is_published_for_members_only(messaging, publisher, room):
    await messaging.typing(Typing(room, "ben"))

    assert publisher.relayed == [Typing(room, "ben")]
    assert await code_of(messaging.typing(Typing(room, "cleo"))) is ErrorCode.NOT_FOUND


async def test_typing_in_what_cannot_be_a_conversation_is_refused_and_remembered_nowhere(messaging, people):
    with pytest.raises(Refused) as refusal:
        await messaging.typing(Typing("x" * 60_000, "ana"))

    assert refusal.value.code is ErrorCode.NOT_FOUND
    assert len(messaging._typings) == 0
