"""Both shells of the messaging socket keep one contract, over a real connection, as it is served."""

import asyncio
import base64
import gc
import json
import os
import random
import struct
from dataclasses import replace

import pytest
from picows.picows import WSProtocol

from nova_app.container import open_container
from nova_app.domain.errors import ErrorCode, Refused, Unavailable
from nova_app.observability.request_context import current_request
from nova_app.protocol.gate import Admitted, RequestHead, TrustedProxies
from nova_app.protocol.server_frames import error_frame
from nova_app.realtime import endpoint, fast_socket
from nova_app.realtime.port import SocketPort
from nova_app.realtime.socket_registry import RestartNotice
from tests.asgi import BASE, a_send, eventually, sign_up
from tests.shells import SHELLS, WireDriver, serving

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return ("asyncio", {"use_uvloop": True})


@pytest.fixture(params=SHELLS)
def shell(request):
    return request.param


def cookie_of(client):
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


@pytest.fixture
async def address(nova, shell):
    async with serving(nova, shell) as made:
        yield made


@pytest.fixture
async def open_socket(address):
    drivers = []

    async def make(client=None, *, hello=True, cursors=None, path="", **kept):
        driver = WireDriver(address + path, cookie=cookie_of(client) if client else "", **kept)
        drivers.append(driver)
        await driver.open()
        if hello:
            await driver.hello(cursors or {})
        return driver

    yield make
    for driver in drivers:
        await driver.close()


async def refused_as(driver, code, close):
    error = (await driver.expect("error"))["error"]
    assert error["code"] == code
    assert await driver.closed_with() == (close, code)


# Refusals


async def test_a_foreign_origin_is_refused_before_the_upgrade(nova, register, open_socket):
    socket = await open_socket(await register("ana"), hello=False, origin="https://evil.example")

    assert socket.status == 403
    assert counted(nova, "ws_connections_total", result="rejected_origin") == 1


async def test_without_a_session_the_error_comes_before_the_close(nova, open_socket):
    await refused_as(await open_socket(hello=False), "not_signed_in", 4401)
    assert counted(nova, "ws_errors_total", type="auth") == 1


async def test_a_page_of_another_account_is_refused(register, open_socket):
    ana = await register("ana")

    await refused_as(await open_socket(ana, hello=False, path="?user_id=ben"), "account_changed", 4403)
    await refused_as(await open_socket(ana, hello=False, headers=[("Nova-Account", "ben")]), "account_changed", 4403)
    assert (await open_socket(ana, path=f"?user_id={ana.user_id}")).close_code is None


@pytest.mark.parametrize(
    ("fault", "close"),
    [
        (Refused(ErrorCode.ACCOUNT_DISABLED), 4403),
        (Refused(ErrorCode.TOO_MANY_DIALS), 4429),
        (Unavailable(ErrorCode.STORAGE_UNAVAILABLE), 1011),
    ],
    ids=lambda value: getattr(value, "code", value),
)
async def test_what_the_look_up_refuses_reaches_the_client(nova, shell, register, fault, close):
    async def refuse(credentials):
        raise fault

    ana = await register("ana")
    object.__setattr__(nova.entrance, "authenticate", refuse)
    async with serving(nova, shell) as address:
        driver = WireDriver(address, cookie=cookie_of(ana))
        await driver.open()
        await refused_as(driver, fault.code, close)


async def test_a_look_up_that_breaks_opens_nothing(nova, register, open_socket, caplog):
    async def fail(credentials):
        raise ZeroDivisionError

    object.__setattr__(nova.entrance, "authenticate", fail)
    socket = await open_socket(await register("ana"), hello=False)

    assert await socket.closed() in {1006, 1011}
    assert "ZeroDivisionError" in caplog.text


async def test_a_server_that_stops_takes_nobody(nova, register, open_socket):
    ana = await register("ana")
    await nova.sockets.close_all(RestartNotice(500, 5000), timeout_seconds=1)

    await refused_as(await open_socket(ana, hello=False), "restarting", 1012)


