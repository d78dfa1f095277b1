"""Files in messages: attached with the message or not at all, told on every road, seen by members only."""

import uuid
from datetime import timedelta

import pytest

from tests.asgi import a_send, services_of
from tests.builders import a_picture
from tests.media import a_wav

pytestmark = pytest.mark.anyio


async def upload(client, data=b"some notes", name="notes.txt"):
    answer = await client.post("/api/v1/uploads", files={"file": (name, data)})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def send(client, room, text="", *files, key=None):
    body = {"text": text, "upload_ids": [file["id"] for file in files]}
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    return await client.post(f"/api/v1/conversations/{room}/messages", json=body, headers=headers)


async def found(client, q):
    answer = await client.get("/api/v1/search", params={"q": q})
    return [item["text"] for item in answer.json()["items"]]


async def test_a_message_brings_its_files_live_in_replay_in_history_and_in_the_summary(group, connect):
    (ana, ben), room = await group("ana", "ben")
    photo, notes = await upload(ana, a_picture(), "photo.png"), await upload(ana)
    sender, live = await connect(ana), await connect(ben)

    frame = {**a_send(room, ""), "files": [photo["id"], notes["id"]]}
    sender.send(frame)

    assert (await sender.expect("ack"))["seq"] == 1
    message = await live.expect("message")
    assert (message["text"], message["files"]) == ("", [photo, notes])
    replayed = await (await connect(ben, cursors={room: 0})).expect("message")
    assert replayed == message
    history = (await ben.get(f"/api/v1/conversations/{room}/messages")).json()
    assert history["items"][0]["files"] == [photo, notes]
    (summary,) = (await ben.get("/api/v1/conversations")).json()["items"]
    assert summary["last_message"]["files"] == [photo, notes]
    live.send({"type": "events", "conversation_id": room, "after_seq": 0, "until_seq": 1})
    assert await live.expect("message") == message


async def test_a_repeat_is_acked_with_the_first_and_other_files_are_another_message(group, connect):
    (ana, _), room = await group("ana", "ben")
    one, other = await upload(ana), await upload(ana)
    socket = await connect(ana)
    frame = {**a_send(room, "here"), "files": [one["id"]]}

    for sent in (frame, frame, {**frame, "files": [other["id"]]}, {**frame, "files": []}):
        socket.send(sent)

    first, again = await socket.collect(2, "ack")
    assert (first["duplicate"], again["duplicate"]) == (False, True)
    assert first["message_id"] == again["message_id"]
    assert [nack["error"]["code"] for nack in await socket.collect(2, "nack")] == ["key_reused"] * 2


async def test_members_get_the_file_and_strangers_do_not_know_it(group, register):
    (ana, ben), room = await group("ana", "ben")
    eve = await register("eve")
    photo = await upload(ana, a_picture(), "photo.png")
    urls = (photo["url"], photo["thumbnail_url"])
    assert {(await ben.get(url)).status_code for url in urls} == {404}, "not before it is said"

    assert (await send(ana, room, "look", photo)).status_code == 201

    assert {(await ben.get(url)).status_code for url in urls} == {200}
    assert {(await eve.get(url)).status_code for url in urls} == {404}
    assert (await ben.delete(f"/api/v1/conversations/{room}/members/me")).status_code == 204
    assert {(await ben.get(url)).status_code for url in urls} == {404}
    assert (await ana.delete(f"/api/v1/conversations/{room}/members/me")).status_code == 204
    assert (await ana.get(photo["url"])).status_code == 200, "it stays its owner's"


