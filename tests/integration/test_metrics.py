"""What the page of metrics says about real sockets, real requests and a real database."""

from __future__ import annotations

import asyncio
import gzip
import sqlite3

import httpx
import pytest

from nova_app import probe
from nova_app.asgi import running, with_nova
from nova_app.container import open_container
from nova_app.domain.errors import ErrorCode, Unavailable
from nova_app.protocol.gate import GatePolicy
from nova_app.protocol.origins import OriginPolicy
from tests.asgi import BASE, SocketDriver, a_send, eventually, gated, services_of
from tests.series import read_page, read_series, total

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("made_database")]


@pytest.fixture
def series(nova):
    """Reads everything that is counted now."""

    def read():
        nova.instruments.metrics.refresh()
        return read_series(nova.instruments.metrics.registry)

    return read


async def dealt_with(series):
    """Wait until every frame that came in has been dealt with."""

    def are_done():
        counts = series()
        return total(counts, "ws_operations_total", operation="receive") == total(counts, "ws_messages_received_total")

    await eventually(are_done)


async def scrape(nova, headers=None, client=("127.0.0.1", 5000), base=BASE):
    transport = httpx.ASGITransport(gated(nova), client=client)
    async with httpx.AsyncClient(base_url=base, transport=transport) as http:
        return await http.get("/metrics", headers=headers)


async def test_a_conversation_is_counted_from_the_handshake_to_the_end(group, connect, series):
    (ana, ben), room = await group("ana", "ben")
    sockets = [await connect(ana), await connect(ben)]
    for number in range(5):
        sockets[0].send(a_send(room, f"number {number}"))
    for socket in sockets:
        await socket.collect(5, "message")
        await socket.settle()
    during = series()
    for socket in sockets:
        await socket.close()
    after = series()

    assert total(during, "ws_connections_active") == 2
    assert total(during, "nova_messages_accepted_total", conversation_type="group") == 5
    assert total(during, "nova_message_deliveries_total", outcome="delivered") == 10
    assert total(during, "nova_message_delivery_latency_seconds_count", path="live") > 0
    assert total(during, "ws_messages_sent_total", type="message") == 10
    assert total(during, "ws_messages_sent_total", type="ack") == 5
    assert total(during, "ws_messages_received_total", type="message") == 5
    assert total(during, "ws_messages_received_total", type="heartbeat") == 2
    assert total(during, "nova_message_ack_latency_seconds_count") >= 1
    assert total(after, "ws_connections_active") == 0
    assert total(after, "ws_connections_total", result="accepted") == 2
    assert total(after, "ws_disconnections_total", reason="client_close") == 2
    assert total(after, "ws_errors_total") == total(after, "ws_operations_total", result="error") == 0
    assert total(after, "ws_operations_total", operation="receive") == total(after, "ws_messages_received_total")
    assert total(after, "nova_conversation_creations_total", type="group", result="success") == 1
    assert total(after, "nova_registrations_total", result="success") == 2


async def test_every_error_is_an_operation_and_every_operation_has_one_end(group, connect, nova, series):
    (ana,), room = await group("ana")
    socket = await connect(ana)
    for frame in ("{", '{"type": 7}', '{"type":"send"}', '{"type":"from the future"}', '{"type":"ping","id":1}'):
        socket.send(frame)
    await socket.settle()
    socket.send(a_send(room, " "))
    await socket.expect("nack")
    socket.send({"type": "hello", "protocol": 1, "cursors": {}})
    await socket.closed()
    large = await connect(ana)
    await dealt_with(series)  # its hello is being answered still
    large.send(a_send(room, "x" * 70_000))
    await large.closed()
    await large.close()
    stranger = await connect(None, hello=False)
    await stranger.closed()
    counts = series()

    assert total(counts, "ws_errors_total", type="decode") == 3
    assert total(counts, "ws_errors_total", type="protocol") == 1
    assert total(counts, "ws_errors_total", type="payload_too_large") == 1
    assert total(counts, "ws_errors_total", type="auth") == 1
    assert total(counts, "ws_errors_total") == total(counts, "ws_operations_total", result="error") == 6
    assert total(counts, "ws_operations_total", operation="receive") == total(counts, "ws_messages_received_total")
    assert total(counts, "ws_connections_total", result="rejected_auth") == 1
    assert total(counts, "ws_disconnections_total", reason="protocol_error") == 2


