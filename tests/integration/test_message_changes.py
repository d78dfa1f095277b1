"""Edits, deletions, replies, reactions and mentions over REST and the socket."""

import uuid
from urllib.parse import quote

import pytest

from tests.asgi import a_send, eventually, services_of
from tests.series import read_series

pytestmark = pytest.mark.anyio


def a_change(kind, room, message_id, **more):
    """A frame that changes a message."""
    key = str(uuid.uuid4())
    return {"type": kind, "client_id": key, "conversation_id": room, "message_id": message_id, **more}


@pytest.fixture
def talk(group, connect):
    """Ana and Ben with a socket each, and a message of Ana's."""

    async def make(text="hello", **more):
        (ana, ben), room = await group("ana", "ben")
        sockets = await connect(ana), await connect(ben)
        sockets[0].send({**a_send(room, text), **more})
        ack = await sockets[0].expect("ack")
        for socket in sockets:
            await socket.settle()
        return (ana, ben), sockets, room, ack["message_id"]

    return make


async def history(client, room):
    return (await client.get(f"/api/v1/conversations/{room}/messages")).json()


async def test_an_edit_is_acked_reaches_every_socket_and_is_what_everybody_reads(talk, connect):
    (_, ben), (writer, reader), room, message_id = await talk()
    frame = a_change("edit", room, message_id, text="hello @ben", base_seq=1)

    writer.send(frame)

    ack = await writer.expect("ack")
    assert (ack["seq"], ack["duplicate"], ack["message_id"]) == (2, False, message_id)
    event = await reader.expect("edited")
    assert (event["seq"], event["text"], event["mentions"]) == (2, "hello @ben", [ben.user_id])
    assert event["client_id"] == frame["client_id"]
    (item,) = (await history(ben, room))["items"]
    again = await connect(ben, hello=False)
    welcome = await again.hello({room: 0})
    replayed, edit = await again.expect("message"), await again.expect("edited")
    for message in (item, replayed, welcome["conversations"][0]["last_message"]):
        assert (message["text"], message["version_seq"], message["mentions"]) == ("hello @ben", 2, [ben.user_id])
        assert message["edited_at"] == event["edited_at"]
    assert edit == event
    assert welcome["recovered"] == {room: True}
    assert (welcome["conversations"][0]["unread"], welcome["conversations"][0]["unread_mentions"]) == (1, 1)


async def test_repeats_are_acked_again_and_make_no_event(talk):
    _, (writer, reader), room, message_id = await talk()
    frames = [
        a_change("edit", room, message_id, text="new", base_seq=1),
        a_change("react", room, message_id, emoji="👍", on=True),
        a_change("delete", room, message_id),
    ]
    for frame in frames * 3:
        writer.send(frame)

    acks = await writer.collect(9, "ack")

    assert [ack["seq"] for ack in acks] == [2, 3, 4] * 3
    assert [ack["duplicate"] for ack in acks] == [False] * 3 + [True] * 6
    events = [frame["type"] for frame in await reader.settle() if "seq" in frame]
    assert events == ["edited", "reaction", "deleted"]


async def test_the_later_of_two_concurrent_edits_is_refused(talk, connect):
    (ana, _), (first, _), room, message_id = await talk()
    second = await connect(ana)

    first.send(a_change("edit", room, message_id, text="one", base_seq=1))
    await first.expect("ack")
    second.send(a_change("edit", room, message_id, text="two", base_seq=1))

    error = (await second.expect("nack"))["error"]
    assert (error["code"], error["kind"], error["retryable"]) == ("edit_conflict", "VALIDATION_ERROR", False)
    assert (await history(ana, room))["items"][0]["text"] == "one"