async def test_more_than_are_admitted_learn_when_to_return(settings, shell, made_database):
    async with (
        open_container(settings.model_copy(update={"admissions_per_second": 0.5})) as nova,
        serving(nova, shell) as address,
    ):
        cookie = await sign_up(nova)
        stranger = WireDriver(address)
        await stranger.open()
        await refused_as(stranger, "not_signed_in", 4401)
        first, driver = WireDriver(address, cookie=cookie), WireDriver(address, cookie=cookie)
        await first.open()
        await first.hello({})
        await driver.open()
        refusal = (await driver.expect("error"))["error"]
        await driver.closed()
        await first.close()

    assert refusal["code"] == "overloaded"
    assert refusal["retry_after_ms"] > 1_900
    assert driver.close_code == 1013


async def test_the_verdict_of_the_limits_reaches_the_client_of_the_fast_shell(nova):
    fault = Unavailable(ErrorCode.OVERLOADED, retry_after_seconds=3)
    async with serving(nova, "fast", find_verdict=lambda head: fault if head.peer == "127.0.0.1" else None) as address:
        driver = WireDriver(address)
        await driver.open()
        await refused_as(driver, "overloaded", 1013)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"Sec-WebSocket-Version": "8"}, 400),
        ({"Sec-WebSocket-Key": "short"}, 400),
        ({"Sec-WebSocket-Key": None}, 400),
        ({"Upgrade": None, "Connection": None}, 426),
    ],
    ids=str,
)
async def test_a_handshake_that_is_none_gets_a_status(address, changed, status):
    answer = await handshake(address, changed)

    assert answer.startswith(f"HTTP/1.1 {status} ".encode())


async def handshake(address, changed):
    host, _, port = address.removeprefix("ws://").partition("/")[0].partition(":")
    headers = {
        "Host": "localhost:3000",
        "Origin": BASE,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        **changed,
    }
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write("\r\n".join(["GET /api/v1/socket HTTP/1.1", *lines, "", ""]).encode())
    answer = await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    return answer


# The session


async def test_messages_are_acked_and_reach_everyone_in_order(group, open_socket):
    (ana, ben), room = await group("ana", "ben")
    sender, reader = await open_socket(ana), await open_socket(ben)
    await reader.settle()
    before = reader.frame_count

    for number in range(200):
        sender.send(a_send(room, str(number)))

    assert [ack["seq"] for ack in await sender.collect(200, "ack")] == list(range(1, 201))
    assert [message["text"] for message in await reader.collect(200, "message")] == [str(n) for n in range(200)]
    assert reader.frame_count - before <= 60
    resumed = await open_socket(ben, cursors={room: 120})
    assert [message["seq"] for message in await resumed.collect(80, "message")] == list(range(121, 201))


async def test_requests_and_sockets_share_the_port_and_a_proxys_request_id(nova, shell, register, monkeypatch):
    seen = []
    list_ids = nova.entrance.services.arrivals.list_ids

    async def noting(user_id):
        seen.append(current_request.get().request_id)
        return await list_ids(user_id)

    monkeypatch.setattr(nova.entrance.services.arrivals, "list_ids", noting)

    behind_a_proxy = replace(nova, policy=replace(nova.policy, proxies=TrustedProxies.of(["127.0.0.1"])))
    async with serving(behind_a_proxy, shell) as address:
        cookie = cookie_of(await register("ana"))
        driver = WireDriver(address, cookie=cookie, headers=[("X-Request-ID", "0123456789abcdef")])
        await driver.open()
        await driver.hello({})
        await driver.close()

    assert seen == ["0123456789abcdef"]


async def test_a_token_opens_the_socket(register, open_socket):
    ana = await register("ana")
    token = (await ana.post("/api/v1/auth/tokens", json={"name": "bot"})).json()["token"]

    assert (await (await open_socket(hello=False, token=token, origin="")).hello({}))["user_id"] == ana.user_id


async def test_a_stalled_reader_slows_nobody_and_resumes_by_number(group, open_socket):
    (ana, ben, cleo), room = await group("ana", "ben", "cleo")
    sender, slow, fast = await open_socket(ana), await open_socket(ben), await open_socket(cleo)
    await slow.settle()
    slow.stall()

    for number in range(300):
        sender.send(a_send(room, f"{number} {'x' * 9_000}"))
    assert [m["seq"] for m in await fast.collect(300, "message")] == list(range(1, 301))
    slow.resume()

    assert [m["seq"] for m in await slow.collect(300, "message")] == list(range(1, 301))
    sender.send(a_send(room, "live again"))
    assert (await slow.expect("message"))["seq"] == 301


