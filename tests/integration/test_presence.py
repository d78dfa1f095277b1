"""Who is told that somebody is here, over real sockets."""

import asyncio

import pytest

from nova_app.domain import presence
from nova_app.realtime import presence_feed
from tests.asgi import a_send, eventually

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def quick_telling(monkeypatch):
    monkeypatch.setattr(presence_feed, "EVERY_SECONDS", 0.1)


@pytest.fixture
async def received_when_calm(nova):
    """The types of everything that has come to a socket once nothing is left to be told about presence."""

    async def receive(socket):
        await eventually(lambda: not nova.guard.hub.presence._is_due)
        return [frame["type"] for frame in await socket.settle()]

    return receive


@pytest.fixture
def short_grace(monkeypatch):
    monkeypatch.setattr(presence, "GRACE_SECONDS", 0.2)


async def hide(client, *, shares=False):
    answer = await client.patch("/api/v1/users/me", json={"shares_presence": shares})
    assert answer.json()["shares_presence"] is shares


async def notified(socket):
    """The next presence frame, as (online, offline)."""
    frame = await socket.expect("presence")
    return frame["online"], frame["offline"]


async def received_within(socket, seconds):
    """The types of everything that comes within this time."""
    await asyncio.sleep(seconds)
    return [frame["type"] for frame in await socket.settle()]


async def test_people_of_a_conversation_see_each_other_come_and_go(group, connect, short_grace):
    (ana, ben), _ = await group("ana", "ben")
    first = await connect(ana)
    second = await connect(ben)

    assert await notified(first) == ([ben.user_id], [])
    assert await notified(second) == ([ana.user_id], [])
    await second.close()

    assert await notified(first) == ([], [ben.user_id])


async def test_who_reconnects_within_the_grace_does_not_flicker(group, connect, received_when_calm):
    (ana, ben), _ = await group("ana", "ben")
    first, second = await connect(ana), await connect(ben)
    await notified(first)

    await second.close()
    again = await connect(ben)

    assert await notified(again) == ([ana.user_id], [])
    assert "presence" not in await received_when_calm(first)


async def test_strangers_receive_nothing(group, register, connect, received_when_calm):
    (ana, _), _ = await group("ana", "ben")
    cleo = await register("cleo")
    first, stranger = await connect(ana), await connect(cleo)

    assert "presence" not in await received_when_calm(first)
    assert "presence" not in await received_when_calm(stranger)


async def test_a_new_conversation_makes_people_visible_to_each_other(register, connect):
    ana, ben = await register("ana"), await register("ben")
    first, second = await connect(ana), await connect(ben)

    await ana.post("/api/v1/conversations", json={"kind": "direct", "members": ["ben"]})

    assert await notified(first) == ([ben.user_id], [])
    assert await notified(second) == ([ana.user_id], [])


async def test_who_hides_is_gone_at_once_everywhere_and_sees_nobody(group, connect, monkeypatch, received_when_calm):
    (ana, ben), _ = await group("ana", "ben")
    first, second = await connect(ana), await connect(ben)
    await notified(first)
    await notified(second)

    with monkeypatch.context() as patch:
        # Hiding does not wait for the next telling: it would be an hour.
        patch.setattr(presence_feed, "EVERY_SECONDS", 3_600)
        await hide(ben)
        assert await notified(first) == ([], [ben.user_id])
        assert await notified(second) == ([], [ana.user_id])

    third = await connect(ben)
    assert "presence" not in await received_when_calm(first), "a new socket of somebody hidden tells nothing"
    assert "presence" not in await received_when_calm(third)
    await hide(ben, shares=True)
    assert await notified(first) == ([ben.user_id], [])
    assert await notified(third) == ([ana.user_id], [])


async def test_who_hides_is_not_seen_typing_and_sees_nobody_type(group, connect):
    (ana, ben), room = await group("ana", "ben")
    first, second = await connect(ana), await connect(ben)
    await notified(first)
    await hide(ben)

    second.send({"type": "typing", "conversation_id": room})
    first.send({"type": "typing", "conversation_id": room})

    assert "typing" not in await received_within(first, 0.3)
    assert "typing" not in await received_within(second, 0)


async def test_typing_is_announced_once_however_often_it_is_sent(group, connect):
    (ana, ben), room = await group("ana", "ben")
    first, second = await connect(ana), await connect(ben)
    await notified(first)

    for _ in range(20):
        second.send({"type": "typing", "conversation_id": room})
        await second.settle()

    assert (await received_within(first, 0.3)).count("typing") == 1
    assert "typing" not in await received_within(second, 0), "nobody is told that they type themselves"


async def test_many_who_come_at_once_are_announced_together(group, connect, received_when_calm):
    clients, _ = await group("ana", "ben", "cleo", "dan", "eve")
    first = await connect(clients[0])
    for client in clients[1:]:
        await connect(client)

    known = set()
    while len(known) < 4:
        online, offline = await notified(first)
        assert not offline
        known |= set(online)
    assert known == {client.user_id for client in clients[1:]}
    assert "presence" not in await received_when_calm(first)


async def test_a_reader_who_is_behind_gets_the_messages_first_and_presence_later(group, connect, short_grace, nova):
    (ana, ben), room = await group("ana", "ben")
    first, second = await connect(ana), await connect(ben)
    await notified(first)
    first.stall()
    for number in range(20):
        second.send(a_send(room, f"{number} " + "x" * 9_000))
    await second.collect(20, "ack")
    await second.close()
    await eventually(lambda: not nova.guard.hub.presence._is_due)

    first.resume()

    frames = [await first.receive() for _ in range(20)]
    assert [frame["type"] for frame in frames] == ["message"] * 20, "nothing stands before the messages"
    assert await notified(first) == ([], [ben.user_id])


async def test_both_devices_count_the_same_after_a_part_was_read(group, connect):
    (ana, ben), room = await group("ana", "ben")
    writer, phone, desk = await connect(ana), await connect(ben), await connect(ben)
    for number in range(5):
        writer.send(a_send(room, str(number)))
    await writer.collect(5, "ack")

    phone.send({"type": "read", "conversation_id": room, "seq": 3})

    for device in (phone, desk):
        conversation = (await device.expect("conversation"))["conversation"]
        assert (conversation["read_seq"], conversation["unread"]) == (3, 2)
    phone.send({"type": "read", "conversation_id": room, "seq": 2})
    desk.send({"type": "read", "conversation_id": room, "seq": 3})
    await phone.settle()
    assert "read" not in await received_within(desk, 0.2), "a position never goes back, and a repeat says nothing"


async def test_a_group_that_becomes_too_large_shows_nobody_and_shows_them_again_when_it_is_small(
    group, register, connect, monkeypatch
):
    monkeypatch.setattr(presence, "CIRCLE_MAX", 2)
    (ana, ben), room = await group("ana", "ben")
    cleo = await register("cleo")
    first, second = await connect(ana), await connect(ben)
    assert await notified(first) == ([ben.user_id], [])

    added = await ana.post(f"/api/v1/conversations/{room}/members", json={"username": "cleo"})

    assert added.status_code == 201
    assert await notified(first) == ([], [ben.user_id])
    assert await notified(second) == ([ana.user_id], [])
    assert await notified(second) == ([], [ana.user_id])
    assert (await cleo.delete(f"/api/v1/conversations/{room}/members/me")).status_code == 204
    assert await notified(first) == ([ben.user_id], [])