async def test_a_database_that_fails_is_an_error_of_the_socket(group, connect, nova, series, monkeypatch):
    (ana,), room = await group("ana")
    socket = await connect(ana)
    refusal = Unavailable(ErrorCode.STORAGE_UNAVAILABLE)

    async def fail(drafts):
        return [refusal] * len(drafts)

    monkeypatch.setattr(services_of(nova).messaging._log, "append", fail)
    socket.send(a_send(room, "lost?"))
    await socket.expect("nack")
    await socket.settle()

    assert total(series(), "ws_errors_total", type="storage") == 1
    assert total(series(), "ws_operations_total", operation="receive", result="error") == 1


async def test_a_locked_database_is_counted_as_locked(group, connect, nova, series, monkeypatch):
    (ana,), room = await group("ana")
    socket = await connect(ana)
    await services_of(nova).messaging.post([])
    with Locked(nova):
        socket.send(a_send(room, "wait for me"))
        refused = await asyncio.wait_for(socket.expect("nack"), 9)

    assert refused["error"]["code"] == "storage_unavailable"
    assert total(series(), "nova_db_errors_total", type="locked") >= 1


class Locked:
    """Another program holds the database's write lock while the block runs."""

    def __init__(self, nova):
        self._connection = sqlite3.connect(nova.settings.database_path, isolation_level=None)

    def __enter__(self):
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, *_):
        self._connection.rollback()
        self._connection.close()


async def test_a_return_says_why_and_after_how_long(group, connect, series):
    (ana,), _ = await group("ana")
    socket = await connect(ana, hello=False)
    socket.send({"type": "hello", "protocol": 1, "cursors": {}, "resume": {"reason": "restarting", "gap_ms": 1_500}})
    await socket.expect("welcome")
    other = await connect(ana, hello=False)
    other.send({"type": "hello", "protocol": 1, "cursors": {}, "resume": {"reason": "x" * 500, "gap_ms": -5}})
    await other.expect("welcome")

    assert total(series(), "ws_reconnections_total", reason="server_restart") == 1
    assert total(series(), "ws_reconnections_total", reason="other") == 1
    assert total(series(), "ws_reconnect_gap_seconds_bucket", le="2.0") == 2
    assert total(series(), "ws_reconnect_gap_seconds_bucket", le="1.0") == 1


@pytest.mark.direct
async def test_a_reader_that_stalls_fails_its_deliveries_and_its_backlog_is_seen(group, connect, series, monkeypatch):
    monkeypatch.setattr("nova_app.realtime.endpoint.STALL_SECONDS", 3)
    (ana, ben), room = await group("ana", "ben")
    writer, reader = await connect(ana), await connect(ben)
    await reader.settle()
    reader.stall()
    for number in range(20):
        writer.send(a_send(room, str(number)))
        await writer.expect("ack")
    seen = series()
    await eventually(lambda: total(series(), "ws_disconnections_total", reason="slow_consumer"))
    counts = series()

    assert total(seen, "ws_send_queue_largest_messages") >= 10
    assert total(counts, "nova_message_deliveries_total", outcome="failed") == 20
    assert total(counts, "nova_message_delivery_failures_total", reason="timeout") == 20
    assert total(counts, "nova_message_deliveries_total", outcome="delivered") == 20
    assert total(counts, "ws_disconnections_total", reason="slow_consumer") == 1


@pytest.mark.direct
async def test_who_leaves_with_news_waiting_leaves_them_behind(group, connect, series):
    (ana, ben), room = await group("ana", "ben")
    writer, reader = await connect(ana), await connect(ben)
    await reader.settle()
    reader.stall()
    writer.send(a_send(room, "are you there"))
    await writer.expect("ack")
    await reader._to_app.put({"type": "websocket.disconnect", "code": 1001})
    await asyncio.wait_for(reader._task, 5)

    assert total(series(), "nova_message_deliveries_total", outcome="expired") == 1
    assert total(series(), "nova_message_deliveries_total") == 2


CLOSES = [(1000, 0), (1001, 0), (1005, 0), (1006, 1)]


@pytest.mark.direct
@pytest.mark.parametrize(("code", "errors"), CLOSES)
async def test_who_leaves_before_the_answer_is_no_error_unless_the_connection_broke(
    code, errors, group, connect, nova, series, monkeypatch
):
    (ana,), _ = await group("ana")
    reading = asyncio.Event()

    async def read_for_ever(user_id, **_):
        reading.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(nova.entrance.services.arrivals, "read", read_for_ever)
    socket = await connect(ana, hello=False)
    socket.send({"type": "hello", "protocol": 1, "cursors": {}})
    await reading.wait()  # its hello is being answered still
    await socket.close(code)
    counts = series()

    assert total(counts, "ws_operations_total", operation="receive", result="error") == errors
    assert total(counts, "ws_errors_total", type="connection_lost") == total(counts, "ws_errors_total") == errors
    assert total(counts, "ws_operations_total", operation="receive") == total(counts, "ws_messages_received_total")