async def test_a_stalled_reader_costs_bounded_memory(nova, group, open_socket):
    (ana, ben), room = await group("ana", "ben")
    sender, slow = await open_socket(ana), await open_socket(ben)
    await slow.settle()
    slow.stall()

    for number in range(600):
        sender.send(a_send(room, f"{number} {'x' * 9_000}"))
    await sender.collect(600, "ack")

    waiting = [queue.waiting_bytes for queue in nova.guard.hub._conversations_of]
    assert max(waiting) < 2 << 20, "of about 5 MB, the rest is remembered by number"


async def test_a_reader_that_never_reads_is_closed(nova, group, open_socket, monkeypatch):
    for module in (endpoint, fast_socket):
        monkeypatch.setattr(module, "STALL_SECONDS", 0.2)
    monkeypatch.setattr(endpoint, "CLOSE_SECONDS", 0.2)
    monkeypatch.setattr(fast_socket, "ABORT_SECONDS", 0.2)
    (ana, ben), room = await group("ana", "ben")
    sender, slow = await open_socket(ana), await open_socket(ben)
    await slow.settle()
    slow.stall()

    for number in range(300):
        sender.send(a_send(room, f"{number} {'x' * 9_000}"))

    await sender.collect(300, "ack")
    await eventually(lambda: len(nova.sockets) == 1)
    assert counted(nova, "ws_disconnections_total", reason="slow_consumer") == 1


@pytest.mark.parametrize("seed", [1, 10, 12])
async def test_a_close_behind_what_is_not_read_leaves_it_whole(nova, register, seed):
    sizes, sent, read = random.Random(seed), [], []
    async with serving(nova, "fast") as address:
        driver = WireDriver(address, cookie=cookie_of(await register("ana")))
        await driver.open()
        await driver.hello({})
        await driver.settle()
        (served,) = nova.sockets._everyone()
        driver.stall()

        while not served._is_paused:
            sent.append("x" * sizes.choice((300, 2_000, 8_200, 9_000, 20_000)))
            served.send_frame(error_frame(Refused(ErrorCode.INVALID_FIELDS, sent[-1])))
            served._flush()
        served._stalled()
        driver.resume()

        while (frame := await driver.receive()) is not None:
            read.append(frame["error"]["detail"])
        assert await driver.closed_with() == (1013, "reader_too_slow")
        assert read == sent


async def test_a_ping_of_a_stalled_reader_is_answered_once_it_reads_on(nova, group):
    (ana, ben), room = await group("ana", "ben")
    async with serving(nova, "fast") as address:
        sender, slow = [WireDriver(address, cookie=cookie_of(client)) for client in (ana, ben)]
        for driver in (sender, slow):
            await driver.open()
            await driver.hello({})
        await slow.settle()
        slow.stall()
        for number in range(100):
            sender.send(a_send(room, f"{number} {'x' * 9_000}"))
        await sender.collect(100, "ack")

        (served,) = [socket for socket in nova.sockets._everyone() if socket.identity.user_id == ben.user_id]
        before = served.last_frame_at
        answered = await slow.wire.ping(b"are you there")
        slow.send({"type": "ping", "id": "1"})
        await eventually(lambda: served.last_frame_at > before)
        slow.resume()

        await slow.collect(100, "message")
        await asyncio.wait_for(answered, 5)
        await asyncio.gather(sender.close(), slow.close())


async def test_what_is_read_at_once_is_bounded(nova, register):
    async with serving(nova, "fast") as address:
        driver = WireDriver(address, cookie=cookie_of(await register("ana")))
        await driver.open()
        await driver.hello({})
        (served,) = nova.sockets._everyone()
        protocol = served._transport.underlying_transport.get_protocol()

        for _ in range(100):
            driver.wire.transport.write((b"\x8a\xfd\0\0\0\0" + b"x" * 125) * 2_000)
            await driver.settle()

        assert len(WSProtocol.get_buffer(protocol, -1)) < 64 * 1024, "the library doubles it at each full read"
        await driver.close()


