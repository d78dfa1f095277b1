"""One hostile client costs only itself: work that one account causes never stands before another's."""

import asyncio
import contextlib
import io
import resource
import struct
import threading
import time
import uuid
from datetime import timedelta

import httpx
import pytest
from PIL import Image
from sqlalchemy import text
from starlette.requests import ClientDisconnect

from nova_app.container import open_container
from nova_app.domain.errors import NovaError
from nova_app.domain.search import WORDS_MAX, parse
from nova_app.domain.webhooks import Job, PostEvent, new_secret, url_fault
from nova_app.integrations.webhooks import HttpWebhookSender
from tests.asgi import BASE, a_send, gated, services_of
from tests.builders import A_MOMENT, a_picture

pytestmark = pytest.mark.anyio

PIXELS_SIDE = 6_300
MIB = 1024 * 1024


def still_picture(side=PIXELS_SIDE):
    file = io.BytesIO()
    Image.new("L", (side, side)).save(file, "PNG")
    return file.getvalue()


def endless_gif(frames=150_000):
    """A moving picture of one pixel: a few megabytes that are a minute's work when every frame is decoded."""
    head = b"GIF89a" + struct.pack("<HH", 1, 1) + b"\x80\0\0" + b"\0\0\0\xff\xff\xff"
    frame = b"\x2c" + struct.pack("<HHHH", 0, 0, 1, 1) + b"\0" + b"\x02\x02\x44\x01\0"
    return head + frame * frames + b";"


async def send_file(client, data, name="picture"):
    return await client.post("/api/v1/uploads", files={"file": (name, data)})


def peak_bytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


async def test_a_large_picture_takes_no_memory_of_the_server(register):
    ada = await register("ada")
    data = still_picture()
    before = peak_bytes()
    answer = await send_file(ada, data)
    assert answer.status_code == 201, answer.text
    assert peak_bytes() - before < 40 * MIB


async def test_a_small_picture_does_not_wait_for_anothers_large_one(register):
    ada, ben = await register("ada"), await register("ben")
    large = [asyncio.create_task(send_file(ada, still_picture(3_000))) for _ in range(3)]
    await asyncio.sleep(0)
    answer = await send_file(ben, a_picture(size=(1, 1)))
    assert answer.status_code == 201, answer.text
    assert not any(task.done() for task in large)
    await asyncio.gather(*large)


async def test_a_moving_picture_of_very_many_frames_is_quick(register):
    ada = await register("ada")
    before = time.monotonic()
    answer = await send_file(ada, endless_gif(), "long.gif")
    assert answer.status_code == 201, answer.text
    assert time.monotonic() - before < 5


async def test_a_query_that_does_not_end_is_stopped(register, nova):
    ada = await register("ada")
    reader = services_of(nova).search._index._reader
    counting = text(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000000) SELECT max(i) FROM n"
    )
    begin = time.monotonic()
    with pytest.raises(NovaError):
        await reader.run(lambda session: session.connection().execute(counting).scalar())
    assert time.monotonic() - begin < 6
    assert (await ada.get("/api/v1/search", params={"q": "a"})).status_code == 200


async def test_slow_searches_do_not_hold_up_other_reads(register, nova):
    ben = await register("ben")
    reader = services_of(nova).search._index._reader
    begun = asyncio.Event()
    is_over = threading.Event()
    loop = asyncio.get_running_loop()

    def slow(_session):
        loop.call_soon_threadsafe(begun.set)
        is_over.wait(60)

    searches = [asyncio.create_task(reader.run(slow)) for _ in range(8)]
    await begun.wait()
    assert (await ben.get("/api/v1/users/me")).status_code == 200
    assert not any(search.done() for search in searches), "it waited for a search"
    is_over.set()
    await asyncio.gather(*searches, return_exceptions=True)


def test_a_phrase_of_very_many_words_is_cut():
    query = parse('"' + "a " * 200 + '"')
    assert sum(len(term.words) for term in query.terms) <= WORDS_MAX