@pytest.mark.direct
@pytest.mark.parametrize(("code", "errors"), CLOSES)
async def test_a_send_that_meets_a_close_is_no_error_unless_the_connection_broke(code, errors, group, connect, series):
    (ana, ben), room = await group("ana", "ben")
    writer, reader = await connect(ana), await connect(ben)
    await reader.settle()
    await dealt_with(series)
    reader.stall()
    writer.send(a_send(room, "are you there"))
    await writer.expect("ack")
    reader.vanish()
    await writer.settle()  # the reader's send has failed by now
    reader.disconnect(code)
    await asyncio.wait_for(reader._task, 5)
    counts = series()

    assert total(counts, "ws_operations_total", operation="send", result="error") == errors
    assert total(counts, "ws_errors_total", type="connection_lost") == total(counts, "ws_errors_total") == errors
    assert total(counts, "nova_message_deliveries_total", outcome="failed" if errors else "expired") == 1
    assert total(counts, "nova_message_deliveries_total") == 2
    assert total(counts, "ws_disconnections_total", reason="abnormal") == errors


async def test_what_was_missed_is_delivered_from_the_log(group, connect, series):
    (ana,), room = await group("ana")
    writer = await connect(ana)
    writer.send(a_send(room, "one"))
    await writer.expect("ack")
    await writer.settle()
    late = await connect(ana, cursors={room: 0})
    await late.expect("message")
    late.send({"type": "events", "conversation_id": room, "after_seq": 0, "until_seq": 1})
    await late.expect("message")
    await late.settle()

    assert total(series(), "nova_message_delivery_latency_seconds_count", path="queued") >= 1
    assert total(series(), "nova_message_gaps_total") == 1


async def test_requests_are_counted_by_template_also_those_the_gate_refuses(settings):
    async def pages(scope, receive, send):
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async with running(settings) as nova:
        app = with_nova(pages, GatePolicy(OriginPolicy()))
        async with httpx.AsyncClient(base_url=BASE, transport=httpx.ASGITransport(app)) as client:
            await client.get("/api/v1/conversations/123e4567-e89b-42d3-a456-426614174000/messages")
            await client.get("/api/v1/nothing/123", headers={"Origin": "https://evil.example"})
            await client.request("BREW", "/somewhere/else")
        foreign = SocketDriver(app, origin="https://evil.example")
        await foreign.open()
        counts = read_series(nova.instruments.metrics.registry)

    route = "/api/v1/conversations/{conversation_id}/messages"
    assert total(counts, "http_requests_total", method="GET", route=route, status="4xx") == 1
    assert total(counts, "http_requests_total", method="GET", route="other", status="4xx") == 1
    assert total(counts, "http_requests_total", method="other", route="other", status="4xx") == 1
    assert total(counts, "http_request_duration_seconds_count") == total(counts, "http_requests_total") == 3
    assert total(counts, "http_requests_in_progress") == 0
    assert total(counts, "ws_connections_total", result="rejected_origin") == 1


async def test_searches_uploads_and_sign_ins_are_counted(group, browser, series):
    (ana,), _ = await group("ana")
    await ana.post("/api/v1/uploads", files={"file": ("a.txt", b"hello")})
    await ana.post("/api/v1/uploads", files={"file": ("a.png", b"\x89PNG\r\n\x1a\nno picture")})
    await ana.get("/api/v1/search", params={"q": "nothing like it"})
    stranger = await browser()
    await stranger.post("/api/v1/auth/login", json={"username": "ana", "password": "wrong horse"})
    await ana.post("/api/v1/conversations", json={"kind": "direct", "title": "", "members": ["nobody"]})
    counts = series()

    assert total(counts, "nova_uploads_total", result="ok") == 1
    assert total(counts, "nova_uploads_total", result="refused") == 1
    assert total(counts, "nova_upload_bytes_total") == 5
    assert total(counts, "nova_search_requests_total", index_type="fts_words", result="ok") == 1
    assert total(counts, "nova_search_zero_results_total") == 1
    assert total(counts, "nova_logins_total", result="bad_credentials") == 1
    assert total(counts, "nova_conversation_creations_total", type="direct", result="invalid") == 1