async def test_a_deletion_reaches_search_files_lists_and_those_who_have_not_read_it(talk, nova, connect):
    (ana, ben), (writer, reader), room, _ = await talk()
    upload = (await ana.post("/api/v1/uploads", files={"file": ("note.txt", b"a secret")})).json()
    writer.send({**a_send(room, "a secret"), "files": [upload["id"]]})
    message_id = (await writer.expect("ack"))["message_id"]
    assert (await ben.get(upload["url"])).status_code == 200
    writer.send(a_change("edit", room, message_id, text="a deeper secret", base_seq=2))
    await writer.expect("ack")
    await reader.settle()

    writer.send(a_change("delete", room, message_id))

    assert (await writer.expect("ack"))["seq"] == 4
    event = await reader.expect("deleted")
    assert (event["seq"], event["message_id"], event["user_id"]) == (4, message_id, ana.user_id)
    shown = await reader.expect("conversation")
    assert shown["conversation"]["unread"] == 1
    assert shown["conversation"]["last_message"]["deleted"] is True
    for client in (ana, ben):
        assert (await client.get("/api/v1/search", params={"q": "secret"})).json()["items"] == []
        assert (await client.get(upload["url"])).status_code == 404
    item = (await history(ben, room))["items"][1]
    assert (item["text"], item["deleted"], item["seq"], item["version_seq"]) == ("", True, 2, 3)
    assert "files" not in item
    again = await connect(ben, hello=False)
    await again.hello({room: 1})
    assert [frame.get("text") for frame in await again.collect(3, "message", "edited", "deleted")] == ["", "", None]
    assert "secret" not in str(await again.settle())
    path = services_of(nova).uploads.path(upload["id"])
    assert await eventually(lambda: not path.exists() or None) is not None


async def test_edit_and_reaction_of_a_deleted_message_are_refused(talk):
    _, (writer, _), room, message_id = await talk()
    writer.send(a_change("delete", room, message_id))
    await writer.expect("ack")

    writer.send(a_change("edit", room, message_id, text="new", base_seq=1))
    writer.send(a_change("react", room, message_id, emoji="👍", on=True))

    assert [nack["error"]["code"] for nack in await writer.collect(2, "nack")] == ["message_deleted"] * 2


async def test_a_reply_quotes_and_follows_the_original(talk):
    (ana, ben), (writer, reader), room, message_id = await talk("the original")
    reader.send({**a_send(room, "an answer"), "reply_to": message_id})

    live = await writer.expect("message")
    quoted = {
        "message_id": message_id,
        "seq": 1,
        "author_id": ana.user_id,
        "author_name": "Ana",
        "text": "the original",
    }
    assert live["reply_to"] == quoted
    writer.send(a_change("edit", room, message_id, text="corrected", base_seq=1))
    await writer.expect("ack")
    assert (await history(ben, room))["items"][1]["reply_to"] == {**quoted, "text": "corrected"}
    writer.send(a_change("delete", room, message_id))
    await writer.expect("ack")
    gone = {**quoted, "text": "", "deleted": True}
    assert (await history(ben, room))["items"][1]["reply_to"] == gone
    key = {"Idempotency-Key": str(uuid.uuid4())}
    body = {"text": "to nothing", "reply_to": message_id}
    late = await ben.post(f"/api/v1/conversations/{room}/messages", json=body, headers=key)
    assert (late.status_code, late.json()["reply_to"]) == (201, gone)


async def test_the_rest_twins_do_the_same(talk):
    (ana, ben), (_, reader), room, message_id = await talk()
    path = f"/api/v1/conversations/{room}/messages/{message_id}"
    key = {"Idempotency-Key": str(uuid.uuid4())}

    edited = await ana.patch(path, json={"text": "new", "base_seq": 1}, headers=key)
    again = await ana.patch(path, json={"text": "new", "base_seq": 1}, headers=key)
    conflict = await ana.patch(path, json={"text": "other", "base_seq": 1})
    blind = await ana.patch(path, json={"text": "newest"})
    reacted = await ben.put(f"{path}/reactions/{quote('❤')}")
    versions = (await ben.get(f"{path}/versions")).json()["items"]
    shown = (await history(ben, room))["items"][0]
    removed = await ben.delete(f"{path}/reactions/{quote('❤️')}")
    deleted = await ana.delete(path)

    assert [answer.status_code for answer in (edited, again, blind)] == [200] * 3
    assert (edited.json()["text"], edited.json()["version_seq"]) == ("new", 2)
    assert (conflict.status_code, conflict.json()["code"]) == (409, "edit_conflict")
    assert [answer.status_code for answer in (reacted, removed, deleted)] == [204] * 3
    assert [(item["seq"], item["text"]) for item in versions] == [(1, "hello"), (2, "new"), (3, "newest")]
    assert shown["reactions"] == [{"emoji": "❤️", "count": 1, "user_ids": [ben.user_id]}]
    events = [await reader.expect("edited", "reaction", "deleted") for _ in range(5)]
    assert [(event["type"], event["seq"]) for event in events] == [
        ("edited", 2),
        ("edited", 3),
        ("reaction", 4),
        ("reaction", 5),
        ("deleted", 6),
    ]
    assert (await ben.get(f"{path}/versions")).json()["items"] == []


