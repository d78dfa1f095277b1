"""The trail of security events, and what no log may hold whatever is sent and whatever fails."""

import asyncio
import io
import json
import logging
import os
import sqlite3
import subprocess
from pathlib import Path

import httpx
import pytest

from nova_app.api.app import template_of
from nova_app.api.gate import Gate
from nova_app.cli import main
from nova_app.container import open_container
from nova_app.observability.logs import HumanFormatter, JsonFormatter
from nova_app.protocol.gate import GatePolicy, TrustedProxies
from nova_app.protocol.origins import OriginPolicy
from tests.asgi import BASE, a_send, eventually, gated, services_of
from tests.builders import a_picture
from tests.tools import UNPACKED, find_unpacked

pytestmark = pytest.mark.anyio

FORMATTERS = {"human": HumanFormatter, "json": JsonFormatter}
FAIL2BAN = Path(__file__).parents[2] / "deploy" / "fail2ban"
MARK = "mArKeD"


@pytest.fixture
def logs():
    """What both forms of the log would have written, at the level info; everything of the process is in it."""
    root, ours = logging.getLogger(), [logging.getLogger(name) for name in ("nova", "nova_app")]
    before = (list(root.handlers), root.level, [logger.level for logger in ours])
    streams = {}
    for form, formatter in FORMATTERS.items():
        streams[form] = io.StringIO()
        handler = logging.StreamHandler(streams[form])
        handler.setFormatter(formatter())
        handler.setLevel(logging.INFO)
        root.addHandler(handler)
    root.setLevel(logging.INFO)
    for logger in ours:
        logger.setLevel(logging.INFO)
    yield streams
    root.handlers[:], root.level = before[0], before[1]
    for logger, level in zip(ours, before[2], strict=True):
        logger.setLevel(level)


def events(logs):
    """The audit events as objects, in order; both forms must tell the same."""
    lines = [json.loads(line) for line in logs["json"].getvalue().splitlines()]
    found = [line for line in lines if line["logger"] == "nova.audit"]
    human = [line for line in logs["human"].getvalue().splitlines() if " nova.audit: " in line]
    assert [line.split(" nova.audit: ")[1].split()[0] for line in human] == [line["message"] for line in found]
    return found


def names(logs):
    return [event["message"] for event in events(logs)]


async def test_sign_in_failure_and_success_name_account_address_and_request(register, browser, logs):
    ana = await register("ana")
    stranger = await browser()
    wrong = {"username": "ana", "password": f"{MARK}-password"}
    refused = await stranger.post("/api/v1/auth/login", json=wrong)
    unknown = await stranger.post("/api/v1/auth/login", json={**wrong, "username": f"{MARK}-name"})
    right = await stranger.post("/api/v1/auth/login", json={"username": "ana", "password": "correct horse battery"})
    await stranger.post("/api/v1/auth/logout")

    assert (refused.status_code, unknown.status_code, right.status_code) == (401, 401, 200)
    assert names(logs) == ["registered", "sign_in_failed", "sign_in_failed", "sign_in", "sign_out"]
    found = events(logs)
    assert [event["account"] for event in found] == [ana.user_id, ana.user_id, "-", ana.user_id, ana.user_id]
    assert found[1]["reason"] == "wrong_credentials"
    assert found[1]["request_id"] == refused.headers["x-request-id"]
    assert {event["address"] for event in found} == {"127.0.0.1"}
    assert MARK.lower() not in "".join(stream.getvalue() for stream in logs.values()).lower()


async def test_refused_registration_and_too_many_attempts_are_in_the_trail(register, browser, logs):
    await register("ana")
    stranger = await browser()
    body = {"username": "ana", "display_name": "Ana", "password": "correct horse battery"}
    assert (await stranger.post("/api/v1/auth/register", json=body)).status_code == 422
    for _ in range(6):
        await stranger.post("/api/v1/auth/login", json={"username": "ana", "password": "wrong password"})

    assert "registration_failed" in names(logs)
    assert events(logs)[-1]["reason"] == "too_many_attempts"