async def test_people_and_messages_are_counted_now_and_then(group, connect, nova, settings):
    (ana, _ben), room = await group("ana", "ben")
    socket = await connect(ana)
    socket.send(a_send(room, "hello"))
    await socket.expect("ack")
    async with open_container(settings) as other:
        registry = other.instruments.metrics.registry
        await eventually(lambda: total(read_series(registry), "nova_conversations", type="group"))
        counts = read_series(registry)

    assert total(counts, "nova_users", state="enabled") == 2
    assert total(counts, "nova_active_users", window="5m") == 2
    assert total(counts, "nova_conversations", type="group") == 1
    assert total(counts, "nova_stored_messages") == 1
    assert total(counts, "nova_task_last_success_timestamp_seconds", task="census") > 0


async def test_service_accounts_are_not_counted_among_the_users(group, connect, browser, nova, settings):
    await group("ana", "ben")
    writer, reader = await probe.find_accounts(settings)
    program = await browser()
    await program.post("/api/v1/auth/login", json={"username": writer.username, "password": writer.password})
    body = {"kind": "group", "title": "Probe", "members": [reader.username]}
    room = (await program.post("/api/v1/conversations", json=body)).json()["id"]
    socket = await connect(program)
    socket.send(a_send(room, "hello"))
    await socket.expect("ack")
    with sqlite3.connect(settings.database_path) as database:
        database.execute("UPDATE user SET created_at = '2020-01-01T00:00:00.000000Z' WHERE is_service")
    database.close()
    async with open_container(settings) as other:
        registry = other.instruments.metrics.registry
        await eventually(lambda: total(read_series(registry), "nova_users", state="enabled"))
        counts = read_series(registry)

    assert total(counts, "nova_users", state="enabled") == 2
    assert [total(counts, "nova_active_users", window=window) for window in ("5m", "30d")] == [2, 2]
    steps = ("registered", "in_conversation", "wrote", "returned_after_week")
    assert [total(counts, "nova_funnel_users", step=step) for step in steps] == [2, 2, 0, 0]


async def test_the_page_is_for_programs_on_this_machine_only(nova):
    assert (await scrape(nova)).status_code == 200
    assert (await scrape(nova, client=("::1", 1))).status_code == 200
    assert (await scrape(nova, client=("::ffff:127.0.0.1", 1))).status_code == 200
    assert (await scrape(nova, client=("10.0.0.7", 1))).status_code == 404
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-Ip"):
        assert (await scrape(nova, {header: "127.0.0.1"})).status_code == 404


@pytest.mark.parametrize("base", ["http://chat.example.org", "https://chat.example.org:3250", "http://10.0.0.7:3000"])
async def test_a_request_for_another_host_is_not_of_this_machine(nova, base):
    assert (await scrape(nova, base=base)).status_code == 404


@pytest.mark.parametrize(
    "base", ["http://localhost:3000", "http://127.0.0.1", "http://127.0.0.9:80", "http://[::1]:3000"]
)
async def test_this_machine_is_asked_by_its_own_names(nova, base):
    assert (await scrape(nova, base=base)).status_code == 200


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Proto", "X-Forwarded-Host", "Via", "Cf-Connecting-Ip", "True-Client-Ip"]
)
async def test_every_forwarding_header_is_one(nova, header):
    assert (await scrape(nova, {header: "a"})).status_code == 404


@pytest.mark.parametrize(
    "served",
    [
        {"public_origins": ("https://chat.example.org",)},
        {"public_origins": ("http://localhost:3000", "https://chat.example.org")},
        {"trusted_proxies": ("127.0.0.1",)},
    ],
)
async def test_behind_a_proxy_the_page_needs_a_token(settings, served):
    async with open_container(settings.model_copy(update=served)) as nova:
        own = token_file(settings).read_text().strip()
        assert (await scrape(nova)).status_code == 404
        assert (await scrape(nova, {"Authorization": f"Bearer {own}"})).status_code == 200


async def test_origins_of_this_machine_change_nothing(settings):
    own = {"public_origins": ("http://localhost:3000", "http://127.0.0.1:3000")}
    async with open_container(settings.model_copy(update=own)) as nova:
        assert (await scrape(nova)).status_code == 200


def token_file(settings):
    return settings.data_dir / "metrics.token"


async def test_the_token_of_the_file_always_works_and_stays(settings):
    far = ("10.0.0.7", 1)
    async with open_container(settings) as nova:
        token = token_file(settings).read_text().strip()
        assert (await scrape(nova, {"Authorization": f"bearer  {token}"}, client=far)).status_code == 200
        assert (
            await scrape(nova, {"Authorization": f"Bearer {token}", "X-Forwarded-For": "1.2.3.4"})
        ).status_code == 200
        assert (await scrape(nova, {"Authorization": "Bearer "}, client=far)).status_code == 401
        assert (await scrape(nova, {"Authorization": f"Bearer {token}x"}, client=far)).status_code == 401
        assert (await scrape(nova, {"Authorization": "Bearer stale"})).status_code == 200  # it needs none here
    assert len(token) >= 32
    assert token_file(settings).stat().st_mode & 0o777 == 0o600
    async with open_container(settings.model_copy(update={"metrics_token": "open sesame"})) as nova:
        assert token_file(settings).read_text().strip() == token
        assert (await scrape(nova, {"Authorization": f"Bearer {token}"}, client=far)).status_code == 200


