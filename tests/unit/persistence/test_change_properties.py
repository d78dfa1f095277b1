"""Whatever is sent, edited, deleted and reacted to, in any order and again: the log is what the model says."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from nova_app.domain.errors import NovaError
from nova_app.domain.events import Draft, MessagePosted
from nova_app.domain.message_changes import Delete, Edit, React
from nova_app.domain.models import ConversationKind, Role
from nova_app.domain.search import parse
from nova_app.persistence.storage import open_storage
from nova_app.settings import Settings
from tests.builders import a_user
from tests.fakes import FakePublisher, FakeStorage
from tests.log_model import present_form

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE = ("ana", "ben", "cleo")
TEXTS = ("apple", "pear @ben", "plum @all", " ")

people, keys, texts = st.sampled_from(PEOPLE), st.sampled_from(["k1", "k2", "k3", "k4"]), st.sampled_from(TEXTS)
messages = st.integers(0, 4)
"""Which message is meant: the last but so many; beyond the first one that does not exist."""
steps = st.one_of(
    st.tuples(st.just("send"), people, keys, texts, st.none() | messages),
    st.tuples(st.just("edit"), people, keys, messages, texts, st.none() | st.integers(0, 12)),
    st.tuples(st.just("delete"), people, keys, messages),
    st.tuples(st.just("react"), people, keys, messages, st.sampled_from(["👍", "❤️"]), st.booleans()),
    st.tuples(st.sampled_from(["add_member", "leave"]), people),
    st.tuples(st.just("remove_member"), people, people),
    st.tuples(st.just("change_role"), people, people, st.sampled_from(Role)),
    st.tuples(st.just("rename"), people, st.sampled_from(["Room", "Plans"])),
)


MEMBERSHIP_STEPS = {
    "add_member": lambda rooms, user_id: rooms.add_member("room", user_id, user_id, NOW),
    "leave": lambda rooms, user_id: rooms.remove_member("room", user_id, user_id, NOW),
    "remove_member": lambda rooms, actor_id, user_id: rooms.remove_member("room", user_id, actor_id, NOW),
    "change_role": lambda rooms, actor_id, user_id, role: rooms.change_role("room", user_id, role, actor_id),
    "rename": lambda rooms, actor_id, title: rooms.rename("room", title, actor_id, NOW),
}


class FixedClock:
    def now(self):
        return NOW


async def prepare(storage):
    for name in PEOPLE:
        await storage.accounts.add_user(a_user(name))
    await storage.conversations.create(
        conversation_id="room",
        kind=ConversationKind.GROUP,
        title="Room",
        creator_id="ana",
        member_ids=["ben"],
        creation_key=None,
        created_at=NOW,
    )


async def do(storage, step, sent):
    """The answer to a step; ``sent`` are the ids of messages so far."""
    kind, user_id, *rest = step
    if kind in MEMBERSHIP_STEPS:
        try:
            return await MEMBERSHIP_STEPS[kind](storage.conversations, user_id, *rest)
        except NovaError as refusal:
            return refusal
    key = rest[0]
    if kind == "send":
        text, replied = rest[1:]
        (answer,) = await storage.log.append([Draft(user_id, key, "room", text, (), _id(sent, replied))])
        if not isinstance(answer, NovaError) and not answer.duplicate:
            sent.append(answer.message.message_id)
        return answer
    place = (user_id, key, "room", _id(sent, rest[1]))
    change = {"edit": Edit, "delete": Delete, "react": React}[kind](*place, *rest[2:])
    (answer,) = await storage.log.change([change])
    return answer


def _id(sent, number):
    if number is None:
        return None
    return sent[-1 - number] if number < len(sent) else "none"


def comparable(value, sent):
    """A value without the ids that each inside makes for itself, and without the order of sets."""
    if isinstance(value, NovaError):
        return value.code
    if hasattr(value, "message"):
        return comparable(value.message, sent), value.duplicate
    changes = {}
    if hasattr(value, "message_id") and value.message_id in sent:
        changes["message_id"] = sent.index(value.message_id)
    if getattr(value, "reply_to", None):
        changes["reply_to"] = replace(value.reply_to, message_id=sent.index(value.reply_to.message_id))
    if hasattr(value, "recounted"):
        changes["recounted"] = sorted(value.recounted)
    return replace(value, **changes) if changes else value


async def state_of(storage, sent):
    """Everything that can be read after a script."""
    events = await storage.log.read_events("room", after_seq=0, limit=500)
    page = await storage.log.read_page("room", before_seq=None, after_seq=None, limit=100)
    members = [name for name in PEOPLE if await storage.conversations.find_standing("room", name)]
    versions = [await storage.log.read_versions(message_id) for message_id in sent]
    lists = {
        name: [
            replace(summary, last_message=summary.last_message and comparable(summary.last_message, sent))
            for summary in await storage.conversations.list_summaries(name)
        ]
        for name in members
    }
    return {
        "events": [comparable(event, sent) for event in events],
        "items": [comparable(item, sent) for item in page.items],
        "page_events": list(page.events),
        "last_seq": page.last_seq,
        "versions": [list(version) for version in versions],
        "lists": lists,
    }


async def run_both(script, settings):
    fake, publisher = FakeStorage(FakePublisher(), FixedClock()), FakePublisher()
    await prepare(fake)
    fake_sent, sent = [], []
    async with open_storage(settings, publisher, clock=FixedClock()) as storage:
        await prepare(storage)
        for step in script:
            expected = comparable(await do(fake, step, fake_sent), fake_sent)
            assert comparable(await do(storage, step, sent), sent) == expected
        assert await state_of(storage, sent) == await state_of(fake, fake_sent)
        events = list(await storage.log.read_events("room", after_seq=0, limit=500))
        found = {}
        for member in ("ana", "ben"):
            if await storage.conversations.find_standing("room", member):
                for word in ("apple", "pear", "plum"):
                    hits = await storage.search.find_messages(member, parse(word), within=None, before=None, limit=99)
                    found[word] = {hit.message.message_id for hit in hits.hits}
    return events, publisher.events, found


@settings(max_examples=60, deadline=None)
@given(script=st.lists(steps, max_size=25))
def test_the_log_is_what_the_model_says_and_a_replay_of_what_was_published_gives_it_again(
    script, make_database, tmp_path_factory
):
    own = Settings(data_dir=tmp_path_factory.mktemp("data"))
    make_database(own)
    events, published, found = asyncio.run(run_both(script, own))

    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert present_form(published) == events
    assert present_form(events) == events, "a replay of the present form changes nothing"
    messages = [event for event in events if isinstance(event, MessagePosted)]
    for word, hits in found.items():
        assert hits == {message.message_id for message in messages if word in message.text}
