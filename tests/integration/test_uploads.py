"""Files over the API: whole and in parts, cut and taken up again, and who may see them."""

import asyncio
import io
import uuid
from datetime import timedelta

import httpx
import pytest
from PIL import Image

from nova_app.container import open_container
from nova_app.domain.models import UploadId
from tests.asgi import gated, services_of
from tests.builders import a_picture
from tests.pictures import encode

pytestmark = pytest.mark.anyio

MIB = 1024 * 1024


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"upload_max_mb": 2, "upload_quota_mb": 3})


async def send_whole(client, data, name="notes.txt", key=None):
    headers = {"Idempotency-Key": key} if key else {}
    return await client.post("/api/v1/uploads", files={"file": (name, data)}, headers=headers)


async def announce(client, size_bytes, name="film.bin", key=None):
    body = {"name": name, "size_bytes": size_bytes}
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    return await client.post("/api/v1/uploads/resumable", json=body, headers=headers)


async def part(client, upload_id, offset, data):
    return await client.patch(f"/api/v1/uploads/{upload_id}", params={"offset": offset}, content=data)


async def test_a_file_comes_back_as_it_was_sent(register):
    ada = await register("ada")
    answer = await send_whole(ada, b"some notes", "notes.txt")
    assert answer.status_code == 201
    stored = answer.json()
    assert stored["url"] == f"/api/v1/uploads/{stored['id']}"
    assert (stored["name"], stored["content_type"], stored["size_bytes"]) == ("notes.txt", "text/plain", 10)
    back = await ada.get(stored["url"])
    assert back.content == b"some notes"


async def test_what_is_no_picture_is_saved_and_never_shown(register):
    ada = await register("ada")
    for data in (
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>1</script>",
    ):
        stored = (await send_whole(ada, data, "innocent.png")).json()
        assert stored["thumbnail_url"] == ""
        headers = (await ada.get(stored["url"])).headers
        assert headers["content-type"] == "application/octet-stream"
        assert headers["content-disposition"].startswith("attachment")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert (await ada.get(f"{stored['url']}/thumbnail")).status_code == 404


async def test_a_picture_is_encoded_again_and_gets_a_thumbnail(register):
    ada = await register("ada")
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    stored = (await send_whole(ada, a_picture("JPEG", (900, 600), exif=exif), "../../etc/photo.jpg")).json()
    assert (stored["name"], stored["width"], stored["height"]) == ("photo.jpg", 900, 600)
    shown = await ada.get(stored["url"])
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["content-disposition"].startswith("inline")
    assert b"taken at home" not in shown.content
    small = Image.open(io.BytesIO((await ada.get(stored["thumbnail_url"])).content))
    assert small.size == (640, 427)


async def test_a_repeat_is_answered_that_nothing_changed(register):
    ada = await register("ada")
    stored = (await send_whole(ada, a_picture())).json()
    tag = (await ada.get(stored["url"])).headers["etag"]
    assert (await ada.get(stored["url"], headers={"If-None-Match": tag})).status_code == 304


async def test_damaged_and_huge_pictures_are_refused_and_leave_nothing(register, nova):
    ada = await register("ada")
    damaged = await send_whole(ada, a_picture("PNG", (400, 400))[:-200] + b"x" * 100, "broken.png")
    assert (damaged.status_code, damaged.json()["code"]) == (422, "image_unreadable")
    huge = await send_whole(ada, encode(Image.new("1", (7_000, 7_000)), "PNG"), "huge.png")
    assert (huge.status_code, huge.json()["code"]) == (422, "image_too_large")
    left = [path for path in (nova.settings.data_dir / "uploads").rglob("*") if path.is_file()]
    assert left == []


async def test_a_file_that_is_too_large_is_refused_while_it_comes(register, nova):
    ada = await register("ada")
    answer = await send_whole(ada, b"x" * (2 * MIB + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert not [path for path in (nova.settings.data_dir / "uploads").rglob("*") if path.is_file()]
    early = await announce(ada, 2 * MIB + 1)
    assert (early.status_code, early.json()["code"]) == (413, "file_too_large")


async def test_the_space_of_an_account_is_bounded_and_freed_again(register):
    ada, bob = await register("ada"), await register("bob")
    first = (await send_whole(ada, b"x" * (2 * MIB - 1000))).json()
    full = await announce(ada, 2 * MIB)
    assert (full.status_code, full.json()["code"]) == (413, "quota_exceeded")
    assert (await announce(bob, 2 * MIB)).status_code == 201
    assert (await ada.delete(first["url"])).status_code == 204
    assert (await announce(ada, 2 * MIB)).status_code == 201


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"{}", "application/json", "malformed_body"),
        (b"", "", "malformed_body"),
        (b"--b\r\nnonsense", "multipart/form-data; boundary=b", "invalid_fields"),
        (b"nonsense", "multipart/form-data; boundary=b", "malformed_body"),
        (
            b'--b\r\nContent-Disposition: form-data; name="other"; filename="a"\r\n\r\nx\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
            "invalid_fields",
        ),
        (
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf',
            "multipart/form-data; boundary=b",
            "malformed_body",
        ),
        (
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
            "file_empty",
        ),
        (b"--b\r\nX: " + b"y" * 10_000, "multipart/form-data; boundary=b", "malformed_body"),
    ],
)
async def test_a_body_that_holds_no_file_is_refused_by_name(register, content, kind, code):
    ada = await register("ada")
    answer = await ada.post("/api/v1/uploads", content=content, headers={"Content-Type": kind})
    assert answer.json()["code"] == code, answer.text


