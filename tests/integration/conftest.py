"""A whole Nova in this process, without a network and without pages."""

from __future__ import annotations

import contextlib
import functools
import os

import httpx
import pytest

from nova_app.container import open_container
from tests.asgi import BASE, SocketDriver, gated
from tests.commands import Commands
from tests.shells import WireDriver, serving


@pytest.fixture(scope="session")
def commands():
    """Runs ``nova`` commands in processes of their own."""
    with contextlib.closing(Commands()) as started:
        yield started


@pytest.fixture
async def nova(settings, made_database):
    """An open container over a fresh database."""
    async with open_container(settings) as container:
        yield container


@pytest.fixture
async def browser(nova):
    """Makes HTTP clients that keep their own cookies, as browsers of this Nova's page."""
    async with contextlib.AsyncExitStack() as stack:

        async def make(origin=BASE, **headers):
            transport = httpx.ASGITransport(gated(nova), raise_app_exceptions=False)
            sent = {"Origin": origin, **headers} if origin else headers
            return await stack.enter_async_context(httpx.AsyncClient(base_url=BASE, transport=transport, headers=sent))

        yield make


@pytest.fixture
def register(browser):
    """Registers a user and gives their client, with ``user_id`` and ``username`` on it."""

    async def make(username):
        client = await browser()
        body = {"username": username, "display_name": username.title(), "password": "correct horse battery"}
        answer = await client.post("/api/v1/auth/register", json=body)
        assert answer.status_code == 201, answer.text
        client.user_id, client.username = answer.json()["user_id"], username
        return client

    return make


@pytest.fixture
def shell(request):
    """Which shell carries the sockets of ``connect``: ``direct`` is ASGI without a network.

    ``NOVA_SOCKET_SHELL=fast`` (or ``asgi``) takes a whole run over a real connection.
    """
    is_direct = request.node.get_closest_marker("direct") is not None
    return "direct" if is_direct else os.environ.get("NOVA_SOCKET_SHELL", "direct")


@pytest.fixture
async def make_driver(nova, shell):
    """Makes the client's end of a messaging socket."""
    if shell == "direct":
        yield functools.partial(SocketDriver, gated(nova))
        return
    async with serving(nova, shell) as address:
        yield functools.partial(WireDriver, address)


@pytest.fixture
async def connect(make_driver):
    """Opens messaging sockets for clients; closes them at the end."""
    drivers = []

    async def open_socket(client, *, hello=True, cursors=None, origin=BASE):
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items()) if client else ""
        driver = make_driver(cookie=cookie, origin=origin)
        drivers.append(driver)
        await driver.open()
        if hello:
            await driver.hello(cursors or {})
        return driver

    yield open_socket
    for driver in drivers:
        await driver.close()


@pytest.fixture
def group(register):
    """Registers people and puts them into one group; gives their clients and the group's id."""

    async def make(*usernames):
        clients = [await register(name) for name in usernames]
        body = {"kind": "group", "title": "Team", "members": list(usernames[1:])}
        answer = await clients[0].post("/api/v1/conversations", json=body)
        assert answer.status_code == 201, answer.text
        return clients, answer.json()["id"]

    return make