async def test_too_much_in_one_frame_ends_only_that_socket(group, open_socket):
    (ana, ben), room = await group("ana", "ben")
    bad, worse, good = await open_socket(ana), await open_socket(ana), await open_socket(ben)

    bad.send(json.dumps(a_send(room, "x" * 66_000)))
    worse.send(json.dumps(a_send(room, "x" * 300_000)))

    assert (await bad.expect("error"))["error"]["code"] == "frame_too_large"
    assert await bad.closed_with() == (1009, "frame_too_large")
    assert await worse.closed() == 1009
    good.send(a_send(room, "still here"))
    assert (await good.expect("ack"))["seq"] == 1


async def test_a_message_may_come_in_parts_with_a_ping_between(group, open_socket):
    (ana, _), room = await group("ana", "ben")
    socket = await open_socket(ana)
    data = json.dumps(a_send(room, "grüße")).encode()

    socket.wire.protocol.send_text(data[:7], fin=False)
    socket.wire.protocol.send_ping(b"between")
    socket.wire.protocol.send_continuation(data[7:50], fin=False)
    socket.wire.protocol.send_continuation(data[50:], fin=True)
    socket.wire.send_data()

    assert (await socket.expect("ack"))["seq"] == 1


@pytest.mark.parametrize(
    ("wrong", "close"),
    [
        (b"\x81\x82\0\0\0\0\xff\xfe", 1007),  # a text that is not UTF-8
        (b"\x80\x81\0\0\0\0x", 1002),  # the continuation of nothing
        (b"\xc1\x81\0\0\0\0x", 1002),  # compressed, which was not agreed on
        (b"\x83\x80\0\0\0\0", 1002),  # an unknown opcode
        (b"\x81\x01x", 1002),  # not masked
        (b"\x81\xff\0\0\0\0" + struct.pack("!I", 300_000) + b"\0\0\0\0", 1009),  # longer than anything may be
    ],
    ids=["utf-8", "continuation", "rsv1", "opcode", "unmasked", "length"],
)
async def test_what_is_no_websocket_frame_closes_that_socket(nova, register, open_socket, wrong, close):
    socket = await open_socket(await register("ana"))

    socket.wire.transport.write(wrong)

    assert await socket.closed() == close
    await eventually(lambda: len(nova.sockets) == 0)


async def test_a_wire_ping_is_answered(register, open_socket):
    socket = await open_socket(await register("ana"))

    await asyncio.wait_for(await socket.wire.ping(b"are you there"), 5)


async def test_bytes_are_read_as_text_is(register, open_socket):
    socket = await open_socket(await register("ana"))

    await socket.wire.send(b'{"type":"ping","id":"7"}')

    assert (await socket.expect("pong"))["id"] == "7"


async def test_malformed_frames_are_refused_and_nothing_else_breaks(group, open_socket):
    (ana, _), room = await group("ana", "ben")
    socket = await open_socket(ana)

    for frame in ("{", '{"type":"dance"}', a_send(room, "fine")):
        socket.send(frame)

    assert (await socket.expect("error"))["error"]["code"] == "malformed_frame"
    assert (await socket.expect("ack"))["seq"] == 1


async def test_sends_before_the_welcome_are_acked_after_it(group, open_socket):
    (ana, _), room = await group("ana", "ben")
    socket = await open_socket(ana, hello=False)

    socket.send({"type": "hello", "protocol": 1, "cursors": {}})
    for number in range(50):
        socket.send(a_send(room, str(number)))

    first = (await socket.expect("welcome", "ack"))["type"]
    assert first == "welcome"
    assert len(await socket.collect(50, "ack")) == 50


async def test_more_in_flight_than_are_read_on_are_all_acked(group, open_socket):
    (ana, _), room = await group("ana", "ben")
    socket = await open_socket(ana)

    for number in range(3_000):
        socket.send(a_send(room, str(number)))
        if number % 100 == 0:
            await asyncio.sleep(0)

    answers = await socket.collect(3_000, "ack", "nack")
    assert len({answer["client_id"] for answer in answers}) == 3_000


