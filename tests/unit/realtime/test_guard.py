"""A socket that is not Nova's own ends with the session that opened it."""

import asyncio

import pytest

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.events import Identity
from nova_app.observability.instruments import create_instruments
from nova_app.protocol.published import encode_published
from nova_app.realtime.guard import SessionGuard
from nova_app.realtime.hub import MemoryHub

pytestmark = pytest.mark.anyio


async def authenticate(credentials):
    if credentials.session_secret != "good":
        raise Refused(ErrorCode.NOT_SIGNED_IN)
    return Identity("ana", "session-1")


async def echo(scope, receive, send):
    """Stands for the other socket: takes messages until it is told that the peer has gone."""
    while (message := await receive())["type"] != "websocket.disconnect":
        await send({"type": "websocket.send", "text": message["text"]})
    await send({"type": "gone", "code": message["code"]})


class Rig:
    def __init__(self, cookie, query=b""):
        self.hub = MemoryHub(create_instruments().deliveries, encode_published)
        self.to_app, self.from_app = asyncio.Queue(), asyncio.Queue()
        scope = {"type": "websocket", "path": "/_event", "query_string": query, "headers": [(b"cookie", cookie)]}
        guard = SessionGuard(self.hub, authenticate)
        self.task = asyncio.create_task(guard(echo, scope, self.to_app.get, self.from_app.put))

    async def talk(self, text):
        await self.to_app.put({"type": "websocket.receive", "text": text})
        return (await asyncio.wait_for(self.from_app.get(), 5))["text"]


async def test_it_is_closed_when_its_session_ends():
    rig = Rig(b"nova_session=good")
    assert await rig.talk("one") == "one"

    rig.hub.revoke("session-1")

    closed = await asyncio.wait_for(rig.from_app.get(), 5)
    assert (closed["type"], closed["code"]) == ("websocket.close", 4401)
    await asyncio.wait_for(rig.task, 5)
    assert (await rig.from_app.get())["type"] == "gone"


async def test_another_session_or_none_does_not_matter():
    for cookie in (b"nova_session=good", b"nova_session=stale", b""):
        rig = Rig(cookie)
        assert await rig.talk("one") == "one"

        rig.hub.revoke("session-2")

        assert await rig.talk("two") == "two"
        await rig.to_app.put({"type": "websocket.disconnect", "code": 1000})
        await asyncio.wait_for(rig.task, 5)


@pytest.mark.parametrize(("cookie", "user_id"), [(b"nova_session=good", "ben"), (b"nova_session=good", "")])
async def test_it_is_refused_to_the_page_of_another_account(cookie, user_id):
    rig = Rig(cookie, f"token=t&user_id={user_id}&EIO=4".encode())
    await rig.to_app.put({"type": "websocket.connect"})

    accepted, closed = [await asyncio.wait_for(rig.from_app.get(), 5) for _ in range(2)]

    assert accepted["type"] == "websocket.accept"
    assert (closed["type"], closed["code"], closed["reason"]) == ("websocket.close", 4403, "account_changed")
    await asyncio.wait_for(rig.task, 5)


@pytest.mark.parametrize(
    ("cookie", "query"),
    [
        (b"nova_session=good", b"user_id=ana"),
        (b"nova_session=good", b"token=t"),
        (b"nova_session=stale", b"user_id=ben"),
    ],
)
async def test_its_own_page_and_those_without_a_session_are_served(cookie, query):
    rig = Rig(cookie, query)

    assert await rig.talk("one") == "one"

    await rig.to_app.put({"type": "websocket.disconnect", "code": 1000})
    await asyncio.wait_for(rig.task, 5)


async def test_handlers_find_the_account_among_the_headers_as_the_address_names_it():
    seen = []

    async def app(scope, _receive, _send):
        seen.append([value for name, value in scope["headers"] if name == b"nova-account"])

    guard = SessionGuard(MemoryHub(create_instruments().deliveries, encode_published), authenticate)
    for query, headers in ((b"user_id=ana", []), (b"user_id=ana", [(b"nova-account", b"ben")]), (b"", [])):
        await guard(app, {"type": "websocket", "query_string": query, "headers": headers}, None, None)

    assert seen == [[b"ana"], [b"ana"], []]
