import asyncio
import logging
import re
import threading

import pytest
from sqlalchemy import event
from sqlmodel import SQLModel

from nova_app.domain.errors import ErrorCode, Refused, Unavailable
from nova_app.domain.events import Position
from nova_app.domain.models import ConversationKind
from nova_app.observability.request_context import current_account
from nova_app.persistence import append_messages, enqueue, mentions, message_columns, positions
from nova_app.persistence.engine import create_write_engine, raw_connection, raw_transaction
from nova_app.persistence.storage import open_storage
from nova_app.persistence.tables import User, to_row
from nova_app.persistence.writer import RETRY_SECONDS
from tests.builders import a_draft, a_user
from tests.fakes import FakePublisher

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("made_database")]


@pytest.fixture
def publisher():
    return FakePublisher()


@pytest.fixture
async def storage(anyio_backend, settings, publisher, clock):
    async with open_storage(settings, publisher, clock=clock) as opened:
        await open_room(opened, clock)
        yield opened


async def open_room(storage, clock):
    await storage.accounts.add_user(a_user("ana"))
    await storage.conversations.create(
        conversation_id="room",
        kind=ConversationKind.GROUP,
        title="Room",
        creator_id="ana",
        member_ids=[],
        creation_key=None,
        created_at=clock.now(),
    )


class Gate:
    """Holds the writer's thread, so that what follows waits together."""

    def __init__(self, storage):
        self._open = threading.Event()
        self._entered = threading.Event()
        self.passed = storage.writer.run(self._hold)

    async def entered(self):
        await asyncio.to_thread(self._entered.wait)

    def open(self):
        self._open.set()

    def _hold(self, session):
        self._entered.set()
        self._open.wait()


async def held(storage):
    gate = Gate(storage)
    await gate.entered()
    return gate


async def test_what_arrives_during_a_commit_is_committed_as_one_group(storage, publisher):
    gate = await held(storage)
    waiting = [storage.log.append([a_draft(f"c{n}")]) for n in range(20)]

    gate.open()
    results = await asyncio.gather(*waiting)

    assert [result.message.seq for (result,) in results] == list(range(1, 21))
    assert [len(batch) for batch in publisher.batches] == [20]


async def test_batch_is_capped(anyio_backend, settings, publisher, clock):
    async with open_storage(settings, publisher, clock=clock, max_batch=3) as storage:
        await open_room(storage, clock)
        gate = await held(storage)
        waiting = [storage.log.append([a_draft(f"c{n}")]) for n in range(7)]

        gate.open()
        await asyncio.gather(*waiting)

    assert [len(batch) for batch in publisher.batches] == [3, 3, 1]


async def test_answers_are_set_before_events_are_published(storage, publisher, monkeypatch):
    seen = []
    waiting = []
    monkeypatch.setattr(publisher, "publish", lambda events: seen.append(waiting[0].done()))

    waiting.append(storage.log.append([a_draft("c1")]))
    await waiting[0]

    assert seen == [True]


async def test_events_are_published_even_if_the_sender_has_gone(storage, publisher):
    gate = await held(storage)

    async def send():
        await storage.log.append([a_draft("c1")])

    sender = asyncio.create_task(send())
    await asyncio.sleep(0)
    sender.cancel()
    await asyncio.wait([sender])
    gate.open()
    await storage.log.append([a_draft("c2")])

    assert [event.client_id for event in publisher.events] == ["c1", "c2"]


async def test_failing_publisher_does_not_hurt_the_writer(storage, publisher, monkeypatch, caplog):
    def fail(events):
        raise RuntimeError("nobody listens")

    monkeypatch.setattr(publisher, "publish", fail)

    with caplog.at_level(logging.CRITICAL):
        results = [await storage.log.append([a_draft(f"c{n}")]) for n in range(2)]

    assert [result.message.seq for (result,) in results] == [1, 2]


