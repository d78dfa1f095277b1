"""What happens to the server and the wire must not happen to the messages."""

import asyncio
import contextlib
import json
import threading
import uuid

import httpx
import pytest
import websockets
from playwright.sync_api import expect

from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

PASSWORD = "correct horse battery"
BURST = 500


server = shared_server()


def make_account(server, username):
    with httpx.Client(base_url=f"{server.origin}/api/v1") as client:
        body = {"username": username, "display_name": username, "password": PASSWORD}
        client.post("/auth/register", json=body).raise_for_status()
        return client.post("/auth/tokens", json={"name": "script"}).json()["token"]


def api(server, token):
    return httpx.Client(base_url=f"{server.origin}/api/v1", headers={"Authorization": f"Bearer {token}"})


async def burst(server, token, room, acked, kill):
    """Send until everything is acked, dialling again whenever the line is lost; ``kill`` comes in the middle."""
    waiting = {str(uuid.uuid4()): f"burst {number:03}" for number in range(BURST)}
    while waiting:
        with contextlib.suppress(OSError, websockets.WebSocketException):
            await _burst_once(server, token, room, waiting, acked, kill)
        await asyncio.sleep(0.05)


async def _burst_once(server, token, room, waiting, acked, kill):
    url = f"ws://127.0.0.1:{server.port}/api/v1/socket"
    async with websockets.connect(url, additional_headers={"Authorization": f"Bearer {token}"}) as connection:
        await connection.send('{"type":"hello","protocol":1}')
        reading = asyncio.create_task(_read_acks(connection, waiting, acked))
        for number, (client_id, text) in enumerate(list(waiting.items())):
            frame = {"type": "send", "client_id": client_id, "conversation_id": room, "text": text}
            await connection.send(json.dumps(frame))
            if number % 10 == 0:
                await asyncio.sleep(0.002)
            if number == BURST // 2:
                while not acked:
                    await asyncio.sleep(0.002)
                kill()
        await reading


async def _read_acks(connection, waiting, acked):
    while waiting:
        value = json.loads(await connection.recv())
        for frame in value if isinstance(value, list) else [value]:
            if frame["type"] == "ack":
                waiting.pop(frame["client_id"], None)
                acked[frame["client_id"]] = frame["seq"]


def test_kill_nine_during_a_burst_loses_nothing_that_was_acked(person, start_server):
    server = start_server()
    ana, ben = (person(origin=server.origin) for _ in range(2))
    token = make_account(server, "script")
    room = ana.start_group("Burst", ben.username, "script")
    ben.open(room)
    acked, acked_before = {}, []
    restart = threading.Thread(target=server.start)

    def kill():
        if not acked_before:
            acked_before.append(len(acked))
            server.kill()
            restart.start()

    worker = threading.Thread(target=lambda: asyncio.run(burst(server, token, room, acked, kill)))
    worker.start()
    worker.join(60)
    restart.join(60)

    assert 0 < acked_before[0] < BURST, "the kill came in the middle"
    assert len(acked) == BURST
    with api(server, token) as client:
        stored, after = [], 0
        while True:
            page = client.get(f"/conversations/{room}/messages", params={"after_seq": after, "limit": 100}).json()
            stored += page["items"]
            if not page["has_more"]:
                break
            after = stored[-1]["seq"]
    assert [item["seq"] for item in stored] == list(range(1, BURST + 1))
    assert {item["client_id"]: item["seq"] for item in stored} == acked
    newest = max(stored, key=lambda item: item["seq"])["text"]
    for user in (ana, ben):
        user.expect_connected()
        expect(user.row(newest)).to_be_visible()
        shown = user.seqs()
        assert shown == sorted(set(shown))
        assert shown[-1] == BURST
    ana.write("after the burst")
    expect(ben.row("after the burst")).to_be_visible()


def test_a_cut_wire_heals_by_itself_and_the_order_stays(person, wire):
    ana, ben = person(origin=wire.origin), person()
    room = ana.start_group("Wire", ben.username)
    ben.open(room)
    ana.write("before")
    ben.expect_texts("before")

    wire.cut()
    ana.expect_not_connected()
    for number in range(3):
        ana.write(f"cut {number}")
        ana.expect_state(f"cut {number}", "queued", "sending")
    ben.write("meanwhile")
    expect(by(ana.page, "outbox-count")).to_have_text("3")
    wire.heal()

    ana.expect_connected()
    expect(by(ana.page, "outbox-count")).to_have_text("0")
    expected = ["before", "meanwhile", "cut 0", "cut 1", "cut 2"]
    ana.expect_texts(*expected)
    ben.expect_texts(*expected)


def test_a_silently_dead_wire_is_found_and_nothing_is_lost(person, wire):
    ana, ben = person(origin=wire.origin), person()
    room = ana.start_group("Wire", ben.username)
    ben.open(room)

    wire.hole()
    ana.write("into the hole")
    ana.expect_state("into the hole", "queued", "sending")
    expect(by(ana.page, "connection-status")).not_to_have_attribute("data-state", "CONNECTED", timeout=25_000)
    wire.heal()

    ben.expect_texts("into the hole")
    ana.expect_state("into the hole", "delivered", "read")


@pytest.mark.expects("status 401")
def test_an_expired_session_keeps_what_was_written(person):
    ana = person()
    room = ana.start_group("Notes")
    ana.end_session()

    expect(by(ana.page, "connection-status")).to_have_attribute("data-reason", "signed_out")
    ana.write("written while signed out")
    ana.expect_state("written while signed out", "queued", "sending")
    ana.sign_in()
    ana.page.goto(f"/c/{room}")

    ana.expect_state("written while signed out", "sent", "delivered", "read")
    ana.expect_texts("written while signed out")