async def test_a_member_without_the_right_gets_403_and_everybody_else_404(talk, register):
    (ana, ben), _, room, message_id = await talk()
    stranger = await register("cleo")
    path = f"/api/v1/conversations/{room}/messages/{message_id}"
    requests = [("PATCH", path, {"text": "x"}), ("DELETE", path, None)]
    reads = [("GET", f"{path}/versions", None), ("PUT", f"{path}/reactions/{quote('👍')}", None)]

    for method, url, body in requests:
        assert (await ben.request(method, url, json=body)).status_code == 403
    for method, url, body in [*requests, *reads]:
        assert (await stranger.request(method, url, json=body)).status_code == 404
        assert (await ana.request(method, url.replace(message_id, str(uuid.uuid4())), json=body)).status_code == 404
        assert (await ana.request(method, url.replace(message_id, "nothing"), json=body)).status_code == 404


async def test_an_admin_deletes_anybodys_message(talk):
    (ana, ben), _, room, _ = await talk()
    key = {"Idempotency-Key": str(uuid.uuid4())}
    sent = await ben.post(f"/api/v1/conversations/{room}/messages", json={"text": "rude"}, headers=key)

    path = f"/api/v1/conversations/{room}/messages/{sent.json()['message_id']}"

    assert (await ana.delete(path)).status_code == 204
    assert (await history(ben, room))["items"][1]["deleted"] is True


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": "edit", "text": " ", "base_seq": 1}, "text_empty"),
        ({"type": "edit", "text": "x" * 10_001, "base_seq": 1}, "text_too_long"),
        ({"type": "edit", "text": "x"}, "malformed_frame"),
        ({"type": "edit", "text": "x", "base_seq": "1"}, "malformed_frame"),
        ({"type": "edit", "text": "x", "base_seq": 1, "message_id": "x"}, "not_found"),
        ({"type": "edit", "text": "x", "base_seq": 1, "client_id": "x"}, "invalid_fields"),
        ({"type": "react", "emoji": "no", "on": True}, "invalid_fields"),
        ({"type": "react", "emoji": "👍👍", "on": True}, "invalid_fields"),
        ({"type": "react", "emoji": "👍"}, "malformed_frame"),
        ({"type": "delete", "conversation_id": "x"}, "not_found"),
    ],
)
async def test_what_cannot_be_made_is_refused_by_its_client_id(talk, change, code):
    _, (writer, _), room, message_id = await talk()
    frame = {**a_change("", room, message_id), **change}

    writer.send(frame)

    nack = await writer.expect("nack", "error")
    assert (nack.get("client_id"), nack["error"]["code"]) == (frame["client_id"], code)


async def test_reactions_are_limited_by_the_minute_and_counted(talk, nova):
    _, (writer, _), room, message_id = await talk()
    for number in range(62):
        writer.send(a_change("react", room, message_id, emoji="👍", on=number % 2 == 0))

    answers = await writer.collect(62, "ack", "nack")

    assert [answer["type"] for answer in answers] == ["ack"] * 60 + ["nack"] * 2
    error = answers[-1]["error"]
    assert (error["code"], error["retryable"]) == ("too_many_reactions", True)
    assert error["retry_after_ms"] > 0
    counted = read_series(nova.instruments.metrics.registry)
    name = "nova_message_changes_total"
    assert counted[name, ("action", "react"), ("result", "ok")] == 60
    assert counted[name, ("action", "react"), ("result", "rate_limited")] == 2


async def test_roles_are_shown_and_only_in_groups(group, register):
    (ana, ben), room = await group("ana", "ben")
    shown = (await ben.get(f"/api/v1/conversations/{room}")).json()
    direct = await ana.post("/api/v1/conversations", json={"kind": "direct", "members": ["ben"]})

    assert [(member["username"], member["role"]) for member in shown["members"]] == [
        ("ana", "owner"),
        ("ben", "member"),
    ]
    assert not any("role" in member for member in direct.json()["members"])
    await ana.delete(f"/api/v1/conversations/{room}/members/me")
    assert (await ben.get(f"/api/v1/conversations/{room}")).json()["members"][0]["role"] == "owner"