async def test_failing_write_touches_nobody_else_of_its_batch(storage, publisher):
    def fail(session):
        session.add(to_row(User, a_user("half")))
        session.flush()
        raise Refused(ErrorCode.NOT_FOUND)

    gate = await held(storage)
    before = storage.log.append([a_draft("c1")])
    failing = storage.writer.run(fail)
    user = asyncio.ensure_future(storage.accounts.add_user(a_user("ben")))
    await asyncio.sleep(0)
    after = storage.log.append([a_draft("c2")])
    gate.open()

    with pytest.raises(Refused):
        await failing
    await user
    assert [(await before)[0].message.seq, (await after)[0].message.seq] == [1, 2]
    assert await storage.accounts.find_user("half") is None
    assert await storage.accounts.find_user("ben") is not None
    assert len(publisher.batches) == 1


async def test_write_with_broken_sql_is_unavailable_and_alone(storage, caplog):
    gate = await held(storage)
    failing = storage.writer.run(lambda session: session.connection().exec_driver_sql("SELECT * FROM nowhere"))
    beside = storage.log.append([a_draft("c1")])
    gate.open()

    with caplog.at_level(logging.CRITICAL), pytest.raises(Unavailable):
        await failing
    assert (await beside)[0].message.seq == 1


async def test_lost_transaction_refuses_its_whole_batch_and_the_writer_goes_on(storage, publisher, caplog):
    def lose(session):
        session.connection().exec_driver_sql("ROLLBACK")
        raise ValueError("the database gave up")

    gate = await held(storage)
    message = storage.log.append([a_draft("c1"), a_draft("c2")])
    lost = storage.writer.run(lose)
    position = storage.conversations.advance(Position("read", "room", "ana", 1))
    waiting = asyncio.ensure_future(position)
    await asyncio.sleep(0)

    with caplog.at_level(logging.CRITICAL):
        gate.open()
        refusals = await message
        faults = await asyncio.gather(lost, waiting, return_exceptions=True)

    assert [fault.code for fault in (*refusals, *faults)] == [ErrorCode.STORAGE_UNAVAILABLE] * 4
    assert publisher.events == []
    assert (await storage.log.append([a_draft("c1")]))[0].message.seq == 1


async def test_full_disk_refuses_and_the_log_stays_whole(storage, publisher, caplog):
    def limit(pages):
        def write(session):
            session.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages}")

        return write

    await storage.writer.run(limit(1))
    with caplog.at_level(logging.CRITICAL):
        refused = [
            await storage.log.append([a_draft(f"big{n}", text="x" * 10_000), a_draft(f"more{n}", text="x" * 10_000)])
            for n in range(3)
        ]
    assert {result.code for results in refused for result in results} == {ErrorCode.STORAGE_UNAVAILABLE}
    assert publisher.events == []

    await storage.writer.run(limit(1_000_000))
    (result,) = await storage.log.append([a_draft("big0", text="x" * 10_000)])

    assert (result.duplicate, result.message.seq) == (False, 1)


async def test_a_backlog_of_one_account_delays_nobody_else(anyio_backend, settings, publisher, clock):
    async with open_storage(settings, publisher, clock=clock, max_batch=4) as storage:
        await open_room(storage, clock)
        gate, waiting = await held(storage), []
        for account, texts in (("ana", [f"a{n}" for n in range(12)]), ("ben", ["b0", "b1"]), ("cleo", ["c0"])):
            current_account.set(account)
            waiting += [storage.log.append([a_draft(text)]) for text in texts]
        gate.open()
        await asyncio.gather(*waiting)

    order = [event.client_id for event in publisher.events]
    assert order[:6] == ["a0", "b0", "c0", "a1", "b1", "a2"]
    assert order[6:] == [f"a{n}" for n in range(3, 12)], "each account's own order stays"


