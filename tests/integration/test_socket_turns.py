"""What fails in one turn of a messaging socket costs nothing else of it."""

import asyncio
import uuid

import pytest

from nova_app.domain.errors import ErrorCode, Unavailable
from tests.asgi import a_send

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["direct", "fast"])
def shell(request):
    return request.param


async def test_a_refused_position_or_typing_frame_costs_the_others_of_its_turn_nothing(group, connect):
    (ana, ben), room = await group("ana", "ben")
    first, other, elsewhere = await connect(ana), await connect(ben), str(uuid.uuid4())
    first.send(a_send(room, "hello"))
    await other.expect("message")

    other.send({"type": "read", "conversation_id": elsewhere, "seq": 1})
    other.send({"type": "read", "conversation_id": room, "seq": 1})
    other.send({"type": "typing", "conversation_id": elsewhere})
    other.send({"type": "typing", "conversation_id": room})
    other.send({"type": "events", "conversation_id": elsewhere, "after_seq": 0, "until_seq": 1})
    other.send({"type": "events", "conversation_id": room, "after_seq": 0, "until_seq": 1})

    assert [error["error"]["code"] for error in await other.collect(3, "error")] == ["not_found"] * 3
    assert (await other.expect("message"))["seq"] == 1
    assert (await first.expect("read"))["seq"] == 1
    await first.expect("typing")


async def test_what_was_sent_before_a_welcome_that_fails_is_refused(group, connect, nova, monkeypatch):
    (ana, _), room = await group("ana", "ben")
    reading, fail = asyncio.Event(), asyncio.Event()

    async def read(*_, **__):
        reading.set()
        await fail.wait()
        raise Unavailable(ErrorCode.STORAGE_UNAVAILABLE)

    monkeypatch.setattr(nova.entrance.services.arrivals, "read", read)
    socket, early = await connect(ana, hello=False), a_send(room, "too early")
    socket.send({"type": "hello", "protocol": 1, "cursors": {}})
    socket.send(early)
    await reading.wait()
    await socket.settle()
    fail.set()

    nack = await socket.expect("nack")
    assert (nack["client_id"], nack["error"]["code"]) == (early["client_id"], "storage_unavailable")
    assert (await socket.expect("error"))["error"]["code"] == "storage_unavailable"
    assert await socket.closed() == 1011
