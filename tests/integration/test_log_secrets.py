"""Every handler and every failure with marked secrets: none of the marks is in any line of the log."""

import json
import uuid

import pytest
from sqlalchemy.exc import OperationalError

from tests.asgi import SocketDriver, a_send, gated
from tests.integration.test_generated_requests import AN_ID, OPERATIONS
from tests.logs import logging_in_both_forms

pytestmark = pytest.mark.anyio

MARK = "marked-secret-of-a-person"
ENDS_SESSION = ("auth/logout", "auth/sessions/", "auth/password")


def marked(schema_free_name, path):
    """A body with the mark in every field that any route reads."""
    names = ("text", "title", "q", "name", "username", "display_name", "password", "current_password", "new_password")
    more = ("url", "status", "token", "invite", "emoji", "device", "message", "stack", "key")
    return dict.fromkeys((*names, *more), f"{MARK} {schema_free_name} {path[-20:]}")


async def drive(client, *, method, path, parameters):
    filled = path.format(**{item["name"]: AN_ID for item in parameters if item["in"] == "path"})
    if "{" in path and "reactions" not in path and "invites" in path:
        filled = path.replace("{token}", MARK)
    query = {item["name"]: MARK for item in parameters if item["in"] == "query"}
    headers = {"Idempotency-Key": str(uuid.uuid4()), "X-Request-Id": f"{MARK}\n", "User-Agent": MARK, "X-Other": MARK}
    body = json.dumps(marked(method, path))
    for content in (body, body[:-9], MARK):
        await client.request(
            method, filled, params=query, headers={"Content-Type": "application/json", **headers}, content=content
        )
        await client.request(method, filled, headers=headers, content=content)


async def drive_all(client):
    for method, path, parameters, _ in OPERATIONS:
        if not any(part in path for part in ENDS_SESSION):
            await drive(client, method=method, path=path, parameters=parameters)
    await client.post("/api/v1/uploads", files={"file": (f"{MARK}.png", f"\x89PNG\r\n{MARK}".encode())})
    await client.get(f"/runbooks/{MARK}.md")
    await client.get(f"/api/{MARK}?{MARK}", headers={"Authorization": f"Bearer {MARK}"})


async def drive_socket(nova, client, room):
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    for frames in (
        [MARK, f'{{"type":"{MARK}"'],
        [
            json.dumps({"type": "hello", "protocol": 1, "cursors": {MARK: 1}}),
            json.dumps(a_send(room, MARK)),
            f'["{MARK}"]',
        ],
    ):
        driver = SocketDriver(gated(nova), cookie=cookie)
        await driver.open()
        for frame in frames:
            driver.send(frame)
        await driver.close()
    stranger = SocketDriver(gated(nova), cookie=f"nova_session={MARK}", token=MARK)
    await stranger.open()
    await stranger.close()


def secrets_of(client):
    return [MARK, *client.cookies.values()]


async def test_no_handler_writes_what_a_person_sent(group, nova, monkeypatch):
    (ada, _), room = await group("ada", "ben")
    monkeypatch.setattr(nova.api.state.services.budgets, "spend", lambda *_: None)
    with logging_in_both_forms() as logs:
        await drive_all(ada)
        await drive_socket(nova, ada, room)
    for log in logs:
        for secret in secrets_of(ada):
            assert secret not in log.getvalue()


@pytest.mark.parametrize(
    "fault",
    [
        lambda: OperationalError(f"SELECT {MARK}", {"q": MARK}, Exception(MARK)),
        lambda: RuntimeError(f"unexpected: {MARK}"),
        lambda: OSError(5, MARK, MARK),
    ],
    ids=["statement", "unexpected", "disk"],
)
async def test_no_failure_writes_what_a_person_sent(group, nova, fault, monkeypatch):
    (ada, _), room = await group("ada", "ben")
    monkeypatch.setattr(nova.api.state.services.budgets, "spend", lambda *_: None)
    services = nova.api.state.services
    with logging_in_both_forms() as logs:
        for repository in (services.search._index, services.messaging._log, services.conversations._conversations):
            monkeypatch.setattr(repository._reader, "_read", failing(fault))
        await drive_all(ada)
        await drive_socket(nova, ada, room)
    for written in [log.getvalue() for log in logs]:
        assert written, "a failure is logged"
        for secret in secrets_of(ada):
            assert secret not in written
        assert len(written) < 400_000, "the same place logs only so often"


def failing(fault):
    def read(*_):
        raise fault()

    return read