async def test_a_boundary_without_measure_is_refused_in_words(register):
    ada = await register("ada")
    answer = await ada.post(
        "/api/v1/uploads", content=b"x", headers={"Content-Type": f"multipart/form-data; boundary={'b' * 300}"}
    )
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_a_runbook_whose_name_is_too_long_for_the_disk_is_not_found(browser):
    client = await browser()
    answer = await client.get("/runbooks/" + "a" * 4_000 + ".md")
    assert answer.status_code == 404, answer.text


@pytest.mark.parametrize(
    "path", ["/api/v1/%0A", "/api/v1/conversations/%0A", "/api/v1/uploads/%0A/state", "/api/%0A", "/api", "/api/v1/"]
)
async def test_every_refusal_under_api_is_a_problem_document(register, path):
    ada = await register("ada")
    answer = await ada.get(path)
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text


@pytest.mark.parametrize("ranges", ["bytes=5-1", "bytes=999999-", "lines=0-1"])
async def test_a_bad_range_is_a_problem_document(register, ranges):
    ada = await register("ada")
    stored = (await send_file(ada, b"0123456789", "a.txt")).json()
    answer = await ada.get(stored["url"], headers={"Range": ranges})
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text


async def test_new_groups_are_limited(register):
    ada = await register("ada")
    codes = [
        (await ada.post("/api/v1/conversations", json={"kind": "group", "title": f"g{n}", "members": []})).status_code
        for n in range(31)
    ]
    assert codes == [201] * 30 + [429]


async def test_an_upload_that_was_cut_gives_its_quota_back(register, nova):
    ada = await register("ada")
    whole = nova.settings.upload_quota_mb * MIB // nova.settings.upload_max_mb // MIB

    async def cut():
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n0123456789'
        raise ClientDisconnect

    headers = {
        "Content-Type": "multipart/form-data; boundary=x",
        "Content-Length": str(nova.settings.upload_max_mb * MIB),
    }
    for _ in range(whole):
        with contextlib.suppress(AssertionError):  # there is nobody to answer
            await ada.post("/api/v1/uploads", content=cut(), headers=headers)
    answer = await send_file(ada, b"x")
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("url", ["http://a..b/", f"http://{'a' * 64}.example/", "http://xn--a/"])
async def test_a_target_whose_name_cannot_be_encoded_is_a_reply(url):
    sender = HttpWebhookSender([])
    job = Job("j", "w", url, new_secret(bytes(24)), PostEvent("post.created", "2026-01-01T00:00:00Z", {}), 0, "l")
    reply = await sender.send(job, A_MOMENT)
    await sender.close()
    assert (reply.status, bool(reply.error)) == (0, True)


@pytest.mark.parametrize("url", ["http://a..b/", f"http://{'a' * 64}.example/", "http://xn--a/"])
def test_a_target_whose_name_cannot_be_encoded_is_refused(url):
    assert url_fault(url)


async def test_a_limit_that_is_met_says_when_it_goes_on(register):
    ada = await register("ada")
    for number in range(30):
        await ada.post("/api/v1/conversations", json={"kind": "group", "title": f"g{number}", "members": []})
    refused = await ada.post("/api/v1/conversations", json={"kind": "group", "title": "one more", "members": []})
    assert 60 < int(refused.headers["retry-after"]) <= 120
    assert refused.json()["message"].endswith("You can start the next one in 2 minutes.")


async def test_frames_without_measure_hold_up_nobody_but_their_sender(group, connect):
    (ada, ben), room = await group("ada", "ben")
    flood, quiet = await connect(ada), await connect(ben)
    for number in range(5_000):
        flood.send({"type": "ping", "id": str(number)})
    waits = []
    for _ in range(5):
        begin = time.monotonic()
        quiet.send(a_send(room, "hello"))
        await quiet.expect("ack")
        waits.append(time.monotonic() - begin)
    assert sorted(waits)[2] < 0.2, waits
    assert flood._to_app.qsize(), "what exceeds the budget is not even read yet"


