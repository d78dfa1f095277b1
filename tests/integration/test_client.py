"""The Python client against a server that misbehaves in every way a server does."""

import asyncio
import inspect
import time
import uuid

import httpx
import pytest
from pydantic import BaseModel

from nova_app.client import NovaAPIError, NovaClient, RetryPolicy
from nova_app.client.errors import CODE_OF_EXCEPTION, from_exception
from nova_app.domain.errors import ErrorKind
from tests.asgi import BASE, gated
from tests.faults.scripted import Answer, ScriptedServer, refuses, says

pytestmark = pytest.mark.anyio
QUICK = RetryPolicy(base=0.01, cap=0.05, per_try=0.6, total=2.4)
PATIENT = RetryPolicy(base=0.01, cap=0.05, per_try=10, total=40)
"""For answers that come: on a busy machine a quick try may end before it reaches the server."""
HTML = Answer(502, b"<html>Bad gateway</html>", {"Content-Type": "text/html"})


class Thing(BaseModel):
    name: str


async def ask(server, *, policy=QUICK, method="GET", key=None, **options):
    async with NovaClient(server.origin, policy=policy, **options) as client:
        return await client.request(method, "/api/v1/thing", Thing, key=key)


async def failure(server, **options):
    with pytest.raises(NovaAPIError) as caught:
        await ask(server, **options)
    return caught.value


@pytest.mark.parametrize(
    "trouble",
    [
        Answer(fault="reset"),
        Answer(fault="hang"),
        says({}, 500),
        HTML,
        refuses("storage_unavailable", 503),
        Answer(200, b'{"name": "x"}', fault="truncate"),
    ],
    ids=["reset", "hang", "500", "html 502", "503", "truncated"],
)
async def test_trouble_that_passes_is_not_noticed_where_repeating_is_safe(trouble):
    async with ScriptedServer([trouble, trouble, says({"name": "x"})]) as server:
        assert (await ask(server)).name == "x"
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(fault="reset"), ErrorKind.NETWORK_ERROR),
        (Answer(fault="hang"), ErrorKind.TIMEOUT),
        (Answer(200, b'{"name": "longer than the deadline"}', fault="slow"), ErrorKind.TIMEOUT),
        (HTML, ErrorKind.SERVER_ERROR),
        (Answer(200, b"<html>Welcome</html>"), ErrorKind.UNKNOWN),
        (Answer(200, b'{"name": '), ErrorKind.UNKNOWN),
        (says({"other": 1}), ErrorKind.UNKNOWN),
        (refuses("not_found", 404), ErrorKind.NOT_FOUND),
        (refuses("invalid_fields", 422, fields={"name": "Too short."}), ErrorKind.VALIDATION_ERROR),
        (refuses("account_disabled", 403), ErrorKind.FORBIDDEN),
        (refuses("not_signed_in", 401), ErrorKind.UNAUTHORIZED),
        (refuses("too_many_attempts", 429, retry_after_seconds=900), ErrorKind.RATE_LIMITED),
        (refuses("internal", 500, fields="none", retry_after_seconds="soon"), ErrorKind.SERVER_ERROR),
        (refuses("a code of tomorrow", 403, kind="FORBIDDEN"), ErrorKind.FORBIDDEN),
        (Answer(500, b"[" * 100_000), ErrorKind.SERVER_ERROR),
        (Answer(200, b"[" * 100_000), ErrorKind.UNKNOWN),
        (Answer(200, b"not gzip", {"Content-Encoding": "gzip"}), ErrorKind.UNKNOWN),
        (Answer(302, b"", {"Location": "http://portal.example/login"}), ErrorKind.UNKNOWN),
        (Answer(403, b"<html>firewall</html>"), ErrorKind.FORBIDDEN),
        (Answer(413, b"<html>too large</html>"), ErrorKind.VALIDATION_ERROR),
        (Answer(511, b"<html>sign in to the network</html>"), ErrorKind.NETWORK_ERROR),
        (Answer(525, b"<html>TLS</html>"), ErrorKind.SERVER_ERROR),
    ],
)
async def test_every_failure_has_one_of_the_nine_kinds(answer, kind):
    is_hurried = answer.fault in {"hang", "slow"}
    async with ScriptedServer([answer]) as server:
        fault = await failure(server, policy=QUICK if is_hurried else PATIENT)

    assert fault.kind is kind
    assert fault.tries <= 4
    # A deadline that short may pass before the request of a try is out.
    assert len(server.requests) in (range(1, fault.tries + 1) if is_hurried else [fault.tries])


async def test_a_refused_connection_is_a_network_error():
    async with ScriptedServer([says({})]) as server:
        pass

    assert (await failure(server)).kind is ErrorKind.NETWORK_ERROR


async def test_an_address_that_is_none_is_a_failure_like_any_other():
    async with NovaClient("http://nova") as client:
        with pytest.raises(NovaAPIError) as caught:
            await client.get("/api/v1/\x00", Thing)
    assert caught.value.kind is ErrorKind.UNKNOWN


async def test_advice_as_a_date_is_followed_by_the_servers_clock():
    date, later = "Mon, 23 Nov 2026 12:00:00 GMT", "Mon, 23 Nov 2026 12:00:01 GMT"
    busy = Answer(503, b"", {"Date": date, "Retry-After": later})
    async with ScriptedServer([busy, says({"name": "x"})]) as server:
        begin = time.monotonic()
        async with asyncio.timeout(10):
            await ask(server, policy=RetryPolicy())
    assert time.monotonic() - begin >= 1.0