# Ends


async def test_signing_out_closes_the_sockets_of_that_session(register, open_socket):
    ana = await register("ana")
    socket = await open_socket(ana)

    await ana.post("/api/v1/auth/logout")

    await refused_as(socket, "not_signed_in", 4401)


async def test_the_oldest_of_too_many_sockets_gives_way(settings, shell, nova, register, open_socket):
    ana = await register("ana")
    sockets = [await open_socket(ana) for _ in range(nova.settings.sockets_per_account + 1)]

    assert await sockets[0].closed() == 4409
    assert sockets[1].close_code is None


async def test_a_planned_stop_says_bye_with_the_way_back(nova, register, open_socket):
    socket = await open_socket(await register("ana"))

    closing = asyncio.create_task(nova.sockets.close_all(RestartNotice(500, 5000), timeout_seconds=5))

    bye = await socket.expect("bye")
    assert (bye["reason"], bye["retry_min_ms"], bye["retry_window_ms"]) == ("restarting", 500, 5000)
    assert await socket.closed_with() == (1012, "restarting")
    await closing


async def test_silence_is_asked_about_then_ends_the_socket(nova, register, open_socket):
    socket = await open_socket(await register("ana"))
    now = asyncio.get_running_loop().time()

    nova.sockets.sweep(now + 30)
    assert (await socket.expect("ping"))["id"] == "server"
    nova.sockets.sweep(now + 1_000)

    assert await socket.closed() == 4408


async def test_without_hello_the_socket_is_closed(nova, register, open_socket):
    socket = await open_socket(await register("ana"), hello=False)
    await eventually(lambda: len(nova.sockets) == 1)

    nova.sockets.deadlines.check(asyncio.get_running_loop().time() + 9)
    assert len(nova.sockets) == 1
    nova.sockets.deadlines.check(asyncio.get_running_loop().time() + 11)

    await refused_as(socket, "silent", 4408)


async def test_a_client_that_leaves_is_counted_and_leaves_nothing(nova, register, open_socket):
    ana = await register("ana")
    tasks = len(asyncio.all_tasks())
    polite, gone = await open_socket(ana), await open_socket(ana)

    await polite.close(1001)
    gone.wire.transport.abort()

    await eventually(lambda: len(nova.sockets) == 0)
    assert counted(nova, "ws_disconnections_total", reason="going_away") == 1
    assert counted(nova, "ws_disconnections_total", reason="client_close") == 1
    assert counted(nova, "ws_connections_active") == 0
    assert nova.guard.hub._conversations_of == {}
    await eventually(lambda: len(asyncio.all_tasks()) <= tasks)


async def test_compression_is_offered_by_browsers_and_not_taken(register, open_socket):
    socket = await open_socket(await register("ana"))

    assert socket.wire.protocol.extensions == []


async def test_a_fast_socket_at_rest_has_no_task_timer_or_deadline(nova, register):
    async with serving(nova, "fast") as address:
        ana = await register("ana")
        driver = WireDriver(address, cookie=cookie_of(ana))
        before = len(asyncio.all_tasks())
        await driver.open()
        await driver.hello({})
        await driver.settle()
        nova.sockets.deadlines.check(asyncio.get_running_loop().time() + 11)

        # One task is the client's own.
        assert len(asyncio.all_tasks()) <= before + 1
        assert len(nova.sockets.deadlines) == 0
        await driver.close()


async def test_a_fast_socket_keeps_nothing_of_its_handshake(nova, register):
    async with serving(nova, "fast") as address:
        driver = WireDriver(address, cookie=cookie_of(await register("ana")))
        earlier = of_handshakes()  # kept, so that nothing new takes its place in memory
        await driver.open()
        await driver.hello({})
        await driver.settle()

        assert [type(found) for found in of_handshakes() if not any(found is kept for kept in earlier)] == []
        await driver.close()


def of_handshakes():
    gc.collect()
    return [found for found in gc.get_objects() if isinstance(found, (SocketPort, RequestHead, Admitted))]


def counted(nova, name, **labels):
    nova.instruments.metrics.refresh()
    return nova.instruments.metrics.registry.get_sample_value(name, labels) or 0
