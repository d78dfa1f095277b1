"""Members, roles and titles of groups: over HTTP, on sockets, in webhooks."""

import asyncio
import json
import uuid

import pytest

from tests.series import read_series, total

pytestmark = pytest.mark.anyio


def members_of(answer):
    return {member["username"]: member["role"] for member in answer.json()["members"]}


async def test_members_are_added_together_and_everyone_learns_of_it(group, register, connect):
    (_, ben), room = await group("ana", "ben")
    cleo, dora = await register("cleo"), await register("dora")
    path = f"/api/v1/conversations/{room}/members"
    bens, cleos = await connect(ben), await connect(cleo)

    added = await ben.post(path, json={"usernames": ["@Cleo", "dora", "ana"]})
    again = await ben.post(path, json={"usernames": ["cleo"]})
    one = await ben.post(path, json={"username": "cleo"})
    both = await ben.post(path, json={"username": "cleo", "usernames": []})
    none = await ben.post(path, json={})

    items = added.json()["items"]
    assert (added.status_code, [item["username"] for item in items], added.json()["has_more"]) == (
        201,
        ["cleo", "dora"],
        False,
    )
    assert {item["actor_name"] for item in items} == {"Ben"}
    assert (again.status_code, again.json()["items"], one.status_code) == (200, [], 204)
    assert (both.status_code, none.status_code) == (422, 422)
    seen = [await bens.expect("member"), await bens.expect("member")]
    assert [(frame["seq"], frame["username"], frame["action"]) for frame in seen] == [
        (1, "cleo", "joined"),
        (2, "dora", "joined"),
    ]
    assert (await cleos.expect("conversation"))["conversation"]["id"] == room
    assert members_of(await dora.get(f"/api/v1/conversations/{room}")) == {
        "ana": "owner",
        "ben": "member",
        "cleo": "member",
        "dora": "member",
    }


async def test_who_is_removed_loses_the_conversation_at_once(group, connect):
    (ana, ben, cleo), room = await group("ana", "ben", "cleo")
    path = f"/api/v1/conversations/{room}/members"
    bens, cleos = await connect(ben), await connect(cleo)

    refused = await ben.delete(f"{path}/{cleo.user_id}")
    removed = await ana.delete(f"{path}/{ben.user_id}")
    again = await ana.delete(f"{path}/{ben.user_id}")
    await ana.post(
        f"/api/v1/conversations/{room}/messages",
        json={"text": "without Ben"},
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )

    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert (removed.status_code, again.status_code) == (204, 404)
    assert (await ben.get(f"/api/v1/conversations/{room}")).status_code == 404
    last = await bens.expect("member")
    assert (last["action"], last["user_id"], last["actor_name"]) == ("removed", ben.user_id, "Ana")
    assert (await cleos.expect("message"))["text"] == "without Ben"
    bens.send({"type": "ping", "id": "after"})
    assert (await bens.expect("message", "pong"))["type"] == "pong"


async def test_roles_travel_to_every_member(group, connect):
    (ana, ben, cleo), room = await group("ana", "ben", "cleo")
    path = f"/api/v1/conversations/{room}/members"
    cleos = await connect(cleo)

    changed = await ana.patch(f"{path}/{ben.user_id}", json={"role": "admin"})
    too_high = await ben.patch(f"{path}/{cleo.user_id}", json={"role": "owner"})
    last = await ana.patch(f"{path}/{ana.user_id}", json={"role": "member"})
    wrong = await ana.patch(f"{path}/{ben.user_id}", json={"role": "king"})
    nobody = await ana.patch(f"{path}/{uuid.uuid4()}", json={"role": "admin"})

    assert (changed.status_code, changed.json()["role"], changed.json()["username"]) == (200, "admin", "ben")
    assert (too_high.status_code, wrong.status_code, nobody.status_code) == (403, 422, 404)
    assert (last.status_code, last.json()["code"]) == (409, "last_owner")
    roles = {one["username"]: one["role"] for one in (await cleos.expect("conversation"))["conversation"]["members"]}
    assert roles == {"ana": "owner", "ben": "admin", "cleo": "member"}
    assert (await ben.delete(f"{path}/{cleo.user_id}")).status_code == 204


async def test_a_rename_is_an_event_between_the_messages(group, connect, register):
    (ana, ben), room = await group("ana", "ben")
    eve = await register("eve")
    bens = await connect(ben)
    path = f"/api/v1/conversations/{room}"

    renamed = await ana.patch(path, json={"title": "  Plans "})
    same = await ana.patch(path, json={"title": "Plans"})
    refusals = [await client.patch(path, json={"title": title}) for client, title in ((ben, "Mine"), (ana, " "))]
    strange = await eve.patch(path, json={"title": "Mine"})

    assert (renamed.status_code, renamed.json()["title"], same.status_code) == (200, "Plans", 200)
    assert [answer.status_code for answer in refusals] == [403, 422]
    assert "title" in refusals[1].json()["fields"]
    assert strange.status_code == 404
    frame = await bens.expect("renamed")
    assert (frame["seq"], frame["title"], frame["actor_id"], frame["actor_name"]) == (1, "Plans", ana.user_id, "Ana")
    await ana.delete(f"{path}/members/{ben.user_id}")
    lines = (await ana.get(f"{path}/events?kinds=member,title")).json()
    assert [(item["type"], item["seq"]) for item in lines["items"]] == [("renamed", 1), ("member", 2)]
    page = (await ana.get(f"{path}/messages")).json()
    assert (page["items"], page["events"]) == ([], lines["items"])