async def test_what_is_not_safe_is_sent_once_and_with_a_key_it_keeps_its_key():
    async with ScriptedServer([Answer(fault="reset")]) as server:
        await failure(server, method="POST")
    assert len(server.requests) == 1

    async with ScriptedServer([Answer(fault="reset"), says({"name": "x"})]) as server:
        await ask(server, method="POST", key="k1")
    assert [headers["idempotency-key"] for _, headers, _ in server.requests] == ["k1", "k1"]


async def test_the_advice_to_wait_is_followed_and_one_that_is_too_long_is_reported():
    async with ScriptedServer([refuses("overloaded", 503, retry_after_seconds=0.4), says({"name": "x"})]) as server:
        begin = time.monotonic()
        async with asyncio.timeout(10):
            await ask(server, policy=RetryPolicy())
    assert time.monotonic() - begin >= 0.4

    async with ScriptedServer([Answer(503, b"", {"Retry-After": "86400"})]) as server:
        fault = await failure(server)
    assert fault.retry_after_seconds == 86_400
    assert len(server.requests) == 1


async def test_a_call_never_takes_longer_than_its_whole_time():
    async with ScriptedServer([Answer(fault="hang")]) as server:
        # Four tries of two seconds would be eight.
        async with asyncio.timeout(6.5):
            fault = await failure(server, policy=RetryPolicy(base=0.01, cap=0.05, per_try=2.0, total=3.0))

    assert fault.kind is ErrorKind.TIMEOUT
    assert 2 <= len(server.requests) <= 4


async def test_giving_up_during_a_wait_ends_at_once_and_asks_no_more():
    async with ScriptedServer([refuses("overloaded", 503, retry_after_seconds=20)]) as server:
        task = asyncio.create_task(ask(server, policy=RetryPolicy()))
        while not server.requests:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        task.cancel()
        # The server asked for twenty seconds.
        await asyncio.wait({task}, timeout=10)
        assert task.cancelled()
    assert len(server.requests) == 1


async def test_many_failures_together_are_no_storm():
    async with (
        ScriptedServer([refuses("storage_unavailable", 503)]) as server,
        NovaClient(server.origin, policy=QUICK) as client,
    ):
        calls = [client.get("/api/v1/thing", Thing) for _ in range(30)]
        results = await asyncio.gather(*calls, return_exceptions=True)
        later = await asyncio.gather(client.get("/api/v1/thing", Thing), return_exceptions=True)

    assert all(isinstance(result, NovaAPIError) for result in [*results, *later])
    assert len(server.requests) <= 30 + 10
    assert "not asked" in later[0].detail


async def test_a_session_that_ended_is_reported_once_however_many_calls_find_out():
    notified = []
    async with (
        ScriptedServer([refuses("not_signed_in", 401)]) as server,
        NovaClient(server.origin, on_signed_out=lambda: notified.append(1)) as client,
    ):
        await asyncio.gather(*[client.get("/api/v1/thing", Thing) for _ in range(20)], return_exceptions=True)

    assert notified == [1]
    assert len(server.requests) == 20


async def test_interceptors_see_every_try_and_a_token_is_asked_for_each_time():
    seen, tokens = [], iter(["one", "two"])

    async def note(request):
        seen.append(request.url.path)

    async def next_token():
        return next(tokens)

    async with ScriptedServer([says({}, 500), says({"name": "x"})]) as server:
        await ask(server, on_request=[note], token=next_token)

    assert seen == ["/api/v1/thing"] * 2
    assert [headers["authorization"] for _, headers, _ in server.requests] == ["bearer one", "bearer two"]


async def test_files_posts_and_searches_go_through_the_same_client(nova, register):
    ana = await register("ana")
    token = (await ana.post("/api/v1/auth/tokens", json={"name": "script"})).json()["token"]
    async with NovaClient(BASE, token=token, transport=httpx.ASGITransport(gated(nova))) as client:
        room = await client.create_conversation(kind="group", title="Team", members=[])
        await client.send_message(str(room.id), "The launch is on Thursday")
        (hit,) = (await client.search("launch")).items
        key = str(uuid.uuid4())
        first, again = [await client.upload("notes.txt", b"some notes", key=key) for _ in range(2)]
        post = await client.publish("Look", [str(first.id)])
    assert hit.text == "The launch is on Thursday"
    assert first == again
    assert [file.name for file in post.files] == ["notes.txt"]


def test_every_exception_of_httpx_has_exactly_one_kind():
    raised = [
        kind
        for _, kind in inspect.getmembers(httpx, inspect.isclass)
        if issubclass(kind, Exception) and not issubclass(kind, Warning)
    ]

    assert len(raised) > 20
    for kind in raised:
        fault = kind.__new__(kind)
        Exception.__init__(fault, "x")
        assert from_exception(fault).kind in ErrorKind, kind
    assert {from_exception(httpx.ReadTimeout("x")).kind, from_exception(httpx.ConnectError("x")).kind} == {
        ErrorKind.TIMEOUT,
        ErrorKind.NETWORK_ERROR,
    }
    assert set(CODE_OF_EXCEPTION)