async def test_what_is_foreign_unknown_or_not_whole_is_refused_by_name_and_nothing_is_stored(group, connect):
    (ana, ben), room = await group("ana", "ben")
    mine, bens = await upload(ana), await upload(ben)
    begun = await ana.post(
        "/api/v1/uploads/resumable",
        json={"name": "film", "size_bytes": 9},
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    socket = await connect(ana)
    absent = [bens["id"], str(uuid.uuid4()), begun.json()["id"]]

    for upload_id in absent:
        socket.send({**a_send(room, "with a file"), "files": [mine["id"], upload_id]})
    socket.send({**a_send(room, "too many"), "files": [str(uuid.uuid4()) for _ in range(11)]})
    socket.send({**a_send(room, "no names"), "files": ["../../etc/passwd"]})
    socket.send(a_send(room, "without"))

    refused = await socket.collect(5, "nack")
    by_code = [nack["error"]["code"] for nack in refused]
    assert by_code.count("file_not_ready") == 3
    assert {"too_many_files", "invalid_fields"} < set(by_code)
    details = [nack["error"]["detail"] for nack in refused if nack["error"]["code"] == "file_not_ready"]
    assert [upload_id in detail for upload_id, detail in zip(absent, details, strict=True)] == [True] * 3
    assert (await socket.expect("ack"))["seq"] == 1
    history = (await ana.get(f"/api/v1/conversations/{room}/messages")).json()
    assert [item["text"] for item in history["items"]] == ["without"]
    over_rest = await send(ana, room, "", bens)
    assert (over_rest.status_code, over_rest.json()["kind"]) == (422, "VALIDATION_ERROR")


async def test_what_a_message_shows_is_neither_deleted_nor_swept(group, nova, monkeypatch):
    (ana, _), room = await group("ana", "ben")
    shown, unused = await upload(ana), await upload(ana)
    await send(ana, room, "", shown)
    assert (await ana.delete(shown["url"])).status_code == 204

    later = services_of(nova).uploads._clock.now() + timedelta(days=9)
    monkeypatch.setattr(type(services_of(nova).uploads._clock), "now", lambda self: later)
    assert await services_of(nova).uploads.sweep() == 1
    monkeypatch.undo()

    assert (await ana.get(unused["url"])).status_code == 404
    assert (await ana.get(shown["url"])).content == b"some notes"


async def test_messages_are_found_by_what_is_attached(group):
    (ana, ben), room = await group("ana", "ben")
    await send(ana, room, "nothing attached")
    await send(ana, room, "a picture", await upload(ana, a_picture(), "photo.png"))
    await send(ana, room, "some notes", await upload(ana))
    await send(ana, room, "", await upload(ana, a_picture(), "photo.png"), await upload(ana))

    assert await found(ben, "has:file") == ["", "some notes", "a picture"]
    assert await found(ben, "has:image") == ["", "a picture"]
    assert await found(ben, "has:image picture from:ana") == ["a picture"]
    assert await found(ben, "has:link has:file") == []
    item = (await ben.get("/api/v1/search", params={"q": "notes"})).json()["items"][0]
    assert [file["name"] for file in item["files"]] == ["notes.txt"]


async def history_of(client, room):
    return (await client.get(f"/api/v1/conversations/{room}/messages")).json()["items"]


async def test_a_file_is_described_on_the_socket_and_over_http(group, connect):
    (ana, ben), room = await group("ana", "ben")
    photo, notes = await upload(ana, a_picture(), "photo.png"), await upload(ana)
    sender, live = await connect(ana), await connect(ben)
    frame = {**a_send(room, ""), "files": [photo["id"], notes["id"]], "alt_texts": {photo["id"].upper(): " A bicycle "}}

    sender.send(frame)
    sender.send(frame)
    sender.send({**frame, "alt_texts": {photo["id"]: "A boat"}})
    body = {"upload_ids": [photo["id"]], "alt_texts": {photo["id"]: "Another bicycle"}}
    answer = await ana.post(
        f"/api/v1/conversations/{room}/messages", json=body, headers={"Idempotency-Key": str(uuid.uuid4())}
    )

    described = [{**photo, "alt": "A bicycle"}, notes]
    assert (await live.expect("message"))["files"] == described
    assert [ack["duplicate"] for ack in await sender.collect(2, "ack")] == [False, True]
    assert (await sender.expect("nack"))["error"]["code"] == "key_reused"
    assert answer.json()["files"] == [{**photo, "alt": "Another bicycle"}]
    assert [item["files"] for item in await history_of(ben, room)] == [described, answer.json()["files"]]


@pytest.mark.parametrize("texts", [{"other": "A cat"}, {"mine": "x" * 1_001}])
async def test_a_description_that_cannot_be_kept_is_refused(group, connect, texts):
    (ana, _), room = await group("ana", "ben")
    mine = await upload(ana)
    ids = {"mine": mine["id"], "other": str(uuid.uuid4())}
    socket = await connect(ana)

    socket.send({**a_send(room, "x"), "files": [mine["id"]], "alt_texts": {ids[k]: v for k, v in texts.items()}})

    assert (await socket.expect("nack"))["error"]["code"] == "invalid_fields"
    assert await history_of(ana, room) == []


@pytest.mark.parametrize(("name", "data", "kind"), [
    ("tone.wav", a_wav(), "audio/wav"),
    ("film.mp4", b"\x00\x00\x00\x20ftypisom" + bytes(2_000), "video/mp4"),
    ("page.mp4", b"<script>alert(1)</script>" * 100, "application/octet-stream"),
])  # fmt: skip
async def test_sound_and_video_are_served_in_ranges_as_what_they_are(group, name, data, kind):
    (ana, ben), room = await group("ana", "ben")
    file = await upload(ana, data, name)
    await send(ana, room, "", file)

    whole, middle, end = [
        await ben.get(file["url"], headers={"Range": wanted} if wanted else {})
        for wanted in ("", "bytes=100-199", "bytes=-50")
    ]
    beyond = await ben.get(file["url"], headers={"Range": f"bytes={len(data)}-"})

    assert (whole.status_code, whole.content, whole.headers["accept-ranges"]) == (200, data, "bytes")
    assert (middle.status_code, middle.content) == (206, data[100:200])
    assert middle.headers["content-range"] == f"bytes 100-199/{len(data)}"
    assert (end.status_code, end.content) == (206, data[-50:])
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(data)}")
    for answer in (whole, middle):
        assert answer.headers["content-type"] == kind
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("sandbox")
