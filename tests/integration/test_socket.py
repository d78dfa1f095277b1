"""The messaging socket, as its contract describes it."""

import asyncio
import json
import uuid

import httpx
import pytest

from nova_app.container import open_container
from nova_app.domain.errors import ErrorCode, Unavailable
from nova_app.realtime import socket_registry
from nova_app.realtime.socket_registry import RestartNotice
from tests.asgi import BASE, SocketDriver, a_send, eventually, gated, services_of, sign_up

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["direct", "fast"])
def shell(request):
    return request.param


async def test_a_message_is_acked_and_reaches_every_member_and_socket(group, connect):
    (ana, ben), room = await group("ana", "ben")
    first, second, other = await connect(ana), await connect(ana), await connect(ben)
    frame = a_send(room, "hello")

    first.send(frame)

    ack = await first.expect("ack")
    assert (ack["seq"], ack["duplicate"], ack["client_id"]) == (1, False, frame["client_id"])
    for socket in (first, second, other):
        message = await socket.expect("message") if socket is not first else None
        if message:
            assert message["text"] == "hello"
            assert message["author_id"] == ana.user_id
            assert message["message_id"] == ack["message_id"]


async def test_a_message_carries_the_name_of_its_author_wherever_it_is_sent(group, connect):
    (ana, dora, eve), room = await group("ana", "dora", "eve")
    live, writer = await connect(ana), await connect(dora)

    writer.send(a_send(room, "release notes"))
    assert (await live.expect("message"))["author_name"] == "Dora"
    assert (await dora.patch("/api/v1/users/me", json={"display_name": "Dora Diaz"})).is_success
    for client in (dora, eve):
        assert (await client.delete(f"/api/v1/conversations/{room}/members/me")).is_success

    history = (await ana.get(f"/api/v1/conversations/{room}/messages")).json()
    (listed,) = (await ana.get("/api/v1/conversations")).json()["items"]
    (hit,) = (await ana.get("/api/v1/search", params={"q": "release"})).json()["items"]
    again = await connect(ana, hello=False)
    await again.hello({room: 0})
    replayed = await again.expect("message")
    names = [message["author_name"] for message in (history["items"][0], listed["last_message"], hit, replayed)]
    assert names == ["Dora Diaz"] * 4
    assert [(person["user_id"], person["username"]) for person in history["former_authors"]] == [(dora.user_id, "dora")]


async def test_a_repeat_is_acked_as_duplicate_and_makes_no_second_row(group, connect):
    (ana, _), room = await group("ana", "ben")
    sockets = [await connect(ana), await connect(ana)]
    frame = a_send(room, "once")

    for number in range(100):
        sockets[number % 2].send(frame)

    acks = [ack for socket in sockets for ack in await socket.collect(50, "ack")]
    assert {ack["seq"] for ack in acks} == {1}
    assert sum(not ack["duplicate"] for ack in acks) == 1
    history = (await ana.get(f"/api/v1/conversations/{room}/messages")).json()
    assert [item["text"] for item in history["items"]] == ["once"]


async def test_fifty_sockets_at_once_lose_nothing(group, connect):
    (ana, ben), room = await group("ana", "ben")
    sockets = [await connect(ana if number % 2 else ben) for number in range(50)]

    for number, socket in enumerate(sockets):
        for item in range(4):
            socket.send(a_send(room, f"{number}/{item}"))
    orders = []
    for socket in sockets:
        messages = await socket.collect(200, "message")
        orders.append([message["text"] for message in sorted(messages, key=lambda message: message["seq"])])
        assert [message["seq"] for message in messages] == list(range(1, 201))

    assert all(order == orders[0] for order in orders)
    assert len(set(orders[0])) == 200
    for number in range(50):
        own = [text for text in orders[0] if text.startswith(f"{number}/")]
        assert own == [f"{number}/{item}" for item in range(4)], "what one socket sent keeps its order"


async def test_many_sends_of_one_turn_leave_as_few_frames(group, connect):
    (ana, ben), room = await group("ana", "ben")
    sender, reader = await connect(ana), await connect(ben)
    await reader.settle()
    before = reader.frame_count

    for number in range(100):
        sender.send(a_send(room, str(number)))
    await reader.collect(100, "message")

    assert reader.frame_count - before <= 20


