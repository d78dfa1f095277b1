"""Whatever is sent, repeated and refused in whatever groups: the log stays whole."""

import asyncio
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from nova_app.domain.errors import ErrorCode, NovaError
from nova_app.domain.events import Draft
from nova_app.domain.files import FileFacts
from nova_app.domain.models import ConversationKind
from nova_app.persistence.storage import open_storage
from nova_app.settings import Settings
from tests.builders import a_user, an_upload
from tests.fakes import FakePublisher, FakeStorage

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROOMS = {"r1": ["ana", "ben"], "r2": ["ben"]}

drafts = st.builds(
    Draft,
    author_id=st.sampled_from(["ana", "ben", "cleo"]),
    client_id=st.sampled_from(["c1", "c2", "c3", "c4"]),
    conversation_id=st.sampled_from(["r1", "r2", "r3"]),
    text=st.sampled_from(["one", "two"]),
    upload_ids=st.lists(st.sampled_from(["mine", "also", "half", "bens"]), max_size=2, unique=True).map(tuple),
)
steps = st.one_of(
    st.lists(drafts, max_size=6),
    st.tuples(st.sampled_from(["add_member", "remove_member"]), st.sampled_from(["r1", "r2"]), st.just("cleo")),
)


class FixedClock:
    def now(self):
        return NOW


async def prepare(storage):
    for name in ("ana", "ben", "cleo"):
        await storage.accounts.add_user(a_user(name))
    for conversation_id, members in ROOMS.items():
        await storage.conversations.create(
            conversation_id=conversation_id,
            kind=ConversationKind.GROUP,
            title="Room",
            creator_id=members[0],
            member_ids=members[1:],
            creation_key=None,
            created_at=NOW,
        )
    for upload_id, owner_id in {"mine": "ana", "also": "ana", "half": "ana", "bens": "ben"}.items():
        await storage.uploads.add_upload(an_upload(upload_id, owner_id=owner_id), quota_bytes=10_000)
        if upload_id != "half":
            await storage.uploads.finish(upload_id, FileFacts("image/png", 90, 30, 20))


async def do(storage, step):
    if isinstance(step, list):
        return await storage.log.append(step)
    action, conversation_id, user_id = step
    return await getattr(storage.conversations, action)(conversation_id, user_id, user_id, NOW)


def comparable(answer):
    """An answer without the ids that each inside makes for itself."""
    if isinstance(answer, NovaError):
        return answer.code
    if hasattr(answer, "duplicate"):
        message = answer.message
        return replace(message, message_id=""), answer.duplicate
    return answer


def comparable_all(answers):
    return [list(map(comparable, answer)) if isinstance(answer, list) else answer for answer in answers]


async def run_both(script, settings):
    publisher = FakePublisher()
    fake = FakeStorage(FakePublisher(), FixedClock())
    await prepare(fake)
    expected = [await do(fake, step) for step in script]
    async with open_storage(settings, publisher, clock=FixedClock()) as storage:
        await prepare(storage)
        # All at once, so that the writer groups them as it likes.
        answers = await asyncio.gather(*(do(storage, step) for step in script))
        logs = {room: await storage.log.read_events(room, after_seq=0, limit=500) for room in ROOMS}
        newest = {"before_seq": None, "after_seq": None, "limit": 1}
        last_seqs = {room: (await storage.log.read_page(room, **newest)).last_seq for room in ROOMS}
    assert comparable_all(answers) == comparable_all(expected)
    return answers, logs, last_seqs, publisher


@settings(max_examples=40, deadline=None)
@given(script=st.lists(steps, max_size=12))
def test_log_is_gap_free_and_every_repeat_gets_the_first_answer(script, make_database, tmp_path_factory):
    own = Settings(data_dir=tmp_path_factory.mktemp("data"))
    make_database(own)
    answers, logs, last_seqs, publisher = asyncio.run(run_both(script, own))

    first = {}
    for step, results in zip(script, answers, strict=True):
        for draft, result in zip(step, results, strict=True) if isinstance(step, list) else ():
            if isinstance(result, NovaError):
                assert result.code in {ErrorCode.NOT_FOUND, ErrorCode.KEY_REUSED, ErrorCode.FILE_NOT_READY}
                continue
            key = (draft.author_id, draft.client_id)
            assert result.duplicate == (key in first)
            assert first.setdefault(key, result.message) == result.message
    published = defaultdict(list)
    for event in publisher.events:
        published[event.conversation_id].append(event)
    for room, events in logs.items():
        assert [event.seq for event in events] == list(range(1, last_seqs[room] + 1))
        assert published[room] == list(events)
