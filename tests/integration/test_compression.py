"""Answers of the API in fewer bytes, for those who can read them."""

import uuid

import pytest

from nova_app.api.compression import BYTES_MIN

pytestmark = pytest.mark.anyio

TEXT = "a line that people write, over and over again "


@pytest.fixture
async def talk(group):
    """Somebody's client, and the path of a history that is longer than a packet."""
    (ana,), room = await group("ana")
    path = f"/api/v1/conversations/{room}/messages"
    for number in range(12):
        await say(ana, path, f"{number} {TEXT}")
    return ana, path


async def say(client, path, text):
    answer = await client.post(path, json={"text": text}, headers={"Idempotency-Key": str(uuid.uuid4())})
    assert answer.status_code == 201, answer.text
    return answer


async def raw(client, method, path, **headers):
    """The answer as it came: its headers, and its body as bytes on the wire."""
    async with client.stream(method, path, headers=headers) as answer:
        return answer.headers, b"".join([part async for part in answer.aiter_raw()])


async def test_a_history_is_compressed_and_reads_the_same(talk):
    ana, path = talk
    packed_headers, packed = await raw(ana, "GET", path, **{"Accept-Encoding": "gzip, br"})
    plain_headers, plain = await raw(ana, "GET", path, **{"Accept-Encoding": "identity"})

    assert packed_headers["content-encoding"] == "gzip"
    assert packed_headers["content-length"] == str(len(packed))
    assert len(packed) < len(plain) / 3
    assert "content-encoding" not in plain_headers
    assert packed_headers["vary"] == "Accept-Encoding"
    read = (await ana.get(path)).json()
    assert [item["text"] for item in read["items"]] == [f"{number} {TEXT}" for number in range(12)]


async def test_head_describes_the_same_answer(talk):
    ana, path = talk
    get_headers, _ = await raw(ana, "GET", path, **{"Accept-Encoding": "gzip"})
    head_headers, body = await raw(ana, "HEAD", path, **{"Accept-Encoding": "gzip"})

    assert body == b""
    assert head_headers["content-length"] == get_headers["content-length"]
    assert head_headers["content-encoding"] == "gzip"


async def test_what_fits_into_a_packet_and_what_is_written_stay_as_they_are(talk):
    ana, path = talk
    me = await ana.get("/api/v1/users/me")
    assert len(me.content) < BYTES_MIN
    assert "content-encoding" not in me.headers
    written = await say(ana, path, "x" * 2 * BYTES_MIN)
    assert "content-encoding" not in written.headers


async def test_a_long_answer_is_compressed_too(talk):
    ana, path = talk
    for _ in range(8):
        await say(ana, path, "long " * 2_000)
    headers, packed = await raw(ana, "GET", path, **{"Accept-Encoding": "gzip"})
    assert headers["content-encoding"] == "gzip"
    assert len(packed) < 10_000


async def test_a_file_is_sent_as_it_is_stored(talk):
    ana, _ = talk
    headers, _ = await raw(ana, "GET", "/api/v1/openapi.json", **{"Accept-Encoding": "gzip"})
    assert headers["content-encoding"] == "gzip"
    text = b'{"a": "' + b"b" * 4_000 + b'"}'
    made = await ana.post("/api/v1/uploads", files={"file": ("data.json", text, "application/json")})
    assert made.status_code == 201, made.text
    headers, body = await raw(ana, "GET", made.json()["url"], **{"Accept-Encoding": "gzip"})
    assert "content-encoding" not in headers
    assert body == text
