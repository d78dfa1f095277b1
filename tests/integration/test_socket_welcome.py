"""What happens while a welcome is read is in it, or follows it."""

import asyncio
import uuid

import pytest

from tests.asgi import a_send

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["direct", "fast"])
def shell(request):
    return request.param


@pytest.fixture
def arrive(nova, connect, monkeypatch):
    """Opens a socket, and does something between what is read for its welcome and the welcome."""
    arrivals = nova.entrance.services.arrivals
    read = arrivals.read

    async def make(client, happen, cursors=None):
        is_read, may_go_on = asyncio.Event(), asyncio.Event()

        async def read_and_wait(user_id, **rest):
            found = await read(user_id, **rest)
            is_read.set()
            await may_go_on.wait()
            return found

        socket = await connect(client, hello=False)
        monkeypatch.setattr(arrivals, "read", read_and_wait)
        greeting = asyncio.create_task(socket.hello(cursors or {}))
        await is_read.wait()
        monkeypatch.setattr(arrivals, "read", read)
        await happen()
        may_go_on.set()
        return socket, await greeting

    return make


async def test_messages_positions_and_posts_of_that_time_arrive(group, connect, arrive):
    (ana, ben), room = await group("ana", "ben")
    other = await connect(ana)

    async def happen():
        for text in ("one", "two"):
            other.send(a_send(room, text))
        acks = await other.collect(2, "ack")
        other.send({"type": "read", "conversation_id": room, "seq": acks[-1]["seq"]})
        await other.expect("read")
        key = {"Idempotency-Key": str(uuid.uuid4())}
        assert (await ana.post("/api/v1/posts", json={"text": "news"}, headers=key)).is_success

    socket, welcome = await arrive(ben, happen, {room: 0})

    assert welcome["recovered"] == {room: True}
    assert (welcome["posts"]["last_number"], welcome["posts"]["unread"]) == (1, 1)
    assert [message["seq"] for message in await socket.collect(2, "message")] == [1, 2]
    other.send(a_send(room, "three"))
    assert (await socket.expect("message"))["seq"] == 3


async def test_a_conversation_that_was_left_is_not_in_it_and_sends_nothing(nova, group, connect, arrive):
    (ana, ben), room = await group("ana", "ben")
    other = await connect(ana)

    async def happen():
        assert (await ben.delete(f"/api/v1/conversations/{room}/members/me")).is_success

    socket, welcome = await arrive(ben, happen)
    other.send(a_send(room, "between us"))
    await other.expect("ack")

    assert welcome["conversations"] == []
    assert [frame for frame in await socket.settle() if frame["type"] == "message"] == []


async def test_presence_that_is_hidden_at_that_time_stays_hidden(nova, group, connect, arrive):
    (ana, ben), _ = await group("ana", "ben")
    await connect(ana)

    async def happen():
        assert (await ben.patch("/api/v1/users/me", json={"shares_presence": False})).is_success

    socket, _ = await arrive(ben, happen)
    await socket.settle()

    assert not nova.guard.hub.presence.shows(ben.user_id)
