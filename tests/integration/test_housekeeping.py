"""What Nova does by itself so that a data directory stays small, and what files together may take."""

import sqlite3
from datetime import timedelta

import pytest

from nova_app.container import open_container
from nova_app.domain.events import Draft
from nova_app.domain.models import ConversationKind
from nova_app.domain.probing import title_of
from nova_app.persistence.storage import open_storage
from tests.asgi import eventually, services_of
from tests.builders import a_picture, a_session, a_user
from tests.fakes import FakePublisher

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("made_database")]


async def test_ended_sessions_are_swept_and_others_stay(settings, clock):
    async with open_storage(settings, FakePublisher()) as storage:
        await storage.accounts.add_user(a_user("ana"))
        now = clock.now()
        moments = {"fresh": (now, now), "idle": (now - timedelta(days=40), now - timedelta(days=31))}
        moments["old"] = (now - timedelta(days=91), now)
        for name, (created, seen) in moments.items():
            await storage.accounts.add_session(
                a_session("ana", id=name, secret_hash=name, created_at=created, seen_at=seen)
            )

        swept = await storage.accounts.delete_ended_sessions(
            seen_before=now - timedelta(days=30), created_before=now - timedelta(days=90)
        )

        assert swept == 2
        assert [session.id for session in await storage.accounts.list_sessions("ana")] == ["fresh"]


async def test_sessions_that_ended_are_swept_while_nova_runs(settings, register, nova):
    ana = await register("ana")
    with sqlite3.connect(settings.database_path) as connection:
        connection.execute("UPDATE session SET seen_at = '2020-01-01T00:00:00.000000Z'")
    connection.close()
    assert ana.user_id

    assert await services_of(nova).sessions.sweep() == 1


async def test_files_of_all_accounts_together_are_bounded(settings):
    bounded = settings.model_copy(update={"storage_max_gb": 0.001})
    async with open_container(bounded) as nova:
        uploads = services_of(nova).uploads
        users = services_of(nova).accounts
        first, _ = await users.register(
            username="ana", display_name="Ana", password="correct horse battery", address="a"
        )
        second, _ = await users.register(
            username="ben", display_name="Ben", password="correct horse battery", address="a"
        )
        await uploads.announce(first.user_id, name="a", size_bytes=600_000, key="1")
        with pytest.raises(Exception, match="1073741 bytes") as refusal:
            await uploads.announce(second.user_id, name="b", size_bytes=600_000, key="2")
        assert refusal.value.code == "quota_exceeded"
        assert (await uploads.announce(second.user_id, name="b", size_bytes=400_000, key="3")).size_bytes == 400_000


@pytest.mark.parametrize(("from_messages", "is_expected"), [(0, True), (50_000, False)])
async def test_a_database_is_analysed_once_it_is_large(settings, monkeypatch, from_messages, is_expected):
    from nova_app.persistence import optimization

    monkeypatch.setattr(optimization, "ANALYSED_FROM_MESSAGES", from_messages)
    async with open_storage(settings, FakePublisher()) as storage:
        await storage.accounts.add_user(a_user("ana"))
        await storage.optimize()
    with sqlite3.connect(settings.database_path) as connection:
        found = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'").fetchone()[0]
    connection.close()
    assert bool(found) is is_expected


async def test_the_database_is_optimised_while_nova_runs(nova):
    metrics = services_of(nova).instruments.metrics
    name = "nova_task_last_success_timestamp_seconds"
    for task in ("optimize", "sweep_sessions", "measure_storage"):
        assert await eventually(lambda task=task: metrics.registry.get_sample_value(name, {"task": task}))


async def test_what_takes_the_room_is_measured_while_nova_runs(nova, register):
    ana = await register("ana")
    await ana.post("/api/v1/uploads", files={"file": ("a.png", a_picture())})
    metrics = services_of(nova).instruments.metrics

    def size(kind):
        return metrics.registry.get_sample_value("nova_storage_bytes", {"kind": kind})

    assert await eventually(lambda: size("database"))


PROBE_DAYS, PROBES_A_DAY = 8, 2_880
MOST_BYTES_A_DAY = 1_000_000 / 30


async def test_the_prober_adds_less_than_a_megabyte_in_a_month(settings, clock):
    """Each day's conversation goes with the day, and the room of one day is used again by the next."""
    sizes = []
    async with open_storage(settings, FakePublisher(), clock=clock) as storage:
        for name in ("writer", "reader"):
            await storage.accounts.add_user(a_user(name))
        for day in range(PROBE_DAYS):
            room = f"room-{day}"
            await storage.conversations.create(
                conversation_id=room,
                kind=ConversationKind.GROUP,
                title=title_of(clock.now().date()),
                creator_id="writer",
                member_ids=["reader"],
                creation_key=None,
                created_at=clock.now(),
            )
            for first in range(0, PROBES_A_DAY, 240):
                drafts = [
                    Draft("writer", f"{day}-{number}", room, "Is anybody there?")
                    for number in range(first, first + 240)
                ]
                await storage.log.append(drafts)
            if day:
                for name in ("writer", "reader"):
                    await storage.conversations.remove_member(f"room-{day - 1}", name, name, clock.now())
                await storage.conversations.remove_probes()
            await storage.optimize()
            clock.advance(86_400)
            sizes.append(await storage.writer.run(pages_of))
    # The first days make the room that the later ones use again.
    assert max(sizes) - sizes[3] < MOST_BYTES_A_DAY * (PROBE_DAYS - 4), sizes


def pages_of(session):
    """The bytes of the database."""
    connection = session.connection()
    return connection.exec_driver_sql("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").scalar()
