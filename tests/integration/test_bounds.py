"""Figures that clients name over the API and the socket: absurd ones are refused with words, never a 500."""

import json
import uuid

import pytest

from tests.asgi import a_send

pytestmark = pytest.mark.anyio

ABSURD = ["1e308", "-1", "9" * 20, "9" * 5_000, "true", "NaN", "Infinity", "0x10", "", "1.5", str(2**63), "²"]


def paths(room, upload_id, figure):
    yield from (
        f"/api/v1/conversations/{room}/messages?{name}={figure}"
        for name in ("before_seq", "after_seq", "around_seq", "limit", "at")
    )
    yield from (f"/api/v1/posts?{name}={figure}" for name in ("before", "limit"))
    yield from (f"/api/v1/search?q=x&{name}={figure}" for name in ("before", "limit"))


@pytest.mark.parametrize("figure", ABSURD, ids=lambda figure: figure[:12])
async def test_an_absurd_query_is_refused_with_the_field(group, figure):
    (ana, _), room = await group("ana", "ben")

    for path in paths(room, "", figure):
        answer = await ana.get(path)
        problem = answer.json()
        assert answer.status_code == 422, (path[:100], answer.text[:300])
        assert list(problem["fields"]), path[:100]


async def test_the_largest_numbers_are_no_fault(group):
    (ana, _), room = await group("ana", "ben")

    for name in ("before_seq", "after_seq", "around_seq"):
        answer = await ana.get(f"/api/v1/conversations/{room}/messages?{name}={2**53 - 1}")
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("figure", ["1e308", "-1", "9" * 20, "9" * 5_000, "true", '"5"', "NaN", "null", "1.5", "0"])
async def test_an_absurd_size_or_offset_is_refused(register, figure):
    ana = await register("ana")
    headers = {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json"}

    answer = await ana.post(
        "/api/v1/uploads/resumable", content=f'{{"name":"a","size_bytes":{figure}}}', headers=headers
    )
    assert answer.status_code in (400, 413, 422), answer.text[:300]
    if figure != "0":
        answer = await ana.patch(f"/api/v1/uploads/{uuid.uuid4()}?offset={figure}", content=b"x")
        assert answer.status_code in (404, 422), answer.text[:300]


@pytest.mark.parametrize(
    ("ranges", "status"),
    [
        ("bytes=0-1", 206),
        ("bytes=0-" + "9" * 30, 206),
        ("bytes=-" + "9" * 30, 206),
        ("bytes=" + "9" * 30 + "-", 416),
        ("bytes=5-1", 400),
        ("bytes=" + "9" * 5_000 + "-", 400),
        ("bytes=-0", 416),
        ("bytes=a-b", 400),
        ("bytes=²-", 400),
        ("bytes=" + "0-0," * 500, 200),
        ("lines=0-1", 400),
    ],
    ids=lambda value: str(value)[:16],
)
async def test_a_range_is_answered_or_refused(register, ranges, status):
    ana = await register("ana")
    stored = (await ana.post("/api/v1/uploads", files={"file": ("a.txt", b"0123456789")})).json()

    answer = await ana.get(stored["url"], headers={b"range": ranges.encode("latin-1")})

    assert answer.status_code == status, answer.text[:300]


@pytest.mark.parametrize("length", ["²", "-1", "1e3", "9" * 5_000, "x"], ids=lambda value: value[:8])
async def test_an_absurd_content_length_is_no_500(register, length):
    ana = await register("ana")

    for path in ("/api/v1/posts", "/api/v1/uploads"):
        answer = await ana.post(path, content=b"{}", headers={b"content-length": length.encode("latin-1")})
        assert 400 <= answer.status_code < 500, answer.text[:300]


@pytest.mark.parametrize(
    "body", ["[" * 30_000, '{"text":' * 10_000, '{"text":' + "9" * 5_000 + "}", r'{"text":"\ud83d"}']
)
async def test_a_body_that_nests_or_breaks_is_refused(register, body):
    ana = await register("ana")
    headers = {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json"}

    answer = await ana.post("/api/v1/posts", content=body, headers=headers)

    assert answer.status_code in (400, 422), answer.text[:300]
    if "ud83d" in body:
        assert "half a character" in answer.json()["fields"]["text"]


async def test_positions_beyond_the_newest_stop_there(group, connect):
    (ana, ben), room = await group("ana", "ben")
    socket, other = await connect(ana), await connect(ben)
    other.send(a_send(room, "one"))
    await other.expect("ack")

    socket.send({"type": "read", "conversation_id": room, "seq": 2**53 - 1})
    read = await other.expect("read")

    assert read["seq"] == 1
    await socket.settle()
    socket.send({"type": "events", "conversation_id": room, "after_seq": 2**53 - 2, "until_seq": 2**53 - 1})
    assert not [frame for frame in await socket.settle() if frame["type"] in {"message", "error"}]


async def test_a_gap_of_ages_counts_as_a_week(nova, group, connect):
    (ana, _), _ = await group("ana", "ben")

    for gap in ("1e308", "-1", "1e300"):
        socket = await connect(ana, hello=False)
        socket.send(f'{{"type":"hello","protocol":1,"resume":{{"reason":"network","gap_ms":{gap}}}}}')
        await socket.expect("welcome")

    total = nova.instruments.metrics.registry.get_sample_value("ws_reconnect_gap_seconds_sum")
    assert total == 2 * 7 * 86_400


async def test_deep_and_broken_sends_are_refused_by_name_and_the_socket_lives(group, connect):
    (ana, _), room = await group("ana", "ben")
    socket = await connect(ana)

    for broken in (r'"half \ud83d end"}', "[" * 30_000, '{"a":' * 10_000, '"never ends'):
        frame = a_send(room, "")
        head = json.dumps({name: frame[name] for name in ("type", "client_id", "conversation_id")})[:-1]
        socket.send(f'{head}, "text": {broken}')
        nack = await socket.expect("nack", "error")
        assert (nack["type"], nack["client_id"]) == ("nack", frame["client_id"])

    socket.send(a_send(room, "still here"))
    assert (await socket.expect("ack"))["seq"] == 1
