"""The prober against a served Nova: a conversation a day, the old one removed whole, nothing left at a start."""

import asyncio
import contextlib
import sqlite3
from datetime import date

import pytest
import uvicorn

from nova_app.observability.catalogue import PROBE
from nova_app.observability.metrics import Metrics
from nova_app.persistence.consistency import check
from nova_app.probe import Account, Prober
from tests.asgi import eventually, gated, services_of
from tests.processes import free_port

pytestmark = pytest.mark.anyio
MONDAY, TUESDAY = date(2026, 11, 30), date(2026, 12, 1)


@pytest.fixture
async def origin(nova):
    """Where this Nova is served."""
    config = uvicorn.Config(
        gated(nova), host="127.0.0.1", port=free_port(), ws="websockets-sansio", lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    yield f"http://127.0.0.1:{config.port}"
    server.should_exit = True
    await serving


@pytest.fixture
def accounts(register):
    async def make():
        for name in ("probe-writer", "probe-reader"):
            await register(name)
        return [Account("probe-writer", "correct horse battery"), Account("probe-reader", "correct horse battery")]

    return make


def rows(settings, statement):
    with contextlib.closing(sqlite3.connect(settings.database_path)) as connection:
        return connection.execute(statement).fetchall()


async def test_each_day_has_a_conversation_and_the_old_one_is_removed_whole(nova, origin, accounts, settings):
    today = [MONDAY]
    prober = Prober(origin, await accounts(), Metrics(families=PROBE), today=lambda: today[0])
    for _ in range(3):
        assert await prober.probe() is not None
    today[0] = TUESDAY
    assert await prober.probe() is not None
    assert await prober.probe() is not None
    ((old,),) = rows(settings, f"SELECT id FROM conversation WHERE title LIKE '%{MONDAY}'")
    before = rows(settings, "SELECT count(*) FROM message_search WHERE message_search MATCH 'anybody'")

    await services_of(nova).uploads.drop_unused(await conversations_of(nova).remove_probes())

    assert rows(settings, "SELECT title FROM conversation") == [(f"Nova's prober {TUESDAY}",)]
    assert rows(settings, "SELECT count(*) FROM message_search WHERE message_search MATCH 'anybody'") == [(2,)]
    assert before == [(5,)]
    for table in ("message", "change", "member"):
        assert rows(settings, f"SELECT count(*) FROM {table} WHERE conversation_id = '{old}'") == [(0,)]
    assert check(settings).is_clean
    assert await prober.probe() is not None


async def test_a_conversation_of_people_is_never_removed(nova, group, settings):
    (ana, ben), _ = await group("ana", "ben")
    (room,) = (await ana.get("/api/v1/conversations")).json()["items"]
    for client in (ana, ben):
        await client.delete(f"/api/v1/conversations/{room['id']}/members/me")

    assert await conversations_of(nova).remove_probes() == []

    assert rows(settings, "SELECT count(*) FROM conversation") == [(1,)]


async def test_a_prober_that_starts_again_leaves_no_tokens_and_no_sessions(origin, accounts, settings):
    made = await accounts()
    sessions = rows(settings, "SELECT count(*) FROM session")
    for _ in range(3):
        again = [Account(account.username, account.password) for account in made]
        assert await Prober(origin, again, Metrics(families=PROBE)).probe() is not None

    assert rows(settings, "SELECT count(*) FROM api_token") == [(2,)]
    assert rows(settings, "SELECT count(*) FROM session") == sessions
    assert rows(settings, "SELECT count(*) FROM conversation") == [(1,)]


async def test_two_probers_of_the_same_accounts_recover_from_each_other(origin, accounts):
    made = await accounts()
    first, second = (
        Prober(origin, [Account(one.username, one.password) for one in made], Metrics(families=PROBE)) for _ in range(2)
    )
    assert await first.probe() is not None
    assert await second.probe() is not None  # ends the tokens of the first

    assert await first.probe() is None
    assert [await first.probe() for _ in range(2)][-1] is not None


async def test_a_prober_whose_conversation_is_gone_opens_another(origin, accounts, settings):
    prober = Prober(origin, await accounts(), Metrics(families=PROBE))
    assert await prober.probe() is not None
    with contextlib.closing(sqlite3.connect(settings.database_path)) as connection, connection:
        connection.execute("DELETE FROM member")

    assert await prober.probe() is None
    assert await prober.probe() is not None


def conversations_of(nova):
    """The repository behind the conversations' service."""
    return services_of(nova).conversations._conversations