async def test_too_much_waiting_is_refused_at_once(storage, monkeypatch):
    monkeypatch.setattr(storage.writer, "_max_waiting", 3)
    gate = await held(storage)

    waiting = [storage.log.append([a_draft(f"c{n}")]) for n in range(4)]
    assert [future.done() for future in waiting] == [False, False, True, True]
    gate.open()
    results = [(await future)[0] for future in waiting]

    assert [result.code for result in results[2:]] == [ErrorCode.STORAGE_UNAVAILABLE] * 2
    assert [result.retry_after_seconds for result in results[2:]] == [RETRY_SECONDS] * 2
    assert (await storage.log.append([a_draft("c9")]))[0].message.seq == 3


async def test_closing_commits_and_publishes_what_waits(anyio_backend, settings, publisher, clock):
    async with open_storage(settings, publisher, clock=clock) as storage:
        await open_room(storage, clock)
        waiting = [storage.log.append([a_draft(f"c{n}")]) for n in range(50)]

    results = await asyncio.gather(*waiting)
    assert [result.message.seq for (result,) in results] == list(range(1, 51))
    assert len(publisher.events) == 50


async def test_closed_writer_refuses(anyio_backend, settings, publisher, clock):
    async with open_storage(settings, publisher, clock=clock) as storage:
        pass

    (refusal,) = await storage.log.append([a_draft("c1")])
    assert refusal.code is ErrorCode.STORAGE_UNAVAILABLE
    with pytest.raises(Unavailable):
        await storage.writer.run(lambda session: None)


async def test_member_event_and_messages_of_one_batch_are_published_in_log_order(storage, publisher, clock):
    await storage.accounts.add_user(a_user("ben"))
    gate = await held(storage)
    storage.log.append([a_draft("c1")])
    joined = asyncio.ensure_future(storage.conversations.add_member("room", "ben", "ana", clock.now()))
    await asyncio.sleep(0)
    last = storage.log.append([a_draft("c3", author_id="ben")])
    gate.open()
    await asyncio.gather(joined, last)

    assert [event.seq for event in publisher.events] == [1, 2, 3]
    assert len(publisher.batches) == 1


async def test_check_says_that_all_is_well_and_what_is_not(storage):
    await storage.readiness.check()
    assert not any(storage.readiness.report().values())

    await storage.writer.run(
        lambda session: session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'x'")
    )

    await storage.readiness.check()
    assert "revision x" in storage.readiness.report()["migrations"]


async def test_database_is_durable_and_guarded(storage):
    def read(session):
        run = session.connection().exec_driver_sql
        return [run(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")]

    assert await storage.writer.run(read) == ["wal", 2, 1]


async def test_what_a_send_causes_is_committed_without_sqlalchemy(storage):
    begun = []
    event.listen(storage.writer._connection.engine, "begin", begun.append)

    (posted,) = await storage.log.append([a_draft()])
    await storage.writer.advance(Position("read", "room", "ana", posted.message.seq))
    assert begun == []

    await storage.writer.run(lambda session: None)
    assert len(begun) == 1


async def test_raw_transaction_that_fails_leaves_nothing(storage):
    raw = raw_connection(storage.writer._connection)

    def fail():
        with raw_transaction(raw):
            raw.execute("UPDATE conversation SET last_seq = 7")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert not raw.in_transaction
    assert raw.execute("SELECT last_seq FROM conversation").fetchall() == [(0,)]


STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE)\s")


@pytest.mark.parametrize("module", [append_messages, enqueue, mentions, message_columns, positions])
def test_raw_statements_name_columns_of_the_declared_tables(tmp_path, module):
    engine = create_write_engine(tmp_path / "declared.db")
    SQLModel.metadata.create_all(engine)
    statements = [value for value in vars(module).values() if isinstance(value, str) and STATEMENT.match(value)]
    with engine.connect() as connection:
        raw = raw_connection(connection)
        for statement in statements:
            raw.execute(f"EXPLAIN {statement}", [None] * statement.count("?"))
    assert statements
    engine.dispose()