async def test_a_direct_chat_keeps_its_two(group, register):
    (ana, ben), _ = await group("ana", "ben")
    await register("cleo")
    made = await ana.post("/api/v1/conversations", json={"kind": "direct", "members": ["ben"]})
    path = f"/api/v1/conversations/{made.json()['id']}"

    answers = [
        await ana.patch(path, json={"title": "Us"}),
        await ana.post(f"{path}/members", json={"usernames": ["cleo"]}),
        await ana.delete(f"{path}/members/me"),
        await ana.delete(f"{path}/members/{ben.user_id}"),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 403]


async def test_what_happens_to_members_is_counted(group, nova):
    (ana, ben), room = await group("ana", "ben")
    path = f"/api/v1/conversations/{room}"

    await ben.patch(path, json={"title": "Mine"})
    await ana.patch(path, json={"title": "Plans"})
    await ana.delete(f"{path}/members/{ben.user_id}")

    series = read_series(nova.instruments.metrics.registry)
    for action, result in (("rename", "refused"), ("rename", "ok"), ("remove_member", "ok")):
        assert total(series, "nova_conversation_changes_total", action=action, result=result) == 1


async def test_an_actor_who_was_removed_meanwhile_changes_nothing(group, nova):
    """The right is decided in the transaction that makes the change, not before it."""
    (ana, ben, cleo), room = await group("ana", "ben", "cleo")
    path = f"/api/v1/conversations/{room}/members"
    await ana.patch(f"{path}/{ben.user_id}", json={"role": "admin"})

    removed, made = await asyncio.gather(
        ana.delete(f"{path}/{ben.user_id}"), ben.patch(f"{path}/{cleo.user_id}", json={"role": "admin"})
    )

    assert removed.status_code == 204
    roles = members_of(await ana.get(f"/api/v1/conversations/{room}"))
    assert (made.status_code, roles["cleo"]) in {(200, "admin"), (404, "member")}
    late = await ben.patch(f"{path}/{cleo.user_id}", json={"role": "member"})
    assert late.status_code == 404


async def test_a_deletion_by_an_admin_is_in_the_trail(group, caplog):
    caplog.set_level("INFO", logger="nova.audit")
    (ana, ben), room = await group("ana", "ben")
    path = f"/api/v1/conversations/{room}/messages"
    texts = [
        await ben.post(path, json={"text": text}, headers={"Idempotency-Key": str(uuid.uuid4())})
        for text in ("one", "two")
    ]
    ids = [answer.json()["message_id"] for answer in texts]

    await ben.delete(f"{path}/{ids[0]}")
    await ana.delete(f"{path}/{ids[1]}")
    await ana.delete(f"{path}/{ids[1]}")

    lines = [line for line in caplog.records if line.message == "message_deleted"]
    assert [(line.account, line.by, line.conversation, line.target) for line in lines] == [
        (ben.user_id, ana.user_id, room, ids[1])
    ]
    assert json.dumps(lines[0].__dict__, default=str).count("two") == 0


async def test_only_acquaintances_add_those_who_want_that(group, register):
    (ana, ben), _ = await group("ana", "ben")
    cleo, dora = await register("cleo"), await register("dora")
    for client in (ben, dora):
        changed = await client.patch("/api/v1/users/me", json={"only_acquaintances_add": True})
        assert changed.json()["only_acquaintances_add"] is True
    own = {"kind": "group", "title": "Own", "members": []}
    room = (await cleo.post("/api/v1/conversations", json=own)).json()["id"]

    refusals = [
        await cleo.post("/api/v1/conversations", json={"kind": "group", "title": "Two", "members": ["ana", "ben"]}),
        await cleo.post("/api/v1/conversations", json={"kind": "direct", "members": ["ben"]}),
        await cleo.post(f"/api/v1/conversations/{room}/members", json={"usernames": ["ana", "ben", "dora"]}),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in refusals] == [(403, "cannot_be_added")] * 3
    assert "ben" in refusals[0].json()["detail"]
    assert {"ben", "dora"} <= set(refusals[2].json()["detail"].replace(",", "").replace(".", "").split())
    for client in (ana, ben):
        assert len((await client.get("/api/v1/conversations")).json()["items"]) == 1, "nothing was changed"
    assert (await ana.post("/api/v1/conversations", json={"kind": "direct", "members": ["ben"]})).status_code == 201
    assert (await cleo.post("/api/v1/conversations", json={"kind": "direct", "members": ["ana"]})).status_code == 201
    assert (await ben.patch("/api/v1/users/me", json={"only_acquaintances_add": False})).is_success
    assert (await cleo.post("/api/v1/conversations", json={"kind": "direct", "members": ["ben"]})).status_code == 201