async def test_hello_with_cursors_is_answered_by_exactly_what_was_missed(group, connect):
    (ana, ben), room = await group("ana", "ben")
    sender = await connect(ana)
    for number in range(10):
        sender.send(a_send(room, str(number)))
    await sender.collect(10, "ack")

    socket = await connect(ben, hello=False)
    welcome = await socket.hello({room: 4, str(uuid.uuid4()): 2})

    assert welcome["recovered"][room] is True
    assert list(welcome["recovered"].values()).count(False) == 1
    assert welcome["conversations"][0]["last_seq"] == 10
    assert welcome["conversations"][0]["unread"] == 10
    missed = await socket.collect(6, "message")
    assert [message["seq"] for message in missed] == [5, 6, 7, 8, 9, 10]
    assert not [frame for frame in await socket.settle() if frame["type"] in {"message", "reset"}]


async def test_a_conversation_without_cursor_is_only_summarised(group, connect):
    (ana, ben), room = await group("ana", "ben")
    sender = await connect(ana)
    sender.send(a_send(room, "before"))
    await sender.expect("ack")

    socket = await connect(ben)

    assert not [frame for frame in await socket.settle() if frame["type"] == "message"]
    sender.send(a_send(room, "after"))
    assert (await socket.expect("message"))["seq"] == 2


async def test_a_gap_too_large_to_replay_is_a_reset(group, connect):
    (ana, ben), room = await group("ana", "ben")
    sender = await connect(ana)
    for number in range(501):
        sender.send(a_send(room, str(number)))
    await sender.collect(501, "ack")

    socket = await connect(ben, hello=False)
    welcome = await socket.hello({room: 0})

    assert welcome["recovered"] == {room: False}
    reset = await socket.expect("reset")
    assert reset["last_seq"] == 501


async def test_messages_during_a_resume_come_once_and_in_order(group, connect):
    (ana, ben), room = await group("ana", "ben")
    sender = await connect(ana)
    for number in range(50):
        sender.send(a_send(room, str(number)))
    await sender.collect(50, "ack")

    socket = await connect(ben, hello=False)
    socket.send({"type": "hello", "protocol": 1, "cursors": {room: 0}})
    for number in range(50, 150):
        sender.send(a_send(room, str(number)))
        if number % 10 == 0:
            await asyncio.sleep(0)

    messages = await socket.collect(150, "message")
    assert [message["seq"] for message in messages] == list(range(1, 151))
    assert not [frame for frame in await socket.settle() if frame["type"] == "message"]


async def test_a_change_announced_before_the_welcome_does_not_overtake_the_replay(nova, group, connect):
    (ana, ben), room = await group("ana", "ben")
    sender = await connect(ana)
    for number in range(3):
        sender.send(a_send(room, str(number)))
    await sender.collect(3, "ack")
    reader = await connect(ben, hello=False)
    await eventually(lambda: nova.guard.hub._by_user.get(ben.user_id))
    nova.guard.hub.announce([ben.user_id], room)
    for _ in range(3):
        await ben.get("/api/v1/conversations")  # reads after what the announcement has read
    for number in range(3, 6):
        sender.send(a_send(room, str(number)))
        await sender.collect(1, "ack")

    reader.send({"type": "hello", "protocol": 1, "cursors": {room: 0}})

    assert (await reader.receive())["type"] == "welcome"
    assert [message["seq"] for message in await reader.collect(6, "message")] == [1, 2, 3, 4, 5, 6]
    nova.guard.hub.announce([ben.user_id], room)
    assert (await reader.expect("conversation"))["conversation"]["last_seq"] == 6


async def test_a_gap_is_answered_with_those_events(group, connect):
    (ana, _), room = await group("ana", "ben")
    socket = await connect(ana)
    for number in range(8):
        socket.send(a_send(room, str(number)))
    await socket.collect(8, "ack")
    await socket.settle()

    socket.send({"type": "events", "conversation_id": room, "after_seq": 2, "until_seq": 5})

    assert [m["seq"] for m in await socket.collect(3, "message")] == [3, 4, 5]


async def test_a_membership_is_numbered_in_the_same_log(group, register, connect):
    (ana, ben), room = await group("ana", "ben")
    cleo = await register("cleo")
    socket, newcomer = await connect(ben), await connect(cleo)

    await ana.post(
        f"/api/v1/conversations/{room}/messages", json={"text": "1"}, headers={"Idempotency-Key": str(uuid.uuid4())}
    )
    answer = await ana.post(f"/api/v1/conversations/{room}/members", json={"username": "cleo"})
    assert answer.status_code == 201

    assert (await socket.expect("message"))["seq"] == 1
    joined = await socket.expect("member")
    assert (joined["seq"], joined["username"], joined["action"]) == (2, "cleo", "joined")
    shown = await newcomer.expect("conversation")
    assert shown["conversation"]["id"] == room
    frame = a_send(room, "hello all")
    newcomer.send(frame)
    assert (await newcomer.expect("ack"))["seq"] == 3
    resumed = await connect(ben, hello=False)
    await resumed.hello({room: 0})
    kinds = [(f["type"], f["seq"]) for f in await resumed.collect(3, "message", "member")]
    assert kinds == [("message", 1), ("member", 2), ("message", 3)]