async def test_tokens_passwords_sessions_and_files_are_in_the_trail(register, browser, logs):
    ana = await register("ana")
    token = (await ana.post("/api/v1/auth/tokens", json={"name": MARK})).json()
    await ana.delete(f"/api/v1/auth/tokens/{token['id']}")
    body = {"current_password": "correct horse battery", "new_password": f"{MARK} battery of four"}
    assert (await ana.post("/api/v1/auth/password", json={**body, "current_password": MARK})).status_code == 422
    assert (await ana.post("/api/v1/auth/password", json=body)).status_code == 204
    upload = (await ana.post("/api/v1/uploads", files={"file": (f"{MARK}.png", a_picture())})).json()
    await ana.delete(f"/api/v1/uploads/{upload['id']}")
    assert (await ana.post("/api/v1/uploads", files={"file": ("a.png", b"")})).status_code == 422
    (session,) = (await ana.get("/api/v1/auth/sessions")).json()["items"]
    await ana.delete(f"/api/v1/auth/sessions/{session['id']}")

    assert names(logs) == [
        *("registered", "token_created", "token_ended", "password_change_failed", "password_changed"),
        *("file_deleted", "upload_refused", "session_ended"),
    ]
    assert {event["account"] for event in events(logs)} == {ana.user_id}
    written = "".join(stream.getvalue() for stream in logs.values())
    assert MARK not in written
    assert token["token"] not in written


async def test_a_webhook_is_in_the_trail_without_its_address(group, logs):
    (ana, _), room = await group("ana", "ben")
    hooks = f"/api/v1/conversations/{room}/webhooks"
    made = (await ana.post(hooks, json={"url": f"https://example.org/{MARK}"})).json()
    await ana.delete(f"{hooks}/{made['id']}")

    assert names(logs)[-2:] == ["webhook_created", "webhook_ended"]
    assert MARK not in "".join(stream.getvalue() for stream in logs.values())


async def test_what_admins_do_is_in_the_trail_without_the_secrets_of_links(register, browser, logs):
    admin, ben = await register("ana"), await register("ben")
    users = f"/api/v1/admin/users/{ben.user_id}"
    for change in ({"is_admin": True}, {"is_admin": False}, {"is_active": False}, {"is_active": True}):
        assert (await admin.patch(users, json=change)).status_code == 200
    reset = (await admin.post(f"{users}/reset-link")).json()["url"]
    body = {"expires_in_seconds": 600, "max_uses": 1}
    invite = (await admin.post("/api/v1/invites", json=body)).json()
    await admin.delete(f"/api/v1/invites/{invite['id']}")
    stranger = await browser()
    token = reset.rsplit("/", 1)[1]
    used = [
        await stranger.post("/api/v1/auth/reset", json={"token": token, "password": f"{MARK} and four words more"})
        for _ in "12"
    ]

    assert [answer.status_code == 204 for answer in used] == [True, False]
    assert names(logs)[2:] == [
        *("admin_granted", "admin_revoked", "account_deactivated", "account_activated", "reset_link_created"),
        *("invite_created", "invite_revoked", "password_reset", "password_change_failed"),
    ]
    acts = events(logs)[2:9]
    assert {act["account"] for act in acts} == {admin.user_id}
    assert events(logs)[9]["account"] == ben.user_id
    assert [act["target"] for act in acts] == [ben.user_id] * 5 + [invite["id"]] * 2
    written = "".join(stream.getvalue() for stream in logs.values())
    assert [secret for secret in (MARK, token, invite["url"].rsplit("/", 1)[1]) if secret in written] == []


