"""What a member sets for themself in a conversation, and in general."""

import pytest

from nova_app.domain.limits import UNREAD_MAX
from tests.asgi import a_send

pytestmark = pytest.mark.anyio


async def test_pinned_muted_and_notifications_are_of_one_member_and_sent_to_all_devices(group, connect):
    (ana, ben), room = await group("ana", "ben")
    path = f"/api/v1/conversations/{room}/me"
    device = await connect(ana)

    body = {"pinned": True, "muted_until": "2026-02-01T10:00:00+01:00", "notify": "mentions"}
    answer = await ana.patch(path, json=body)

    settings = {"pinned": True, "muted_until": "2026-02-01T09:00:00.000000Z", "notify": "mentions"}
    assert (answer.status_code, answer.json() | settings) == (200, answer.json())
    sent = (await device.expect("conversation"))["conversation"]
    assert sent | settings == sent
    (of_ben,) = (await ben.get("/api/v1/conversations")).json()["items"]
    assert not {"pinned", "muted_until", "notify"} & set(of_ben)
    await ana.patch(path, json={"muted_until": "forever"})
    left = (await ana.patch(path, json={"pinned": False, "notify": None})).json()
    assert {name: left.get(name) for name in settings} == {"pinned": None, "muted_until": "forever", "notify": None}
    assert "muted_until" not in (await ana.patch(path, json={"muted_until": None})).json()


@pytest.mark.parametrize("body", [{"muted_until": "soon"}, {"notify": "some"}, {"read_seq": -1}, {"pinned": 1}])
async def test_what_is_no_setting_is_refused(group, body):
    (ana,), room = await group("ana")

    answer = await ana.patch(f"/api/v1/conversations/{room}/me", json=body)

    assert (answer.status_code, list(answer.json()["fields"])) == (422, list(body))


async def test_marking_as_unread_is_private_and_others_see_the_highest_that_was_read(group, connect, register):
    (ana, ben), room = await group("ana", "ben")
    writer, reader = await connect(ana), await connect(ben)
    for number in range(4):
        writer.send(a_send(room, str(number)))
    await writer.collect(4, "ack")
    reader.send({"type": "read", "conversation_id": room, "seq": 4})
    assert (await writer.expect("read"))["seq"] == 4

    answer = await ben.patch(f"/api/v1/conversations/{room}/me", json={"read_seq": 2})

    assert (answer.json()["read_seq"], answer.json()["unread"]) == (2, 2)
    await reader.settle()
    reader.send({"type": "read", "conversation_id": room, "seq": 3})
    assert (await reader.expect("read"))["seq"] == 3
    assert not [frame for frame in await writer.settle() if frame["type"] in ("read", "delivered")]
    fresh = await connect(ana, hello=False)
    await fresh.hello({})
    seen = await fresh.expect("read")
    assert (seen["user_id"], seen["seq"]) == (ben.user_id, 4)
    again = await connect(ben, hello=False)
    welcome = await again.hello({})
    assert welcome["conversations"][0]["read_seq"] == 3
    mine = await again.expect("read")
    assert (mine["user_id"], mine["seq"]) == (ben.user_id, 3)
    ahead = await ben.patch(f"/api/v1/conversations/{room}/me", json={"read_seq": 9})
    assert (ahead.json()["read_seq"], ahead.json()["unread"]) == (4, 0)
    stranger = await register("cleo")
    assert (await stranger.patch(f"/api/v1/conversations/{room}/me", json={"read_seq": 1})).status_code == 404


async def test_unread_messages_are_counted_up_to_a_thousand_and_without_deleted_ones(group, connect):
    (ana, ben, cleo), room = await group("ana", "ben", "cleo")
    acks = []
    for client, count in ((ana, 10), (cleo, UNREAD_MAX - 5)):
        socket = await connect(client)
        for number in range(count):
            socket.send(a_send(room, str(number)))
        acks += await socket.collect(count, "ack")
    path = f"/api/v1/conversations/{room}"

    assert (await ben.get(path)).json()["unread"] == UNREAD_MAX
    for ack in acks[:6]:
        assert (await ana.delete(f"{path}/messages/{ack['message_id']}")).status_code == 204
    assert (await ben.get(path)).json()["unread"] == UNREAD_MAX - 1


async def test_general_notifications_are_kept(register):
    ana = await register("ana")
    quiet = {"from": "22:00", "until": "07:30", "time_zone": "Europe/Berlin"}

    assert (await ana.get("/api/v1/users/me")).json()["notifications"] == {"default": "all", "quiet_hours": None}
    await ana.patch("/api/v1/users/me", json={"notifications": {"default": "mentions", "quiet_hours": quiet}})
    await ana.patch("/api/v1/users/me", json={"display_name": "Ana B", "notifications": {"default": "none"}})
    assert (await ana.get("/api/v1/users/me")).json()["notifications"] == {"default": "none", "quiet_hours": quiet}
    gone = await ana.patch("/api/v1/users/me", json={"notifications": {"quiet_hours": None}})
    assert gone.json()["notifications"] == {"default": "none", "quiet_hours": None}
    bad = await ana.patch("/api/v1/users/me", json={"notifications": {"quiet_hours": {**quiet, "from": "25:00"}}})
    assert (bad.status_code, bad.json()["code"]) == (422, "invalid_fields")