async def test_an_account_that_asks_for_too_much_learns_when_to_ask_again(register):
    ada, ben = await register("ada"), await register("ben")
    answers = [await ada.patch("/api/v1/users/me", json={"display_name": "Ada"}) for _ in range(64)]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert "Try again in" in refused.json()["message"]
    assert (await ben.patch("/api/v1/users/me", json={"display_name": "Ben"})).status_code == 200


async def test_uploads_leave_a_reserve_that_messages_may_use(settings, made_database):
    async with full_disk(settings) as (ada, room):
        refused = await send_file(ada, b"x")
        assert (refused.status_code, refused.json()["code"]) == (503, "storage_unavailable")
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        sent = await ada.post(f"/api/v1/conversations/{room}/messages", json={"text": "hello"}, headers=headers)
        assert sent.status_code == 201, sent.text


@contextlib.asynccontextmanager
async def full_disk(settings):
    """A server whose disk has less room than it keeps free, and a member of a room."""
    settings = settings.model_copy(update={"disk_reserve_mb": 10**9})
    async with open_container(settings) as nova:
        transport = httpx.ASGITransport(gated(nova))
        async with httpx.AsyncClient(base_url=BASE, transport=transport, headers={"Origin": BASE}) as ada:
            body = {"username": "ada", "display_name": "Ada", "password": "correct horse battery"}
            assert (await ada.post("/api/v1/auth/register", json=body)).status_code == 201
            room = await ada.post("/api/v1/conversations", json={"kind": "group", "title": "Team", "members": []})
            yield ada, room.json()["id"]


async def test_an_abandoned_upload_makes_room_for_the_next(register, nova, monkeypatch):
    ada = await register("ada")
    part = nova.settings.upload_max_mb * MIB
    for _ in range(nova.settings.upload_quota_mb * MIB // part):
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        announced = await ada.post("/api/v1/uploads/resumable", json={"name": "a", "size_bytes": part}, headers=headers)
        assert announced.status_code == 201
        await ada.patch(f"/api/v1/uploads/{announced.json()['id']}", params={"offset": 0}, content=b"0123456789")
    assert (await send_file(ada, b"x")).json()["code"] == "quota_exceeded"
    uploads = services_of(nova).uploads
    later = uploads._clock.now() + timedelta(minutes=6)
    monkeypatch.setattr(uploads._clock, "now", lambda: later, raising=False)
    answer = await send_file(ada, b"x")
    assert answer.status_code == 201, answer.text


async def test_names_are_tried_sixty_times_a_minute_by_search_creation_and_addition_together(
    register, nova, monkeypatch
):
    monkeypatch.setattr(services_of(nova).budgets, "_seconds", lambda: 0.0)
    ada = await register("ada")
    await register("ben")
    room = await ada.post("/api/v1/conversations", json={"kind": "group", "title": "Team", "members": []})
    members = f"/api/v1/conversations/{room.json()['id']}/members"

    async def attempt(number):
        name = f"absent{number}"
        if number % 3 == 0:
            return (await ada.get("/api/v1/users", params={"q": name})).status_code
        if number % 3 == 1:
            return (await ada.post("/api/v1/conversations", json={"kind": "direct", "members": [name]})).status_code
        return (await ada.post(members, json={"usernames": [name]})).status_code

    answers = [await attempt(number) for number in range(60)]
    assert 429 not in answers, answers
    refused = await ada.post(members, json={"usernames": ["ben"]})
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_attempts")


async def test_adding_people_costs_no_look_ups_and_a_list_with_a_stranger_costs_all_of_them(register):
    ada = await register("ada")
    await register("ben")
    room = await ada.post("/api/v1/conversations", json={"kind": "group", "title": "Team", "members": []})
    members = f"/api/v1/conversations/{room.json()['id']}/members"
    for _ in range(70):
        assert (await ada.post(members, json={"usernames": ["ben"]})).status_code in (200, 201, 204)
    many = [f"absent{number}" for number in range(200)]
    assert (await ada.post(members, json={"usernames": many})).status_code == 422
    refused = await ada.post(members, json={"usernames": ["ben"]})
    assert refused.status_code == 429
    assert 100 < float(refused.headers["retry-after"]) <= 200