async def test_what_is_done_by_command_reaches_the_trail_of_the_server(nova, register, logs, monkeypatch, capsys):
    await register("ana")
    ben = await register("ben")
    monkeypatch.setenv("NOVA_DATA_DIR", str(nova.settings.data_dir))
    monkeypatch.setenv("SUDO_USER", "olga")

    async def run(*words):
        assert await asyncio.to_thread(main, ["users", *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    before = len(events(logs))
    cleo = await run("add", "cleo", "--admin")
    invite = await run("invite")
    for words in (("make-admin", "ben"), ("deactivate", "ben"), ("activate", "ben"), ("sign-out", "ben", "--tokens")):
        await run(*words)
    link = await run("reset-link", "ben")
    assert await asyncio.to_thread(main, ["users", "deactivate", "nobody"]) == 1
    await run("list")

    expected = [
        *("account_added", "admin_granted", "reset_link_created", "invite_created", "admin_granted"),
        *("account_deactivated", "account_activated", "signed_out_everywhere", "reset_link_created"),
    ]
    found = await eventually(lambda: len(events(logs)) - before >= len(expected) and events(logs)[before:])
    assert [event["message"] for event in found] == expected
    assert {event["by"] for event in found} == {"command:olga"}
    assert {event["address"] for event in found} == {"-"}
    assert [event["target"] for event in found if event["message"] != "invite_created"] == [
        *([cleo["user_id"]] * 3),
        *([ben.user_id] * 5),
    ]
    assert all(event["at"].startswith("20") for event in found)
    written = "".join(stream.getvalue() for stream in logs.values())
    assert [url for url in (cleo["url"], invite["url"], link["url"]) if url.rsplit("/", 1)[1] in written] == []


async def test_what_is_done_while_the_server_is_stopped_is_written_once_when_it_starts(
    settings, made_database, logs, monkeypatch
):
    monkeypatch.setenv("NOVA_DATA_DIR", str(settings.data_dir))
    assert await asyncio.to_thread(main, ["users", "add", "ana"]) == 0
    pending = settings.data_dir / "audit.jsonl"
    assert pending.stat().st_mode & 0o777 == 0o600
    with pending.open("a") as file:
        file.write('{"event": "account_ad')  # a command that was killed while it wrote

    for _ in "12":
        async with open_container(settings):
            await eventually(lambda: not pending.read_text())
    assert names(logs) == ["account_added", "reset_link_created"]


def banned(lines, directory):
    """The addresses that fail2ban itself finds in these lines with the filter that is shipped."""
    log = directory / "nova.log"
    log.write_text("\n".join(lines) + "\n")
    program = find_unpacked("fail2ban")
    command = ["/usr/bin/python3", program, "--config", str(FAIL2BAN), "--out", "ip", str(log), "nova"]
    environ = {**os.environ, "PYTHONPATH": str(UNPACKED / "usr" / "lib" / "python3" / "dist-packages")}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.parametrize("form", FORMATTERS)
async def test_fail2ban_finds_the_address_of_failures_and_of_nothing_else(register, browser, logs, form, tmp_path):
    await register("ana")
    stranger = await browser()
    await stranger.post("/api/v1/auth/login", json={"username": "ana address=6.6.6.6", "password": "wrong password"})
    await stranger.post("/api/v1/auth/login", json={"username": "ana", "password": "correct horse battery"})

    lines = logs[form].getvalue().splitlines()
    assert len(lines) >= 3
    assert await asyncio.to_thread(banned, lines, tmp_path) == ["127.0.0.1"]


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "events", "after_seq": 0, "until_seq": 5},
        {"type": "read", "seq": 1},
        {"type": "typing"},
    ],
    ids=lambda frame: frame["type"],
)
async def test_what_a_socket_may_not_read_is_in_the_trail(register, group, connect, logs, frame):
    _members, room = await group("ana", "ben")
    cleo = await register("cleo")
    socket = await connect(cleo)
    socket.send({**frame, "conversation_id": room})
    code = (await socket.expect("error"))["error"]["code"]

    found = [event for event in events(logs) if event["message"] == "access_refused"]
    assert [(event["account"], event["reason"], event["route"]) for event in found] == [(cleo.user_id, code, "socket")]


async def test_what_an_account_has_no_right_to_is_in_the_trail(register, group, connect, logs):
    (_ana, ben), room = await group("ana", "ben")
    cleo = await register("cleo")
    refused = await cleo.get(f"/api/v1/conversations/{room}/messages?mark={MARK}")
    assert (await ben.patch(f"/api/v1/conversations/{room}", json={"title": MARK})).status_code == 403
    assert (await ben.get("/api/v1/admin/users")).status_code == 403
    socket = await connect(cleo)
    socket.send(a_send(room, MARK))
    code = (await socket.expect("nack"))["error"]["code"]

    found = [event for event in events(logs) if event["message"] == "access_refused"]
    assert [event["account"] for event in found] == [cleo.user_id, ben.user_id, ben.user_id, cleo.user_id]
    assert found[0]["request_id"] == refused.headers["x-request-id"]
    assert found[0]["route"] == "GET /api/v1/conversations/{conversation_id}/messages"
    assert [event["reason"] for event in found] == [refused.json()["code"], "not_allowed", "not_allowed", code]
    assert found[3]["route"] == "socket"
    assert MARK not in "".join(stream.getvalue() for stream in logs.values())