async def test_positions_and_typing_are_relayed_and_sent_after_welcome(group, connect):
    (ana, ben), room = await group("ana", "ben")
    first, second = await connect(ana), await connect(ben)
    await first.expect("presence")
    first.send(a_send(room, "hi"))
    await second.expect("message")

    second.send({"type": "typing", "conversation_id": room})
    second.send({"type": "delivered", "conversation_id": room, "seq": 1})
    second.send({"type": "read", "conversation_id": room, "seq": 99})

    states = {frame["type"]: frame for frame in await first.collect(2, "typing", "read")}
    assert states["typing"]["user_id"] == ben.user_id
    read = states["read"]
    assert (read["user_id"], read["seq"]) == (ben.user_id, 1), "never past the newest number"
    again = await connect(ana, hello=False)
    await again.hello({})
    notified = {(f["type"], f["user_id"], f["seq"]) for f in await again.collect(2, "delivered", "read")}
    assert ("read", ben.user_id, 1) in notified
    assert ("delivered", ben.user_id, 1) in notified


@pytest.mark.parametrize("text", ["", "   \n", "x" * 10_001])
async def test_a_text_of_the_wrong_length_fails_alone(group, connect, text):
    (ana, _), room = await group("ana", "ben")
    socket = await connect(ana)
    bad, good = a_send(room, text), a_send(room, "fine")

    socket.send(bad)
    socket.send(good)

    nack = await socket.expect("nack")
    assert nack["client_id"] == bad["client_id"]
    assert nack["error"]["kind"] == "VALIDATION_ERROR"
    assert nack["error"]["retryable"] is False
    assert (await socket.expect("ack"))["client_id"] == good["client_id"]


async def test_strangers_and_unknown_conversations_look_the_same(group, register, connect):
    (_, ben), room = await group("ana", "ben")
    eve = await register("eve")
    socket, member = await connect(eve), await connect(ben)

    for conversation_id in (room, str(uuid.uuid4()), "not-an-id"):
        socket.send(a_send(conversation_id, "let me in"))
    refusals = [nack["error"] for nack in await socket.collect(3, "nack")]

    assert {error["code"] for error in refusals} == {"not_found"}
    assert len({error["message"] for error in refusals}) == 1
    socket.send({"type": "events", "conversation_id": room, "after_seq": 0, "until_seq": 5})
    assert (await socket.expect("error"))["error"]["kind"] == "NOT_FOUND"
    socket.send({"type": "read", "conversation_id": room, "seq": 1})
    socket.send({"type": "typing", "conversation_id": room})
    await socket.settle()
    assert await member.settle() == []


async def test_a_key_of_another_text_is_refused(group, connect):
    (ana, _), room = await group("ana", "ben")
    socket = await connect(ana)
    frame = a_send(room, "one")
    socket.send(frame)
    await socket.expect("ack")

    socket.send({**frame, "text": "two"})

    assert (await socket.expect("nack"))["error"]["code"] == "key_reused"


async def test_without_a_session_the_socket_gets_an_error_and_is_closed(connect):
    socket = await connect(None, hello=False)

    error = await socket.expect("error")

    assert error["error"]["kind"] == "UNAUTHORIZED"
    assert await socket.closed() == 4401


async def test_a_foreign_origin_is_refused_at_the_handshake(register, connect):
    ana = await register("ana")

    socket = await connect(ana, hello=False, origin="http://evil.example")

    assert socket.close_code is not None


async def test_a_token_opens_the_socket(register, make_driver):
    ana = await register("ana")
    token = (await ana.post("/api/v1/auth/tokens", json={"name": "bot"})).json()["token"]
    socket = make_driver(token=token, origin="")
    await socket.open()

    welcome = await socket.hello({})

    assert welcome["user_id"] == ana.user_id
    await socket.close()


async def test_signing_out_closes_the_sockets_of_that_session(register, connect, browser):
    ana = await register("ana")
    other = await browser()
    await other.post("/api/v1/auth/login", json={"username": "ana", "password": "correct horse battery"})
    mine, theirs = await connect(ana), await connect(other)

    await ana.post("/api/v1/auth/logout")

    assert await mine.closed() == 4401
    assert await theirs.settle() is not None
    assert theirs.close_code is None


