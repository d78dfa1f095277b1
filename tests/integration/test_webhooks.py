"""Webhooks from the message to the target: queued with it, tried again, kept for a person."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import sqlite3
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from nova_app.cli import main
from nova_app.domain.events import MessagePosted
from nova_app.domain.message_changes import Delete
from nova_app.domain.models import ConversationKind, Webhook
from nova_app.domain.webhooks import Job, Reply
from nova_app.integrations.webhooks import HttpWebhookSender
from nova_app.observability.instruments import create_instruments
from nova_app.persistence.storage import open_storage
from nova_app.services.deliveries import LEASE, Deliveries
from tests.asgi import PATIENCE_SECONDS, a_send, eventually
from tests.builders import A_MOMENT, a_draft, a_user
from tests.fakes import FakePublisher
from tests.series import read_series, total

pytestmark = pytest.mark.anyio


class Target:
    """A real HTTP server that remembers what it was told and answers as it is set."""

    def __init__(self):
        self.status, self.delay, self.received, self.headers = 200, 0.0, [], {}
        self.under_way = self.most_under_way = 0
        self._serving = set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/hook"
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for task in list(self._serving):
            task.cancel()
        await self._server.wait_closed()
        await asyncio.sleep(0)

    async def _serve(self, reader, writer):
        self._serving.add(asyncio.current_task())
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._answer(reader, writer)
        finally:
            writer.close()
            self._serving.discard(asyncio.current_task())

    async def _answer(self, reader, writer):
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
        raw = head.split("\r\n")[1:]
        self.headers = {line.split(": ", 1)[0].lower(): line.split(": ", 1)[1] for line in raw if line}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        await asyncio.sleep(self.delay)
        self.received.append((self.headers["webhook-id"], json.loads(body), body))
        with contextlib.suppress(ConnectionError):
            writer.write(f"HTTP/1.1 {self.status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
        self.under_way -= 1

    async def receives(self, count, seconds=PATIENCE_SECONDS):
        async with asyncio.timeout(seconds):
            while len(self.received) < count:
                await asyncio.sleep(0.01)
        return [body["data"]["text"] for _, body, _ in self.received]


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"webhook_networks": ("127.0.0.0/8",)})


@pytest.fixture
async def target():
    async with Target() as target:
        yield target


async def add_webhook(client, room, url):
    answer = await client.post(f"/api/v1/conversations/{room}/webhooks", json={"url": url})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def say(client, connect, room, *texts):
    socket = await connect(client)
    for text in texts:
        socket.send(a_send(room, text))
    for _ in texts:
        await socket.expect("ack")


def rows(settings):
    with contextlib.closing(sqlite3.connect(settings.database_path)) as connection:
        return connection.execute("SELECT state, attempts, last_error FROM delivery ORDER BY message_number").fetchall()


async def test_messages_reach_the_target_in_order_signed_and_once(group, connect, target, settings, nova):
    (ana,), room = await group("ana")
    webhook = await add_webhook(ana, room, target.url)
    await say(ana, connect, room, *(f"number {n}" for n in range(20)))

    assert await target.receives(20) == [f"number {n}" for n in range(20)]
    job_id, _, body = target.received[-1]
    key = base64.b64decode(webhook["secret"].removeprefix("whsec_"))
    signed = f"{job_id}.{target.headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert target.headers["webhook-signature"] == f"v1,{expected}"
    assert target.headers["host"] == target.url.split("/")[2]
    await eventually(lambda: rows(settings) == [])
    assert len({job_id for job_id, _, _ in target.received}) == len(target.received) == 20

    def count(name, **labels):
        return total(read_series(nova.instruments.metrics.registry), name, **labels)

    # What is counted is counted when the row is gone already.
    await eventually(lambda: count("nova_queue_processed_total", result="ok") == 20)
    await eventually(lambda: count("nova_queue_wait_seconds_count") == 20)


async def test_what_fails_is_tried_again_and_seen(group, connect, target, settings, nova):
    (ana,), room = await group("ana")
    await add_webhook(ana, room, target.url)
    target.status = 500
    await say(ana, connect, room, "hello")
    await target.receives(1)
    registry = nova.instruments.metrics.registry
    await eventually(lambda: total(read_series(registry), "nova_queue_messages", state="retry"))

    assert rows(settings) == [("retry", 1, "the target answered 500")]
    counts = read_series(nova.instruments.metrics.registry)
    assert total(counts, "nova_queue_oldest_message_timestamp_seconds") > 0
    assert total(counts, "nova_queue_processed_total", result="retried") == 1


async def test_a_target_that_does_not_answer_is_an_error_with_words(group, connect, settings, nova):
    (ana,), room = await group("ana")
    await add_webhook(ana, room, "http://127.0.0.1:1/nobody")
    await add_webhook(ana, room, "http://192.168.0.1/forbidden")
    await say(ana, connect, room, "hello")
    await eventually(lambda: [state for state, _, _ in rows(settings)] == ["retry"] * 2)

    errors = sorted(error for _, _, error in rows(settings))
    assert errors[0].startswith("192.168.0.1 is not in a network that webhooks may call")
    assert "ConnectError" in errors[1]


async def test_after_the_last_try_a_person_can_look_and_replay(group, connect, target, settings, capsys, monkeypatch):
    monkeypatch.setattr("nova_app.cli.load_settings", lambda: settings)
    (ana,), room = await group("ana")
    await add_webhook(ana, room, target.url)
    target.status = 410
    await say(ana, connect, room, "one", "two")
    await target.receives(1)
    await eventually(lambda: {state for state, _, _ in rows(settings)} == {"failed"})
    listed = (await ana.get(f"/api/v1/conversations/{room}/webhooks")).json()["items"]
    assert [item["is_active"] for item in listed] == [False]

    assert await asyncio.to_thread(main, ["deliveries", "list"]) == 0
    assert "the target answered 410" in capsys.readouterr().out
    target.status = 200
    assert await asyncio.to_thread(main, ["deliveries", "replay"]) == 0
    assert "deliveries are tried again" in capsys.readouterr().out

    received = len(target.received)
    await target.receives(received + 2)
    await eventually(lambda: rows(settings) == [])
    listed = (await ana.get(f"/api/v1/conversations/{room}/webhooks")).json()["items"]
    assert [item["is_active"] for item in listed] == [True]


async def test_a_slow_target_holds_up_nobody_else(group, connect, target, nova):
    (ana,), room = await group("ana")
    async with Target() as slow:
        slow.delay = 2.0
        await add_webhook(ana, room, slow.url)
        await add_webhook(ana, room, target.url)
        await say(ana, connect, room, "one", "two", "three")

        assert await target.receives(3, seconds=1.9) == ["one", "two", "three"]
        assert slow.most_under_way == 1


async def test_only_members_see_and_change_webhooks(group, register, target):
    (ana,), room = await group("ana")
    eve = await register("eve")
    webhook = await add_webhook(ana, room, target.url)
    url = f"/api/v1/conversations/{room}/webhooks"

    assert (await eve.get(url)).status_code == 404
    assert (await eve.post(url, json={"url": target.url})).status_code == 404
    assert (await eve.delete(f"{url}/{webhook['id']}")).status_code == 404
    assert "secret" not in (await ana.get(url)).json()["items"][0]
    assert (await ana.post(url, json={"url": "not one"})).json()["fields"]["url"]
    assert (await ana.delete(f"{url}/{webhook['id']}")).status_code == 204
    assert (await ana.delete(f"{url}/{webhook['id']}")).status_code == 404
    for _ in range(10):
        await add_webhook(ana, room, target.url)
    assert (await ana.post(url, json={"url": target.url})).status_code == 422


async def test_removing_a_webhook_forgets_what_waits(group, connect, target, settings):
    (ana,), room = await group("ana")
    webhook = await add_webhook(ana, room, "http://127.0.0.1:1/")
    await say(ana, connect, room, "hello")
    await eventually(lambda: [state for state, _, _ in rows(settings)] == ["retry"])

    assert (await ana.delete(f"/api/v1/conversations/{room}/webhooks/{webhook['id']}")).status_code == 204
    assert rows(settings) == []


class Scripted:
    """A sender that never leaves this process and can be held."""

    def __init__(self):
        self.sent, self.gate = [], asyncio.Event()
        self.gate.set()

    async def send(self, job, now):
        self.sent.append(job.id)
        await self.gate.wait()
        return Reply(200)


def a_worker(storage, clock, sender):
    return Deliveries(storage.deliveries, sender, clock, create_instruments().queue, attempts_max=3)


@pytest.fixture
async def storage(settings, made_database):
    """The storage of an older Nova whose own worker is not running."""
    async with open_storage(settings, FakePublisher()) as storage:
        yield storage


async def fill(storage, count):
    """A conversation with a webhook, and so many messages in it."""
    await storage.accounts.add_user(a_user("ana"))
    await storage.conversations.create(
        conversation_id="room",
        kind=ConversationKind.GROUP,
        title="Room",
        creator_id="ana",
        member_ids=[],
        creation_key=None,
        created_at=A_MOMENT,
    )
    webhook = Webhook(
        id="hook",
        conversation_id="room",
        url="https://example.org/",
        secret="whsec_",
        created_by="ana",
        created_at=A_MOMENT,
    )
    await storage.webhooks.add_webhook(webhook, at_most=5)
    await storage.log.append([a_draft(f"c{n}", text=str(n)) for n in range(count)])


class HandClock:
    """A clock that is moved by hand; it begins when everything that is queued is due."""

    def __init__(self):
        self._now = datetime.now(UTC) + timedelta(minutes=5)

    def now(self):
        return self._now

    def advance(self, by):
        self._now += by


async def test_two_workers_never_hold_the_same_delivery(storage):
    await fill(storage, 40)
    clock = HandClock()
    senders = [Scripted(), Scripted()]
    workers = [a_worker(storage, clock, sender) for sender in senders]

    while any(await asyncio.gather(*(worker.run_once() for worker in workers))):
        await asyncio.gather(*(worker.settle() for worker in workers))

    sent = [job for sender in senders for job in sender.sent]
    assert len(sent) == len(set(sent)) == 40
    assert (await storage.deliveries.measure()).pending == 0


async def test_what_a_dead_worker_held_is_due_again_after_its_lease(storage):
    await fill(storage, 3)
    clock, dead, heir = HandClock(), Scripted(), Scripted()
    dead.gate.clear()
    victim = a_worker(storage, clock, dead)
    await victim.run_once()
    await eventually(lambda: len(dead.sent) == 1)
    worker = a_worker(storage, clock, heir)

    assert await worker.run_once() == 0
    clock.advance(LEASE + timedelta(seconds=1))
    assert await worker.run_once() == 3
    await worker.settle()
    dead.gate.set()
    await victim.settle()

    assert len(heir.sent) == 3
    standing = await storage.deliveries.measure()
    assert (standing.pending, standing.retry, standing.failed, standing.oldest_at) == (0, 0, 0, None)


async def test_a_name_that_leads_inside_is_not_called(storage):
    def never(request):
        raise AssertionError("nothing may be sent")

    sender = HttpWebhookSender([], transport=httpx.MockTransport(never))
    message = MessagePosted("room", 1, "id", "client", "ana", "x", "2026-01-02T03:04:05.000006Z")
    for url in ("http://localhost:9/", "http://127.0.0.1/", "http://[::1]:80/", "http://0x7f000001/"):
        reply = await sender.send(Job("1", "2", url, "whsec_", message, 0, "x"), datetime.now(UTC))
        assert (reply.status, bool(reply.error)) == (0, True)
    await sender.close()


async def test_changes_reach_the_target_after_their_message(group, connect, target):
    (ana,), room = await group("ana")
    await add_webhook(ana, room, target.url)
    socket = await connect(ana)
    socket.send(a_send(room, "hello"))
    message_id = (await socket.expect("ack"))["message_id"]
    await target.receives(1)
    place = {"conversation_id": room, "message_id": message_id}
    for key, change in enumerate(
        (
            {"type": "edit", "text": "hello @ana", "base_seq": 1},
            {"type": "react", "emoji": "👍", "on": True},
            {"type": "react", "emoji": "👍", "on": False},
            {"type": "delete"},
        )
    ):
        socket.send({**place, **change, "client_id": f"00000000-0000-4000-8000-00000000000{key}"})
        await socket.expect("ack")
        await eventually(lambda count=key + 2: len(target.received) == count)

    bodies = [body for _, body, _ in target.received[1:]]
    assert [(body["type"], body["data"]["seq"]) for body in bodies] == [
        ("message.edited", 2),
        ("reaction.added", 3),
        ("reaction.removed", 4),
        ("message.deleted", 5),
    ]
    assert (bodies[0]["data"]["text"], bodies[0]["data"]["mentions"]) == ("hello @ana", [ana.user_id])
    assert all(body["data"]["message_id"] == message_id for body in bodies)
    assert not any("client_id" in body["data"] for body in bodies)


async def test_what_waits_of_a_deleted_message_is_not_delivered_any_more(storage):
    await fill(storage, 3)
    clock, sender = HandClock(), Scripted()
    sender.gate.clear()
    worker = a_worker(storage, clock, sender)
    await worker.run_once()
    await eventually(lambda: len(sender.sent) == 1)
    (_, second, third) = (await storage.log.read_page("room", before_seq=None, after_seq=None, limit=3)).items

    for key, message in (("k1", second), ("k2", third)):
        await storage.log.change([Delete("ana", key, "room", message.message_id)])
    sender.gate.set()
    await worker.settle()
    assert len(sender.sent) == 1, "a claimed delivery of a deleted message is not made"
    while await worker.run_once():
        await worker.settle()

    # The first message, and two deletions.
    assert len(sender.sent) == 3
    assert (await storage.deliveries.measure()).pending == 0


async def test_what_happens_to_posts_reaches_the_webhooks_of_posts(register, target, settings):
    root, ana = await register("root"), await register("ana")
    place = "/api/v1/posts/webhooks"
    assert [(await ana.request(method, place, json={"url": target.url})).status_code for method in ("GET", "POST")] == [
        403,
        403,
    ]
    webhook = (await root.post(place, json={"url": target.url})).json()
    assert [item["id"] for item in (await root.get(place)).json()["items"]] == [webhook["id"]]

    def key(number):
        return {"Idempotency-Key": f"00000000-0000-4000-8000-{number:012}"}

    post = (await ana.post("/api/v1/posts", json={"text": "hello"}, headers=key(1))).json()
    path = f"/api/v1/posts/{post['id']}"
    await ana.patch(path, json={"text": "hello"})
    await ana.patch(path, json={"text": "better"})
    await root.put(f"{path}/reactions/\N{THUMBS UP SIGN}")
    comment = (await root.post(f"{path}/comments", json={"text": "nice"}, headers=key(2))).json()
    await root.delete(f"{path}/comments/{comment['id']}")
    await ana.delete(path)

    async with asyncio.timeout(PATIENCE_SECONDS):
        while "post.deleted" not in [body["type"] for _, body, _ in target.received]:
            await asyncio.sleep(0.01)
    await eventually(lambda: rows(settings) == [])
    # What was still waiting when the post was deleted is not delivered any more.
    types = [body["type"] for _, body, _ in target.received]
    everything = [
        "post.created",
        "post.edited",
        "post.reaction.added",
        "post.comment.added",
        "post.comment.deleted",
        "post.deleted",
    ]
    assert types == [kind for kind in everything if kind in types]
    (deleted,) = [body for _, body, _ in target.received if body["type"] == "post.deleted"]
    assert deleted["data"]["post"]["deleted"] is True
    assert deleted["data"]["user_id"] == ana.user_id
    assert (await root.delete(f"{place}/{webhook['id']}")).status_code == 204
    assert (await root.delete(f"{place}/{webhook['id']}")).status_code == 404


async def test_each_change_of_a_post_is_queued_once_and_with_what_it_was(register, settings):
    root, ana = await register("root"), await register("ana")
    await root.post("/api/v1/posts/webhooks", json={"url": "http://127.0.0.1:9/hook"})
    post = (
        await ana.post(
            "/api/v1/posts",
            json={"text": "hello"},
            headers={"Idempotency-Key": "0" * 8 + "-0000-4000-8000-" + "0" * 12},
        )
    ).json()
    path = f"/api/v1/posts/{post['id']}"
    for _ in range(2):
        await ana.patch(path, json={"text": "better"})
        await root.put(f"{path}/reactions/\N{THUMBS UP SIGN}")

    def queued():
        with contextlib.closing(sqlite3.connect(settings.database_path)) as connection:
            found = connection.execute("SELECT post_event FROM delivery ORDER BY rowid").fetchall()
        return [json.loads(event) for (event,) in found]

    events = queued()
    assert [event["type"] for event in events] == ["post.created", "post.edited", "post.reaction.added"]
    assert [event["data"]["post"]["text"] for event in events] == ["hello", "better", "better"]
    assert events[2]["data"]["emoji"] == "\N{THUMBS UP SIGN}"
    await ana.delete(path)
    assert [event["type"] for event in queued()] == ["post.deleted"]


async def test_memberships_and_renames_reach_the_target(group, register, target, settings):
    (ana, ben, dora), room = await group("ana", "ben", "dora")
    await register("cleo")
    await add_webhook(dora, room, target.url)
    path = f"/api/v1/conversations/{room}"

    await ana.post(f"{path}/members", json={"usernames": ["cleo"]})
    await ana.patch(path, json={"title": "Plans"})
    await ana.delete(f"{path}/members/{ben.user_id}")
    await ana.delete(f"{path}/members/me")

    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(target.received) < 4:
            await asyncio.sleep(0.01)
    bodies = sorted((body for _, body, _ in target.received), key=lambda body: body["data"]["seq"])
    assert [body["type"] for body in bodies] == [
        "member.joined",
        "conversation.renamed",
        "member.removed",
        "member.left",
    ]
    assert bodies[1]["data"]["title"] == "Plans"
    assert [body["data"]["actor_name"] for body in bodies] == ["Ana"] * 4
    await eventually(lambda: rows(settings) == [])


def disable(settings, username):
    with contextlib.closing(sqlite3.connect(settings.database_path)) as database, database:
        database.execute(
            "UPDATE user SET disabled_at = ? WHERE username = ?", ("2026-01-01T00:00:00.000000Z", username)
        )


@pytest.mark.parametrize("how", ["leaves", "is removed", "is deactivated"])
async def test_a_webhook_ends_with_the_right_of_its_maker(group, connect, target, settings, how):
    (ana, ben), room = await group("ana", "ben")
    hook = await add_webhook(ben, room, target.url)
    own = await add_webhook(ana, room, target.url)
    path = f"/api/v1/conversations/{room}"
    if how == "leaves":
        await ben.delete(f"{path}/members/me")
    elif how == "is removed":
        await ana.delete(f"{path}/members/{ben.user_id}")
    else:
        disable(settings, "ben")
    before = len(target.received)
    await say(ana, connect, room, "not for ben")
    await eventually(lambda: rows(settings) == [])
    received = [headers for headers, body, _ in target.received[before:] if body["data"].get("text") == "not for ben"]
    assert len(received) == 1
    items = {item["id"]: item["is_active"] for item in (await ana.get(f"{path}/webhooks")).json()["items"]}
    assert items == {hook["id"]: False, own["id"]: True}


async def test_what_waits_is_not_sent_after_the_maker_has_left(group, connect, target, settings, nova):
    (ana, ben), room = await group("ana", "ben")
    target.status = 503
    await add_webhook(ben, room, target.url)
    await say(ana, connect, room, "waits")
    await eventually(lambda: rows(settings) and rows(settings)[0][1] == 1)
    target.status = 200
    await ben.delete(f"/api/v1/conversations/{room}/members/me")
    with contextlib.closing(sqlite3.connect(settings.database_path)) as database, database:
        database.execute("UPDATE delivery SET next_at = created_at")
    await eventually(lambda: rows(settings) == [])
    assert [body["data"].get("text") for _, body, _ in target.received] == ["waits"]


async def test_members_see_who_added_a_webhook(group, target):
    (ana, ben), room = await group("ana", "ben")
    await add_webhook(ben, room, target.url)
    (seen,) = (await ana.get(f"/api/v1/conversations/{room}/webhooks")).json()["items"]
    assert seen["created_by"] == ben.user_id