@pytest.mark.parametrize(
    ("sent_id", "is_taken"),
    [
        ("0123456789abcdef0123456789abcdef", True),
        ("1-67891233-abcdef012345678912345678", True),
        ("5f0c2a9e-0000-4000-8000-000000000001", True),
        ("short", False),
        ("x" * 65, False),
        ("with space in it", False),
        ('12345678","level":"error', False),
    ],
)
async def test_the_id_of_a_proxy_is_taken_if_it_is_one(nova, logs, sent_id, is_taken):
    app = Gate(nova.api, GatePolicy(OriginPolicy(()), TrustedProxies.of(["127.0.0.1"])))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE, headers={"Origin": BASE}) as client:
        body = {"username": "ana", "password": "wrong password"}
        answer = await client.post("/api/v1/auth/login", json=body, headers={"X-Request-ID": sent_id})

    assert (answer.headers["x-request-id"] == sent_id) is is_taken
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert events(logs)[0]["request_id"] == answer.headers["x-request-id"]


async def test_access_log_names_routes_and_never_what_was_asked_for(nova, register, logs):
    from nova_app.api.access_log import AccessLog

    ana = await register("ana")
    app = AccessLog(gated(nova), template_of)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE, cookies=ana.cookies) as client:
        await client.get("/api/v1/search", params={"q": MARK})
        await client.get(f"/reset/{MARK}")

    lines = [json.loads(line) for line in logs["json"].getvalue().splitlines()]
    found = [line for line in lines if line["logger"] == "nova.access"]
    assert [(line["method"], line["route"]) for line in found] == [("GET", "/api/v1/search"), ("GET", "/reset")]
    assert all(line["address"] == "127.0.0.1" and line["request_id"] != "-" and line["status"] for line in found)
    assert MARK not in logs["human"].getvalue()


async def test_no_secret_and_no_text_is_logged_whatever_fails(nova, group, connect, settings, logs, monkeypatch):
    (ana, _), room = await group("ana", "ben")
    secrets = [*ana.cookies.values()]
    socket = await connect(ana)
    socket.send(a_send(room, f"{MARK} message"))
    await socket.expect("ack")
    socket.send({"type": MARK, "text": MARK})
    socket.send(f'{{"type": "send", "text": "{MARK}')
    await ana.post("/api/v1/telemetry", json={"connection": {"dials": 1, "text": MARK}, "page": {}})
    await ana.post("/api/v1/posts", content=f"{{{MARK}", headers={"Content-Type": "application/json"})
    await ana.get("/api/v1/search", params={"q": f'"{MARK}'})

    async def broken(*_, **__):
        raise RuntimeError(f"cannot handle {MARK}") from ValueError({"password": MARK, "cookie": secrets[0]})

    with monkeypatch.context() as patch:
        patch.setattr(type(services_of(nova).posts), "read_page", broken)
        failed = await ana.get("/api/v1/posts")
    assert failed.status_code == 500, failed.text
    damage(settings)
    unavailable = await ana.get("/api/v1/search", params={"q": f"{MARK} words"})
    assert unavailable.status_code == 503, unavailable.text

    written = "".join(stream.getvalue() for stream in logs.values())
    assert "a request failed" in written
    assert "the database cannot be read: other (SQLITE_ERROR)" in written
    assert "RuntimeError" in written
    assert [secret for secret in (MARK, MARK.lower(), *secrets) if secret in written] == []


def damage(settings):
    """Take the index of words away: every search fails from now on, with its parameters at hand."""
    connection = sqlite3.connect(settings.database_path)
    connection.execute("DROP TABLE message_search")
    connection.commit()
    connection.close()
