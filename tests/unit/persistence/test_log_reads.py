"""A stretch of a long conversation costs its own rows and a few steps in the index."""

import pytest
from sqlalchemy import event

from nova_app.domain.models import ConversationKind
from nova_app.persistence.storage import open_storage
from tests.builders import a_draft, a_user
from tests.fakes import FakePublisher

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("made_database")]

MESSAGES = 2_000


@pytest.fixture
async def storage(anyio_backend, settings, clock):
    async with open_storage(settings, FakePublisher(), clock=clock) as opened:
        await opened.accounts.add_user(a_user())
        await opened.conversations.create(
            conversation_id="room",
            kind=ConversationKind.GROUP,
            title="Room",
            creator_id="ana",
            member_ids=[],
            creation_key=None,
            created_at=clock.now(),
        )
        for hour in range(MESSAGES // 500):
            clock.advance(3_600)
            await opened.log.append([a_draft(f"c{hour}-{number}") for number in range(500)])
        yield opened


async def plans_of(storage, read):
    """The plan of every statement that the read runs, through SQLAlchemy or not."""
    engine = await storage.reader.run(lambda session: session.get_bind())
    asked = []

    def remember(raw, record, proxy):
        raw.set_trace_callback(asked.append)

    def forget(raw, record):
        raw.set_trace_callback(None)

    event.listen(engine, "checkout", remember)
    event.listen(engine, "checkin", forget)
    result = await read()
    event.remove(engine, "checkout", remember)
    event.remove(engine, "checkin", forget)

    def explain(session):
        connection = session.connection()
        return [
            " ".join(row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}"))
            for statement in asked
            if statement.strip().startswith("SELECT")
        ]

    return result, await storage.reader.run(explain)


@pytest.mark.parametrize("kind", ["newest", "before", "after", "around", "at"])
async def test_every_read_goes_through_the_index_of_numbers(storage, clock, kind):
    def read():
        if kind in ("newest", "before", "after"):
            before, after = {"newest": (None, None), "before": (900, None), "after": (None, 900)}[kind]
            return storage.log.read_page("room", before_seq=before, after_seq=after, limit=50)
        return storage.log.read_around("room", 900 if kind == "around" else clock.now(), limit=50)

    page, plans = await plans_of(storage, read)

    assert len(page.items) == 50
    assert 1 <= len(plans) <= 20
    for plan in plans:
        assert "SCAN" not in plan
        assert "TEMP B-TREE" not in plan
        is_by_number = "conversation_id=? AND seq>? AND seq<?" in plan
        assert is_by_number or plan.startswith(("SEARCH conversation", "SEARCH user")), plan


async def test_the_moment_is_found_in_a_long_conversation(storage, clock):
    page = await storage.log.read_around("room", clock.now(), limit=2)

    assert page.target_seq == MESSAGES - 499


READS = {
    "list": lambda storage: storage.conversations.list_summaries("ana"),
    "arrival": lambda storage: storage.arrivals.read("ana"),
}


@pytest.mark.parametrize("read", READS)
async def test_unread_messages_are_counted_through_indexes(storage, read):
    _, plans = await plans_of(storage, lambda: READS[read](storage))

    counted = next(plan for plan in plans if "mention" in plan)
    assert (
        "SEARCH n USING COVERING INDEX sqlite_autoindex_mention_1 (conversation_id=? AND user_id=? AND seq>?)"
        in counted
    )
    assert counted.count("SEARCH m USING INDEX sqlite_autoindex_message_3 (conversation_id=? AND seq") == 2
    assert not any("SCAN m" in plan for plan in plans)
