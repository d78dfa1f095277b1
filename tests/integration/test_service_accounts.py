"""The server's own programs have accounts that are made directly, and never the admin's."""

import asyncio
import contextlib

import pytest

from nova_app import demo, probe
from nova_app.settings import Settings
from tests.asgi import services_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"registration": ""})


async def list_accounts(nova):
    return [line.user for line in await services_of(nova).administration.list_accounts()]


async def test_the_prober_has_two_service_accounts_which_it_keeps(nova, settings):
    first = await probe.find_accounts(settings)
    again = await probe.find_accounts(settings)
    assert [account.username for account in first] == [account.username for account in again]
    accounts = await list_accounts(nova)
    assert [(user.is_service, user.is_admin) for user in accounts] == [(True, False)] * 2


async def test_a_prober_of_a_server_elsewhere_takes_its_accounts_from_settings(tmp_path):
    settings = Settings(data_dir=tmp_path, probe_writer="w:one", probe_reader="r:two:three")
    found = await probe.find_accounts(settings)
    assert [(account.username, account.password) for account in found] == [("w", "one"), ("r", "two:three")]


async def test_the_demos_people_are_service_accounts(nova, settings, monkeypatch):
    async def ready(base):
        return None

    monkeypatch.setattr(demo, "_wait_for", ready)
    with contextlib.suppress(Exception):  # no server listens here: their first call fails
        async with asyncio.timeout(20):
            await demo.talk(settings.model_copy(update={"port": 1}))
    accounts = await list_accounts(nova)
    assert len(accounts) == len(demo.PEOPLE) + 1
    assert {(user.is_service, user.is_admin) for user in accounts} == {(True, False)}
    assert (await services_of(nova).registration.read_standing()).is_first