async def test_a_file_in_parts_goes_on_where_it_was_cut(register):
    ada = await register("ada")
    data = bytes(range(256)) * 40
    begun = (await announce(ada, len(data))).json()
    assert begun == {"id": begun["id"], "offset": 0, "size_bytes": len(data), "file": None}
    assert (await part(ada, begun["id"], 0, data[:3000])).json()["offset"] == 3000
    assert (await part(ada, begun["id"], 3000, data[3000:5000])).json()["offset"] == 5000
    assert (await ada.get(f"/api/v1/uploads/{begun['id']}/state")).json()["offset"] == 5000
    done = (await part(ada, begun["id"], 5000, data[5000:])).json()
    assert done["file"]["size_bytes"] == len(data)
    assert (await ada.get(done["file"]["url"])).content == data


async def test_a_part_that_does_not_fit_is_refused_and_changes_nothing(register):
    ada = await register("ada")
    begun = (await announce(ada, 100)).json()
    await part(ada, begun["id"], 0, b"x" * 40)
    wrong = await part(ada, begun["id"], 50, b"x" * 50)
    assert (wrong.status_code, wrong.json()["code"]) == (409, "offset_mismatch")
    more = await part(ada, begun["id"], 40, b"x" * 61)
    assert (more.status_code, more.json()["code"]) == (413, "file_too_large")
    assert (await ada.get(f"/api/v1/uploads/{begun['id']}/state")).json()["offset"] == 40


async def test_a_repeated_announcement_and_a_repeated_last_part_are_harmless(register):
    ada = await register("ada")
    key = str(uuid.uuid4())
    begun = (await announce(ada, 10, key=key)).json()
    await part(ada, begun["id"], 0, b"01234")
    again = await announce(ada, 10, key=key)
    assert (again.status_code, again.json()["offset"]) == (200, 5)
    other = await announce(ada, 11, key=key)
    assert other.json()["code"] == "key_reused"
    await part(ada, begun["id"], 5, b"56789")
    repeated = (await part(ada, begun["id"], 5, b"56789")).json()
    assert repeated["file"]["size_bytes"] == 10
    assert (await announce(ada, 10, key=key)).json()["file"] == repeated["file"]


async def test_a_whole_file_sent_twice_under_one_key_is_one(register):
    ada = await register("ada")
    key = str(uuid.uuid4())
    first = await send_whole(ada, a_picture(), "a.png", key)
    second = await send_whole(ada, a_picture(), "a.png", key)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()


async def test_the_later_of_two_who_send_one_file_goes_on(register, nova):
    ada = await register("ada")
    begun = (await announce(ada, 10)).json()
    uploads = services_of(nova).uploads
    upload = await uploads.find_own(ada.user_id, UploadId(begun["id"]))
    stuck, resumed = asyncio.Event(), asyncio.Event()

    async def dead_line():
        yield b"01"
        stuck.set()
        await resumed.wait()
        yield b"XX"

    early = asyncio.create_task(uploads.append(upload, 0, dead_line()))
    await stuck.wait()
    assert (await part(ada, begun["id"], 2, b"23456789")).json()["file"]["size_bytes"] == 10
    resumed.set()
    with pytest.raises(Exception, match="in another tab"):
        await early
    assert (await ada.get(f"/api/v1/uploads/{begun['id']}")).content == b"0123456789"


async def test_a_file_survives_the_end_of_the_process(register, nova, settings):
    ada = await register("ada")
    begun = (await announce(ada, 10)).json()
    await part(ada, begun["id"], 0, b"01234")
    async with open_container(settings) as second:
        uploads = services_of(second).uploads
        upload = await uploads.find_own(ada.user_id, UploadId(begun["id"]))
        assert await uploads.offset(upload) == 5


async def test_strangers_see_a_file_only_where_it_is_shown(register):
    ada, bob = await register("ada"), await register("bob")
    stored = (await send_whole(ada, a_picture())).json()
    begun = (await announce(ada, 10)).json()
    for path in (stored["url"], f"{stored['url']}/thumbnail", f"/api/v1/uploads/{begun['id']}/state"):
        assert (await bob.get(path)).status_code == 404, path
    assert (await part(bob, begun["id"], 0, b"x")).status_code == 404
    assert (await bob.delete(stored["url"])).status_code == 404
    assert (await ada.get(f"/api/v1/uploads/{begun['id']}")).status_code == 404
    await publish(ada, "look", [stored["id"]])
    assert (await bob.get(stored["url"])).status_code == 200


