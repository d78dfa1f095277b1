"""What a token of a program may do, and how it ends."""

import uuid

import pytest

from nova_app.api.app import API, list_routes
from nova_app.domain.token_scopes import NEVER, PARTS
from tests.asgi import SocketDriver, a_send, gated

pytestmark = pytest.mark.anyio


async def make_token(client, **body):
    made = await client.post("/api/v1/auth/tokens", json={"name": "bot", **body})
    assert made.status_code == 201, made.text
    return made.json()["token"]


@pytest.fixture
def as_program(browser):
    async def make(token):
        return await browser(origin="", Authorization=f"Bearer {token}")

    return make


FORBIDDEN = (
    ("GET", "auth/tokens", None),
    ("POST", "auth/tokens", {"name": "more"}),
    ("GET", "auth/sessions", None),
    ("DELETE", "auth/sessions/{session}", None),
    ("POST", "auth/password", {"current_password": "x", "new_password": "y"}),
    ("GET", "invites", None),
    ("GET", "admin/users", None),
)


async def test_a_token_touches_nothing_of_the_account_itself(register, as_program):
    ana = await register("ana")
    session = (await ana.get("/api/v1/auth/sessions")).json()["items"][0]["id"]
    program = await as_program(await make_token(ana))
    answers = {
        path: (await program.request(method, f"/api/v1/{path.format(session=session)}", json=body)).status_code
        for method, path, body in FORBIDDEN
    }
    assert answers == dict.fromkeys(answers, 403)
    assert (await ana.get("/api/v1/users/me")).status_code == 200
    assert (await program.get("/api/v1/users/me")).status_code == 200


async def test_a_token_ends_itself(register, as_program):
    program = await as_program(await make_token(await register("ana")))
    assert (await program.delete("/api/v1/auth/tokens/current")).status_code == 204
    assert (await program.get("/api/v1/users/me")).status_code == 401


async def test_a_token_does_what_its_scopes_say(register, as_program):
    ana = await register("ana")
    body = {"kind": "group", "title": "Talk", "members": []}
    talk = (await ana.post("/api/v1/conversations", json=body)).json()["id"]
    reader = await as_program(await make_token(ana, scopes=["messages:read"]))
    answers = [
        (await reader.get("/api/v1/conversations")).status_code,
        (await reader.get(f"/api/v1/conversations/{talk}/messages")).status_code,
        (await reader.post(f"/api/v1/conversations/{talk}/messages", json={"text": "x"})).status_code,
        (await reader.get("/api/v1/search?q=x")).status_code,
        (await reader.get("/api/v1/posts")).status_code,
        (await reader.get("/api/v1/users/me")).status_code,
        (await reader.patch("/api/v1/users/me", json={"status": "x"})).status_code,
    ]
    assert answers == [200, 200, 403, 403, 403, 200, 403]


async def test_scopes_and_days_are_checked_and_shown(register):
    ana = await register("ana")
    for body in ({"scopes": ["auth"]}, {"scopes": []}, {"expires_in_days": 0}, {"expires_in_days": 3651}):
        refused = await ana.post("/api/v1/auth/tokens", json={"name": "bot", **body})
        assert (refused.status_code, list(refused.json()["fields"])) == (422, list(body)), body
    await make_token(ana, scopes=["posts", "search", "posts"], expires_in_days=7)
    (token,) = (await ana.get("/api/v1/auth/tokens")).json()["items"]
    assert token["scopes"] == ["posts", "search"]
    assert token["used_at"] is None
    assert token["expires_at"] > token["created_at"]


async def test_a_new_password_ends_all_tokens_if_that_is_asked_for(register, as_program):
    ana = await register("ana")
    program = await as_program(await make_token(ana))
    change = {
        "current_password": "correct horse battery",
        "new_password": "a much longer secret of ana",
        "end_tokens": True,
    }
    assert (await ana.post("/api/v1/auth/password", json=change)).status_code == 204
    assert (await program.get("/api/v1/users/me")).status_code == 401
    assert (await ana.get("/api/v1/auth/tokens")).json()["items"] == []


async def test_a_token_notes_its_use(register, as_program):
    ana = await register("ana")
    await (await as_program(await make_token(ana))).get("/api/v1/users/me")
    (token,) = (await ana.get("/api/v1/auth/tokens")).json()["items"]
    assert token["used_at"] >= token["created_at"]


def test_every_route_says_what_a_token_needs_for_it():
    parts = {
        template.removeprefix(f"{API}/").split("/")[0] for _, template in list_routes() if template.startswith(API)
    }
    assert parts == {*PARTS, *NEVER}


async def open_socket(nova, token):
    socket = SocketDriver(gated(nova), token=token, origin="")
    await socket.open()
    return socket


async def test_a_reader_receives_a_conversation_and_sends_nothing(nova, group):
    (ana, ben), talk = await group("ana", "ben")
    reader = await open_socket(nova, await make_token(ana, scopes=["messages:read"]))
    await reader.hello({})
    reader.send(a_send(talk, "not mine to say"))
    refused = await reader.expect("nack")
    assert (refused["error"]["code"], refused["error"]["retryable"]) == ("not_allowed", False)
    assert (
        await ben.post(
            f"/api/v1/conversations/{talk}/messages",
            json={"text": "hello"},
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )
    ).status_code == 201
    assert (await reader.expect("message"))["text"] == "hello"
    await reader.close()


async def test_a_token_that_may_not_read_opens_no_socket(nova, register):
    other = await open_socket(nova, await make_token(await register("ana"), scopes=["posts"]))
    assert (await other.receive())["error"]["code"] == "not_allowed"
    assert await other.closed() == 4403
