"""A socket that is not Nova's own ends with the session that opened it."""

import asyncio

import pytest

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.events import Identity
from nova_app.observability.instruments import create_instruments
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
    def __init__(self, cookie):
        self.hub = MemoryHub(create_instruments().deliveries)
        self.to_app, self.from_app = asyncio.Queue(), asyncio.Queue()
        scope = {"type": "websocket", "path": "/_event", "headers": [(b"cookie", cookie)]}
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