async def test_search_knows_mentions_replies_reactions_and_the_newest_text(talk):
    (ana, ben), (writer, reader), room, message_id = await talk("draft for @ben")
    reader.send({**a_send(room, "an answer"), "reply_to": message_id})
    reader.send(a_change("react", room, message_id, emoji="👍", on=True))
    await reader.collect(2, "ack")
    writer.send(a_send(room, "to @all"))
    writer.send(a_change("edit", room, message_id, text="final for @ben", base_seq=1))
    await writer.collect(2, "ack")

    async def find(client, query):
        items = (await client.get("/api/v1/search", params={"q": query})).json()["items"]
        return [item["text"] for item in items]

    assert await find(ben, "draft") == []
    assert await find(ben, "final") == ["final for @ben"]
    assert await find(ben, "mentions:me") == ["to @all", "final for @ben"]
    assert await find(ana, "mentions:ben") == ["final for @ben"]
    assert await find(ana, "replies:me") == ["an answer"]
    assert await find(ben, "replies:ana answer") == ["an answer"]
    assert await find(ben, "replies:me") == []
    assert await find(ben, "reacted:me") == await find(ana, "reacted:👍") == ["final for @ben"]
    assert await find(ana, "reacted:me") == []
    reader.send(a_change("react", room, message_id, emoji="👍", on=False))
    writer.send(a_change("edit", room, message_id, text="final for nobody", base_seq=5))
    await reader.expect("ack")
    await writer.expect("ack")
    assert await find(ben, "reacted:me") == []
    assert await find(ben, "mentions:me") == ["to @all"]


async def test_events_between_messages_are_listed_by_kind(talk, register):
    (ana, _), (writer, _), room, message_id = await talk()
    cleo = await register("cleo")
    await ana.post(f"/api/v1/conversations/{room}/members", json={"username": "cleo"})
    writer.send(a_change("react", room, message_id, emoji="👍", on=True))
    await writer.expect("ack")
    await cleo.delete(f"/api/v1/conversations/{room}/members/me")
    path = f"/api/v1/conversations/{room}/events"

    async def listed(**params):
        page = (await ana.get(path, params=params)).json()
        return [(event["type"], event["seq"]) for event in page["items"]], page["has_more"]

    assert await listed() == ([("member", 2), ("member", 4)], False)
    assert await listed(kinds="member,reaction") == ([("member", 2), ("reaction", 3), ("member", 4)], False)
    assert await listed(limit=1) == ([("member", 4)], True)
    assert await listed(before_seq=4) == ([("member", 2)], False)
    assert await listed(after_seq=0, limit=1) == ([("member", 2)], True)
    assert (await ana.get(path, params={"kinds": "message"})).status_code == 422
    assert (await cleo.get(path)).status_code == 404


async def test_who_reacted_after_many_others_still_finds_their_own_reaction(group, connect):
    people, room = await group(*(f"user{number:02}" for number in range(23)))
    key = {"Idempotency-Key": str(uuid.uuid4())}
    body = {"text": "shall we?"}
    posted = (await people[0].post(f"/api/v1/conversations/{room}/messages", json=body, headers=key)).json()
    path = f"/api/v1/conversations/{room}/messages/{posted['message_id']}"
    for user in people[1:]:
        assert (await user.put(f"{path}/reactions/{quote('👍')}")).status_code == 204
    last, socket = people[-1], await connect(people[-1], hello=False)
    await socket.hello({room: 0})

    replayed = await socket.expect("message")
    (item,) = (await history(last, room))["items"]
    (hit,) = (await last.get("/api/v1/search?q=shall")).json()["items"]

    for message in (replayed, item, hit):
        (reaction,) = message["reactions"]
        assert (reaction["count"], len(reaction["user_ids"])) == (22, 20)
        assert last.user_id in reaction["user_ids"]
    (others,) = (await history(people[0], room))["items"][0]["reactions"]
    assert others["user_ids"] == [user.user_id for user in people[1:21]]