async def test_the_oldest_of_too_many_sockets_gives_way(nova, register, connect):
    ana = await register("ana")
    sockets = [await connect(ana) for _ in range(nova.settings.sockets_per_account + 1)]

    assert await sockets[0].closed() == 4409
    assert sockets[1].close_code is None


async def test_a_frame_over_64_kib_ends_only_that_socket(group, connect):
    (ana, ben), room = await group("ana", "ben")
    bad, good = await connect(ana), await connect(ben)

    bad.send(json.dumps(a_send(room, "x" * 66_000)))

    assert (await bad.expect("error"))["error"]["code"] == "frame_too_large"
    assert await bad.closed() == 1009
    good.send(a_send(room, "still here"))
    assert (await good.expect("ack"))["seq"] == 1


async def test_malformed_frames_are_refused_and_nothing_else_breaks(group, connect):
    (ana, _), room = await group("ana", "ben")
    socket = await connect(ana)

    socket.send("{")
    socket.send('{"type":"dance"}')
    socket.send(a_send(room, "fine"))

    assert (await socket.expect("error"))["error"]["code"] == "malformed_frame"
    assert (await socket.expect("ack"))["seq"] == 1


async def test_a_stalled_reader_slows_nobody_and_resumes_by_number(group, connect):
    (ana, ben, cleo), room = await group("ana", "ben", "cleo")
    sender, slow, fast = await connect(ana), await connect(ben), await connect(cleo)
    await slow.settle()
    slow.stall()
    text = "x" * 9_000

    for number in range(300):
        sender.send(a_send(room, f"{number} {text}"))
    assert [m["seq"] for m in await fast.collect(300, "message")] == list(range(1, 301))
    slow.resume()

    messages = await slow.collect(300, "message")
    assert [m["seq"] for m in messages] == list(range(1, 301)), "what did not fit came from the log"
    sender.send(a_send(room, "live again"))
    assert (await slow.expect("message"))["seq"] == 301


async def test_a_planned_stop_says_bye_with_the_way_back(nova, register, connect):
    ana = await register("ana")
    socket = await connect(ana)

    closing = asyncio.create_task(nova.sockets.close_all(RestartNotice(500, 5000), timeout_seconds=5))

    bye = await socket.expect("bye")
    assert (bye["reason"], bye["retry_min_ms"], bye["retry_window_ms"]) == ("restarting", 500, 5000)
    assert await socket.closed() == 1012
    await closing


async def test_a_silent_socket_is_closed(nova, register, connect):
    ana = await register("ana")
    socket = await connect(ana)

    nova.sockets.sweep(asyncio.get_running_loop().time() + 1_000)

    assert await socket.closed() == 4408


@pytest.fixture
def settings(settings, request):
    """The settings of a Nova, with what a test asks to have another way."""
    return settings.model_copy(update=getattr(request, "param", {}))


@pytest.mark.parametrize("settings", [{"send_rate": 0.1, "send_burst": 5}], ids=["tight"], indirect=True)
async def test_sends_beyond_the_limit_are_slowed_not_lost(group, connect):
    (ana, _), room = await group("ana", "ben")
    socket = await connect(ana)

    for number in range(10):
        socket.send(a_send(room, str(number)))
    answers = await socket.collect(10, "ack", "nack")

    refused = [answer for answer in answers if answer["type"] == "nack"]
    # One more is allowed each ten seconds, however slow the machine.
    assert 1 <= len(refused) <= 5
    assert all(answer["error"]["kind"] == "RATE_LIMITED" for answer in refused)
    assert all(answer["error"]["retryable"] and answer["error"]["retry_after_ms"] > 0 for answer in refused)


async def test_a_storage_that_fails_is_a_retryable_refusal(nova, group, connect, monkeypatch):
    (ana, _), room = await group("ana", "ben")
    socket = await connect(ana)

    async def fail(drafts):
        return [Unavailable(ErrorCode.STORAGE_UNAVAILABLE) for _ in drafts]

    monkeypatch.setattr(services_of(nova).messaging, "post", fail)
    socket.send(a_send(room, "hi"))

    error = (await socket.expect("nack"))["error"]
    assert (error["kind"], error["retryable"]) == ("SERVER_ERROR", True)