async def test_with_a_token_the_page_is_for_whoever_brings_it(settings):
    async with open_container(settings.model_copy(update={"metrics_token": "open sesame"})) as nova:
        far = ("10.0.0.7", 1)
        assert (await scrape(nova, {"Authorization": "Bearer open sesame"}, client=far)).status_code == 200
        assert (await scrape(nova, {"Authorization": "Bearer wrong"}, client=far)).status_code == 401
        assert (await scrape(nova)).status_code == 401


async def test_the_page_comes_in_the_form_that_is_asked_for(nova):
    plain = await scrape(nova, {"Accept-Encoding": "identity"})
    small = await scrape(nova, {"Accept-Encoding": "gzip"})
    open_metrics = await scrape(nova, {"Accept": "application/openmetrics-text; version=1.0.0"})

    assert plain.headers["content-type"].startswith("text/plain")
    assert read_page(plain.text)["ws_connections_active",] == 0
    assert small.headers["content-encoding"] == "gzip"
    assert len(gzip.compress(plain.content)) < 15_000
    assert open_metrics.headers["content-type"].startswith("application/openmetrics-text")
    assert open_metrics.text.rstrip().endswith("# EOF")


async def test_what_pages_report_becomes_series(register, browser, series):
    ana = await register("ana")
    ana.headers["User-Agent"] = "Mozilla/5.0 Firefox/140.0"
    page = {
        "errors": {"TIMEOUT": 2, "made up": 1},
        "calls": [{"route": "search", "status": "2xx", "ms": 120}, {"route": "evil", "status": "9xx", "ms": 1}],
        "vitals": {"lcp": 900},
        "layout_shift": 0.02,
        "reconnects": 3,
        "roundtrips_ms": [40, 60],
    }
    body = {"connection": {"round_trip_ms": 12, "oldest_queued_ms": 4_000}, "page": page}

    assert (await ana.post("/api/v1/telemetry", json=body)).status_code == 204
    assert (await ana.post("/api/v1/telemetry", json={"connection": {"dials": -1}})).status_code == 422
    counts = series()

    assert total(counts, "nova_frontend_errors_total", kind="TIMEOUT", browser="firefox") == 2
    assert total(counts, "nova_frontend_errors_total", kind="UNKNOWN", browser="firefox") == 1
    assert total(counts, "nova_frontend_api_duration_seconds_count", route="search", status="2xx") == 1
    assert total(counts, "nova_frontend_api_duration_seconds_count", route="other", status="other") == 1
    assert total(counts, "nova_frontend_web_vital_seconds_bucket", vital="lcp", le="1.0") == 1
    assert total(counts, "nova_frontend_layout_shift_score_count") == 1
    assert total(counts, "nova_frontend_reconnects_total") == 3
    assert total(counts, "nova_frontend_message_roundtrip_seconds_count") == 2
    assert total(counts, "nova_frontend_ping_roundtrip_seconds_count") == 1
    assert total(counts, "nova_frontend_outbox_age_seconds_count") == 1
    assert total(counts, "nova_frontend_reports_total", result="accepted") == 1
    assert total(counts, "nova_frontend_reports_total", result="invalid") == 1


async def test_the_status_is_for_who_is_signed_in(group, browser, nova):
    (ana,), _ = await group("ana")
    stranger = await browser()
    async with asyncio.timeout(3):
        while not (answer := (await ana.get("/api/v1/status")).json())["figures"]:
            await asyncio.sleep(0.05)

    assert answer["figures"][0]["name"] == "Open connections"
    assert (answer["alerts_state"], answer["alerts"]) == ("off", [])
    assert (await stranger.get("/api/v1/status")).status_code == 401


async def test_runbooks_are_served_and_nothing_else(browser):
    client = await browser(origin="")

    assert "## Mitigation" in (await client.get("/runbooks/NovaInstanceDown.md")).text
    for name in ("NoSuch.md", "..%2f..%2fpyproject.toml", "NovaInstanceDown", "..%2falertmanager.yml"):
        assert (await client.get(f"/runbooks/{name}")).status_code == 404
