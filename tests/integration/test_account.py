"""Every request and every socket may say for which account it is; any other one is refused."""

import itertools
import json
import re
import uuid
from pathlib import Path
from types import SimpleNamespace

import pytest

from nova_app.api.app import list_routes
from nova_app.client import NovaAPIError
from nova_app.protocol.account import ACCOUNT_HEADER, is_other_account
from nova_app.state import account
from tests.asgi import a_send

pytestmark = pytest.mark.anyio

DECISIONS = json.loads(Path("tests/wire/account_decisions.json").read_text(encoding="utf-8"))
ANSWERS = {"ok": 200, "not_signed_in": 401, "account_changed": 409}
OPEN = {
    ("POST", "/api/v1/auth/register"),
    ("POST", "/api/v1/auth/login"),
    ("GET", "/api/v1/auth/session"),
    ("GET", "/api/v1/auth/registration"),
    ("POST", "/api/v1/auth/reset"),
    ("GET", "/api/v1/invites/{token}"),
    ("GET", "/api/v1/socket"),
    ("POST", "/api/v1/telemetry/csp"),
}
"""Whoever signs in or registers says by the form who is meant, an invite or a reset by its token; who asks for the
session means whoever has it; what is no socket is refused whoever asks; browsers report violations of the policy by
themselves."""
ROUTES = sorted(route for route in list_routes() if route[1].startswith("/api/") and route not in OPEN)
PARAMETER = re.compile(r"\{\w+\}")


def ids(user_ids, decision):
    """The accounts of a decision, which calls them ``a`` and ``b``, as this server knows them."""
    return (user_ids.get(decision["named"], decision["named"]), decision["session"])


@pytest.fixture
async def people(register):
    return {"a": await register("ana"), "b": await register("ben")}


def test_the_decisions_are_all_there_are():
    named, sessions = (None, "", "a", "b"), ("", "a", "b")
    assert {(row["named"], row["session"]) for row in DECISIONS} == set(itertools.product(named, sessions))
    for row in DECISIONS:
        if row["session"]:
            expected = "account_changed" if is_other_account(row["named"], row["session"]) else "ok"
            assert row["answer"] == expected


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda row: f"{row['named']}-{row['session']}")
async def test_requests_and_sockets_are_decided_alike(decision, people, browser, connect):
    user_ids = {name: client.user_id for name, client in people.items()}
    named, session = ids(user_ids, decision)
    client = people[session] if session else await browser()
    answer = await client.get("/api/v1/users/me", headers={} if named is None else {ACCOUNT_HEADER: named})
    assert answer.status_code == ANSWERS[decision["answer"]]
    if decision["answer"] != "ok":
        assert answer.json()["code"] == decision["answer"]

    socket = await connect(client, hello=False)
    hello = {"type": "hello", "protocol": 1, "cursors": {}, **({} if named is None else {"user_id": named})}
    if decision["answer"] == "ok":
        socket.send(hello)
        assert (await socket.expect("welcome"))["user_id"] == client.user_id
        return
    if session:
        socket.send(hello)
    assert (await socket.expect("error"))["error"]["code"] == decision["answer"]
    assert await socket.closed() == {"not_signed_in": 4401, "account_changed": 4403}[decision["answer"]]


async def test_no_request_is_answered_for_another_account(people):
    ana, ben = people["a"], people["b"]
    for method, template in ROUTES:
        path = PARAMETER.sub(lambda _: str(uuid.uuid4()), template)
        headers = {ACCOUNT_HEADER: ana.user_id, "Idempotency-Key": str(uuid.uuid4())}

        answer = await ben.request(method, path, headers=headers)

        assert (answer.status_code, answer.json()["code"]) == (409, "account_changed"), (method, template)
        assert (answer.json()["kind"], answer.json()["retryable"]) == ("FORBIDDEN", False)
    assert (await ben.get("/api/v1/users/me")).status_code == 200, "nobody was signed out"


async def test_nothing_that_is_sent_with_a_refused_hello_is_taken(group, connect):
    (ana, ben), room = await group("ana", "ben")
    socket = await connect(ben, hello=False)
    socket.send({"type": "hello", "protocol": 1, "cursors": {}, "user_id": ana.user_id})
    socket.send(a_send(room, "ana wrote this"))
    socket.send({"type": "read", "conversation_id": room, "seq": 1})

    assert (await socket.expect("error"))["error"]["code"] == "account_changed"
    assert await socket.closed() == 4403
    assert (await ben.get(f"/api/v1/conversations/{room}/messages")).json()["items"] == []


async def test_a_report_names_its_account_in_its_body(people):
    body = {"connection": {}, "user_id": people["a"].user_id}
    assert (await people["a"].post("/api/v1/telemetry", json=body)).status_code == 204
    refused = await people["b"].post("/api/v1/telemetry", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "account_changed")


async def test_signing_in_is_for_whoever_the_form_names(people):
    form = {"username": "ben", "password": "correct horse battery"}
    answer = await people["a"].post("/api/v1/auth/login", json=form, headers={ACCOUNT_HEADER: people["a"].user_id})
    assert answer.json()["user_id"] == people["b"].user_id


async def test_a_program_with_a_token_may_name_its_account_or_leave_it_out(people, browser):
    made = await people["a"].post("/api/v1/auth/tokens", json={"name": "script"})
    program = await browser(origin="", Authorization=f"Bearer {made.json()['token']}")
    for named, status in ((None, 200), (people["a"].user_id, 200), (people["b"].user_id, 409)):
        headers = {} if named is None else {ACCOUNT_HEADER: named}
        assert (await program.get("/api/v1/conversations", headers=headers)).status_code == status


@pytest.mark.parametrize("named", ["a", "b", None])
async def test_handlers_of_the_pages_act_for_the_pages_account_only(named, people, nova, monkeypatch):
    monkeypatch.setattr(account, "current", lambda: nova)
    ben = people["b"]
    cookie = "; ".join(f"{name}={value}" for name, value in ben.cookies.items())
    raw = {} if named is None else {"nova-account": people[named].user_id}
    state = SimpleNamespace(router=SimpleNamespace(headers=SimpleNamespace(cookie=cookie, raw_headers=raw)))
    key = str(uuid.uuid4())
    async with account.client_of(state) as client:
        if named != "a":
            assert (await client.create_conversation(kind="group", title="Ours", members=[], key=key)).title == "Ours"
            return
        with pytest.raises(NovaAPIError) as caught:
            await client.create_conversation(kind="group", title="Ours", members=[], key=key)
        assert caught.value.code == "account_changed"
    assert (await ben.get("/api/v1/conversations")).json()["items"] == []