async def test_a_conversation_that_cannot_be_shown_ends_the_socket_so_that_nothing_is_held_back(
    nova, register, connect, monkeypatch
):
    ana, ben = await register("ana"), await register("ben")
    socket = await connect(ben)

    async def fail(user_id, conversation_id):
        raise Unavailable(ErrorCode.STORAGE_UNAVAILABLE)

    monkeypatch.setattr(services_of(nova).conversations, "get_summary", fail)
    await ana.post("/api/v1/conversations", json={"kind": "direct", "members": ["ben"]})

    assert await socket.closed() == 1011


async def test_a_conversation_that_changes_many_times_is_read_again_only_twice(nova, group, connect, monkeypatch):
    (ana, _), room = await group("ana", "ben")
    socket = await connect(ana)
    read, readings = services_of(nova).conversations.get_summary, []

    async def read_slowly(user_id, conversation_id):
        readings.append(conversation_id)
        await asyncio.sleep(0.05)
        return await read(user_id, conversation_id)

    monkeypatch.setattr(services_of(nova).conversations, "get_summary", read_slowly)
    for _ in range(20):
        nova.guard.hub.announce([ana.user_id], room)

    notified = await socket.collect(2, "conversation")

    assert [frame["conversation"]["id"] for frame in notified] == [room, room]
    assert readings == [room, room]
    nova.guard.hub.announce([ana.user_id], room)
    await socket.expect("conversation")
    assert len(readings) == 3


async def test_a_quiet_socket_is_asked_once_and_stays_if_it_answers(nova, register, connect):
    ana = await register("ana")
    socket = await connect(ana)
    now = asyncio.get_running_loop().time()

    nova.sockets.sweep(now + 30)
    nova.sockets.sweep(now + 35)
    ping = await socket.expect("ping")
    socket.send({"type": "pong", "id": ping["id"]})
    assert [frame["type"] for frame in await socket.settle()].count("ping") == 0
    nova.sockets.sweep(asyncio.get_running_loop().time() + 20)

    assert socket.close_code is None


async def test_more_newcomers_than_the_server_takes_are_refused_with_a_time(settings, made_database):
    async with open_container(settings.model_copy(update={"admissions_per_second": 0.5})) as crowded:
        cookie = await sign_up(crowded)
        # Who has no session is refused for that, and takes nobody's place.
        for stranger in [SocketDriver(gated(crowded)) for _ in range(4)]:
            await stranger.open()
            assert (await stranger.expect("error"))["error"]["code"] == "not_signed_in"
            await stranger.closed()
        newcomers = [SocketDriver(gated(crowded), cookie=cookie) for _ in range(4)]
        first, *later = newcomers
        await first.open()
        await first.hello({})
        refusals = []
        for newcomer in later:
            await newcomer.open()
            refusals.append((await newcomer.expect("error"))["error"])
            await newcomer.closed()
        await first.close()

    assert [refusal["code"] for refusal in refusals] == ["overloaded", "overloaded", "overloaded"]
    advice = [refusal["retry_after_ms"] for refusal in refusals]
    assert advice == sorted(advice)
    assert advice[0] > 1_900
    assert [newcomer.close_code for newcomer in newcomers[1:]] == [1013] * 3


async def test_a_planned_stop_closes_its_sockets_one_after_another(nova, register, connect, monkeypatch):
    monkeypatch.setattr(socket_registry, "CLOSES_PER_SECOND", 20)
    people = [await register(name) for name in ("ana", "ben", "cem")]
    opened = [await connect(person) for person in people]
    begin = asyncio.get_running_loop().time()

    await nova.sockets.close_all(RestartNotice(500, 5000), timeout_seconds=5)

    assert asyncio.get_running_loop().time() - begin >= 2 * socket_registry.DRAIN_STEP_SECONDS
    assert [await socket.closed() for socket in opened] == [1012] * 3
    assert len(nova.sockets) == 0


async def test_the_welcome_names_the_build_of_the_pages(settings, made_database):
    async with open_container(settings, build="ae44204b") as nova:
        assert (await welcome_of(nova))["build"] == "ae44204b"


async def test_without_built_pages_the_welcome_names_none(settings, made_database):
    async with open_container(settings) as nova:
        assert "build" not in await welcome_of(nova)


async def welcome_of(nova):
    """What a new account's first socket is answered."""
    async with httpx.AsyncClient(base_url=BASE, transport=httpx.ASGITransport(gated(nova))) as client:
        body = {"username": "ana", "display_name": "Ana", "password": "correct horse battery"}
        (await client.post("/api/v1/auth/register", json=body)).raise_for_status()
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    driver = SocketDriver(gated(nova), cookie=cookie)
    await driver.open()
    welcome = await driver.hello({})
    await driver.close()
    return welcome