async def test_who_is_not_signed_in_can_send_and_see_nothing(browser, register):
    ada, stranger = await register("ada"), await browser()
    stored = (await send_whole(ada, a_picture())).json()
    assert (await send_whole(stranger, b"x")).status_code == 401
    assert (await stranger.get(stored["url"])).status_code == 401
    assert (await stranger.get("/api/v1/posts")).status_code == 401


async def test_sending_too_many_files_is_refused_with_a_time(nova, register, settings):
    async with open_container(settings.model_copy(update={"uploads_per_hour": 1})) as strict:
        ada = await register("ada")
        transport = httpx.ASGITransport(gated(strict))
        async with httpx.AsyncClient(
            base_url="http://localhost:3000", transport=transport, cookies=ada.cookies, headers=ada.headers
        ) as client:
            assert (await send_whole(client, b"x")).status_code == 201
            late = await send_whole(client, b"x")
    assert (late.status_code, late.json()["kind"]) == (429, "RATE_LIMITED")
    assert int(late.headers["retry-after"]) > 3_000


async def publish(client, text="", upload_ids=(), key=None):
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    return await client.post("/api/v1/posts", json={"text": text, "upload_ids": list(upload_ids)}, headers=headers)


async def test_a_post_shows_its_files_to_everybody_newest_first(register):
    ada, bob = await register("ada"), await register("bob")
    first, second = [(await send_whole(ada, a_picture(), f"{n}.png")).json() for n in (1, 2)]
    assert (await publish(ada, "two pictures", [second["id"], first["id"]])).status_code == 201
    assert (await publish(bob, "hello")).status_code == 201
    page = (await ada.get("/api/v1/posts")).json()
    assert [post["text"] for post in page["items"]] == ["hello", "two pictures"]
    assert [file["name"] for file in page["items"][1]["files"]] == ["2.png", "1.png"]
    assert page["items"][1]["author_name"] == "Ada"
    rest = (await bob.get("/api/v1/posts", params={"before": page["items"][0]["number"], "limit": 1})).json()
    assert ([post["text"] for post in rest["items"]], rest["has_more"]) == (["two pictures"], False)


async def test_a_post_is_stored_once_and_its_files_stay(register):
    ada = await register("ada")
    stored = (await send_whole(ada, b"x")).json()
    key = str(uuid.uuid4())
    first, second = [await publish(ada, "", [stored["id"]], key) for _ in range(2)]
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    await ada.delete(stored["url"])
    assert (await ada.get(stored["url"])).status_code == 200


async def test_a_post_needs_whole_files_of_its_author(register):
    ada, bob = await register("ada"), await register("bob")
    begun = (await announce(ada, 10)).json()
    foreign = (await send_whole(bob, b"x")).json()
    for wrong in (begun["id"], foreign["id"], str(uuid.uuid4())):
        answer = await publish(ada, "text", [wrong])
        assert (answer.status_code, answer.json()["code"]) == (422, "file_not_ready")
    assert (await publish(ada, " \n")).json()["code"] == "text_empty"
    assert (await publish(ada, "x" * 10_001)).json()["code"] == "text_too_long"
    many = [str(uuid.uuid4()) for _ in range(11)]
    assert (await publish(ada, "x", many)).json()["code"] == "too_many_files"
    half = await ada.post(
        "/api/v1/posts",
        content=b'{"text": "\\ud800"}',
        headers={"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json"},
    )
    assert half.json()["fields"].keys() == {"text"}
    assert (await ada.get("/api/v1/posts")).json()["items"] == []


async def test_what_nobody_uses_is_swept_away_and_what_is_shown_stays(register, nova, monkeypatch):
    ada = await register("ada")
    uploads = services_of(nova).uploads
    shown, unused = [(await send_whole(ada, b"x")).json() for _ in range(2)]
    begun = (await announce(ada, 10)).json()
    await publish(ada, "", [shown["id"]])
    assert await uploads.sweep() == 0
    later = uploads._clock.now() + timedelta(days=9)
    monkeypatch.setattr(type(uploads._clock), "now", lambda self: later)
    assert await uploads.sweep() == 2
    monkeypatch.undo()
    assert (await ada.get(shown["url"])).status_code == 200
    assert (await ada.get(unused["url"])).status_code == 404
    assert (await ada.get(f"/api/v1/uploads/{begun['id']}/state")).status_code == 404


async def test_a_file_that_the_disk_lost_is_not_found_and_said(register, settings, caplog):
    ana = await register("ana")
    upload = (await ana.post("/api/v1/uploads", files={"file": ("a.png", a_picture())})).json()
    for path in (settings.data_dir / "uploads").rglob(f"{upload['id']}*"):
        path.unlink()

    for address in ("", "/thumbnail"):
        answer = await ana.get(f"/api/v1/uploads/{upload['id']}{address}")
        assert answer.status_code == 404
        assert "gone" in answer.json()["detail"]
    assert not [record for record in caplog.records if record.exc_info]
