"""The HTTP API, as its contract describes it."""

import json
import uuid

import httpx
import pytest

from nova_app.container import open_container
from nova_app.domain.errors import ErrorKind
from tests.asgi import BASE, gated, services_of

pytestmark = pytest.mark.anyio

REGISTER = {"username": "ana", "display_name": "Ana", "password": "correct horse battery"}


def assert_problem(answer, status, kind, code=None):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "detail", "kind", "code", "retryable", "request_id"} <= set(body)
    assert body["status"] == status
    assert body["kind"] == kind
    assert body["kind"] in set(ErrorKind)
    assert body["request_id"] == answer.headers.get("x-request-id", body["request_id"])
    if code:
        assert body["code"] == code
    return body


async def test_registering_signs_in_with_a_cookie_that_scripts_cannot_read(browser):
    client = await browser()

    answer = await client.post("/api/v1/auth/register", json=REGISTER)

    assert answer.status_code == 201
    assert answer.json()["username"] == "ana"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert (await client.get("/api/v1/users/me")).json() == answer.json()


async def test_behind_https_the_cookie_is_secure_and_bound_to_the_host(settings, made_database):
    origin = "https://chat.example.org"
    https = settings.model_copy(update={"public_origins": (origin,)})
    async with open_container(https) as nova:
        transport = httpx.ASGITransport(gated(nova))
        async with httpx.AsyncClient(base_url=origin, transport=transport, headers={"Origin": origin}) as client:
            answer = await client.post("/api/v1/auth/register", json=REGISTER)

            assert answer.headers["set-cookie"].startswith("__Host-nova_session=")
            assert "Secure" in answer.headers["set-cookie"]
            assert (await client.get("/api/v1/users/me")).status_code == 200


async def test_behind_https_a_cookie_that_another_host_can_set_opens_nothing(settings, made_database):
    origin = "https://chat.example.org"
    async with open_container(settings.model_copy(update={"public_origins": (origin,)})) as nova:
        transport = httpx.ASGITransport(gated(nova))
        async with httpx.AsyncClient(base_url=origin, transport=transport, headers={"Origin": origin}) as client:
            secret = (await client.post("/api/v1/auth/register", json=REGISTER)).cookies["__Host-nova_session"]
            client.cookies.clear()
            for cookie, status in (
                (f"nova_session={secret}", 401),
                (f"a=1; nova_session={secret}; b=2", 401),
                (f"nova_session=planted; __Host-nova_session={secret}", 200),
            ):
                assert (await client.get("/api/v1/users/me", headers={"Cookie": cookie})).status_code == status, cookie


async def test_behind_https_the_cookie_of_a_known_device_is_bound_to_the_host(settings, made_database):
    origin = "https://chat.example.org"
    async with open_container(settings.model_copy(update={"public_origins": (origin,)})) as nova:
        transport = httpx.ASGITransport(gated(nova))
        async with httpx.AsyncClient(base_url=origin, transport=transport, headers={"Origin": origin}) as client:
            made = await client.post("/api/v1/auth/register", json=REGISTER)
            (device,) = [cookie for cookie in made.headers.get_list("set-cookie") if "nova_device" in cookie]
            assert device.startswith("__Host-nova_device=")
            assert {"Path=/", "Secure", "HttpOnly", "SameSite=strict"} <= set(device.split("; "))
            client.cookies.delete("__Host-nova_session")
            await client.post("/api/v1/auth/login", json=REGISTER)
            listed = (await client.get("/api/v1/auth/events")).json()["items"]
            assert "signed_in" not in {event["kind"] for event in listed}, "the device is known"


async def test_signing_in_makes_a_new_session_and_ends_the_old(browser):
    client = await browser()
    await client.post("/api/v1/auth/register", json=REGISTER)
    old = dict(client.cookies)

    answer = await client.post("/api/v1/auth/login", json=REGISTER)

    assert answer.status_code == 200
    assert dict(client.cookies) != old
    stale = await browser()
    stale.cookies.update(old)
    assert_problem(await stale.get("/api/v1/users/me"), 401, "UNAUTHORIZED")


async def test_signing_out_ends_the_session(browser):
    client = await browser()
    await client.post("/api/v1/auth/register", json=REGISTER)
    kept = dict(client.cookies)

    assert (await client.post("/api/v1/auth/logout")).status_code == 204
    assert (await client.post("/api/v1/auth/logout")).status_code == 204

    client.cookies.update(kept)
    assert_problem(await client.get("/api/v1/users/me"), 401, "UNAUTHORIZED", "not_signed_in")


async def test_a_page_that_knows_nobody_asks_without_being_refused(browser):
    client = await browser()
    nobody = await client.get("/api/v1/auth/session")
    made = (await client.post("/api/v1/auth/register", json=REGISTER)).json()

    assert (nobody.status_code, nobody.json()) == (200, {"user": None})
    assert (await client.get("/api/v1/auth/session")).json() == {"user": made}
    await client.post("/api/v1/auth/logout")
    assert (await client.get("/api/v1/auth/session")).json() == {"user": None}


async def test_unknown_user_and_wrong_password_get_the_same_answer(browser, register):
    await register("ana")
    client = await browser()

    answers = [
        await client.post("/api/v1/auth/login", json={"username": name, "password": "wrong password"})
        for name in ("ana", "nobody")
    ]

    bodies = [assert_problem(answer, 401, "UNAUTHORIZED", "wrong_credentials") for answer in answers]
    assert {**bodies[0], "request_id": ""} == {**bodies[1], "request_id": ""}


async def test_too_many_sign_ins_are_asked_to_wait(browser, register):
    await register("ana")
    client = await browser()

    answers = [
        await client.post("/api/v1/auth/login", json={"username": "ana", "password": "wrong password"})
        for _ in range(6)
    ]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    body = assert_problem(answers[-1], 429, "RATE_LIMITED", "too_many_attempts")
    assert body["retryable"] is True
    assert int(answers[-1].headers["retry-after"]) >= 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "A B"}, "username"),
        ({"username": "x"}, "username"),
        ({"username": ""}, "username"),
        ({"display_name": "  "}, "display_name"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 257}, "password"),
        ({"username": 7}, "username"),
    ],
)
async def test_bad_fields_are_named(browser, change, field):
    client = await browser()

    body = assert_problem(
        await client.post("/api/v1/auth/register", json={**REGISTER, **change}), 422, "VALIDATION_ERROR"
    )

    assert field in body["fields"]


async def test_a_taken_name_is_said_at_its_field(browser, register):
    await register("ana")
    client = await browser()

    answer = await client.post("/api/v1/auth/register", json={**REGISTER, "username": "ANA"})

    body = assert_problem(answer, 422, "VALIDATION_ERROR", "username_taken")
    assert "username" in body["fields"]


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/api/v1/nothing", 404, "NOT_FOUND"),
        ("GET", "/api", 404, "NOT_FOUND"),
        ("GET", "/api/v2/users/me", 404, "NOT_FOUND"),
        ("DELETE", "/api/v1/auth/login", 405, "VALIDATION_ERROR"),
        ("GET", "/api/v1/auth/login", 405, "VALIDATION_ERROR"),
        ("GET", "/api/v1/users/me", 401, "UNAUTHORIZED"),
        ("GET", "/api/v1/conversations", 401, "UNAUTHORIZED"),
        ("POST", "/api/v1/auth/tokens", 401, "UNAUTHORIZED"),
    ],
)
async def test_every_refusal_is_a_problem_document(browser, method, path, status, kind):
    client = await browser()

    answer = await client.request(method, path, json={"name": "x"} if method == "POST" else None)

    assert_problem(answer, status, kind)


@pytest.mark.parametrize("body", ["{", "", "[]", "null", '"x"'])
async def test_an_unparsable_body_is_refused(browser, body):
    client = await browser()

    answer = await client.post("/api/v1/auth/login", content=body, headers={"Content-Type": "application/json"})

    assert_problem(answer, 400, "VALIDATION_ERROR", "malformed_body")


async def test_a_body_too_large_is_refused_with_or_without_a_length(browser):
    client = await browser()
    big = json.dumps({"username": "x" * 300_000, "password": "y"}).encode()

    async def in_pieces():
        for start in range(0, len(big), 10_000):
            yield big[start : start + 10_000]

    headers = {"Content-Type": "application/json"}
    assert_problem(await client.post("/api/v1/auth/login", content=big, headers=headers), 413, "VALIDATION_ERROR")
    answer = await client.post("/api/v1/auth/login", content=in_pieces(), headers=headers)
    assert_problem(answer, 413, "VALIDATION_ERROR")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_foreign_origin_is_refused_and_the_way_out_is_named(browser, method):
    client = await browser(origin="http://evil.example")

    answer = await client.request(method, "/api/v1/users/me")

    body = assert_problem(answer, 403, "FORBIDDEN", "origin_refused")
    assert "NOVA_PUBLIC_ORIGINS=http://evil.example" in body["detail"]


async def test_an_unsafe_request_of_another_site_is_refused_without_origin_too(browser):
    client = await browser(origin="", **{"Sec-Fetch-Site": "cross-site"})

    assert_problem(await client.post("/api/v1/auth/login", json=REGISTER), 403, "FORBIDDEN", "origin_refused")


async def test_a_program_without_origin_passes(browser):
    client = await browser(origin="")

    assert (await client.post("/api/v1/auth/register", json=REGISTER)).status_code == 201


async def test_conversations_have_the_contracts_form(register):
    ana, ben = await register("ana"), await register("ben")

    made = await ana.post("/api/v1/conversations", json={"kind": "group", "title": "Team", "members": ["ben"]})

    assert made.status_code == 201
    conversation = made.json()
    expected = {"kind": "group", "title": "Team", "last_seq": 0, "read_seq": 0, "unread": 0}
    assert {name: conversation[name] for name in expected} == expected
    assert {member["username"] for member in conversation["members"]} == {"ana", "ben"}
    listed = (await ben.get("/api/v1/conversations")).json()
    assert [item["id"] for item in listed["items"]] == [conversation["id"]]
    assert listed["has_more"] is False
    alone = await ana.post("/api/v1/conversations", json={"kind": "group", "title": "Notes", "members": []})
    assert [member["username"] for member in alone.json()["members"]] == ["ana"]


async def test_a_direct_conversation_is_one_for_two_people(register):
    ana, ben = await register("ana"), await register("ben")

    first = await ana.post("/api/v1/conversations", json={"kind": "direct", "title": "", "members": ["ben"]})
    second = await ben.post("/api/v1/conversations", json={"kind": "direct", "title": "", "members": ["ana"]})

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]


async def test_a_repeated_key_makes_one_conversation(register):
    ana = await register("ana")
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    body = {"kind": "group", "title": "Once", "members": []}

    answers = [await ana.post("/api/v1/conversations", json=body, headers=headers) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [201, 200, 200, 200, 200]
    assert len({answer.json()["id"] for answer in answers}) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "group", "title": "T", "members": ["nobody"]}, "members"),
        ({"kind": "direct", "title": "", "members": []}, "members"),
        ({"kind": "direct", "title": "", "members": ["a", "b"]}, "members"),
        ({"kind": "direct", "title": "", "members": ["ana"]}, "members"),
        ({"kind": "group", "title": "", "members": []}, "title"),
        ({"kind": "channel", "title": "T", "members": []}, "kind"),
    ],
)
async def test_a_conversation_that_cannot_be_says_why(register, body, field):
    ana = await register("ana")

    answer = await ana.post("/api/v1/conversations", json=body)

    assert field in assert_problem(answer, 422, "VALIDATION_ERROR")["fields"]


async def test_history_is_ascending_and_paged_both_ways(group):
    (ana, ben), room = await group("ana", "ben")
    path = f"/api/v1/conversations/{room}/messages"
    for number in range(7):
        answer = await ana.post(path, json={"text": str(number)}, headers={"Idempotency-Key": str(uuid.uuid4())})
        assert answer.status_code == 201

    newest = (await ben.get(path, params={"limit": 3})).json()
    older = (await ben.get(path, params={"limit": 3, "before_seq": newest["items"][0]["seq"]})).json()
    first = (await ben.get(path, params={"limit": 3, "after_seq": 0})).json()

    assert [item["seq"] for item in newest["items"]] == [5, 6, 7]
    assert newest["has_more"] is True
    assert newest["last_seq"] == 7
    assert [item["seq"] for item in older["items"]] == [2, 3, 4]
    assert [item["seq"] for item in first["items"]] == [1, 2, 3]
    assert first["has_more"] is True
    fields = {"message_id", "conversation_id", "seq", "client_id", "author_id", "author_name", "text", "created_at"}
    assert set(newest["items"][0]) == fields | {"version_seq", "mentions", "reactions"}
    assert newest["items"][0]["created_at"].endswith("Z")


async def test_history_is_read_around_a_number_or_a_moment(group):
    (ana, ben), room = await group("ana", "ben")
    path = f"/api/v1/conversations/{room}/messages"
    for number in range(7):
        await ana.post(path, json={"text": str(number)}, headers={"Idempotency-Key": str(uuid.uuid4())})
    newest = (await ben.get(path)).json()["items"]

    around = (await ben.get(path, params={"around_seq": 4, "limit": 3})).json()
    at = (await ben.get(path, params={"at": newest[4]["created_at"], "limit": 2})).json()
    ancient = (await ben.get(path, params={"at": "1999-12-31", "limit": 2})).json()
    unknown = (await ben.get(path, params={"around_seq": 2**53 - 1, "limit": 2})).json()

    assert [item["seq"] for item in around["items"]] == [3, 4, 5]
    assert [around["target_seq"], around["has_older"], around["has_newer"], around["last_seq"]] == [4, True, True, 7]
    assert [at["target_seq"], *(item["seq"] for item in at["items"])] == [5, 4, 5]
    assert [ancient["target_seq"], ancient["has_older"]] == [1, False]
    assert [unknown["target_seq"], *(item["seq"] for item in unknown["items"])] == [None, 6, 7]


@pytest.mark.parametrize("params", [{"around_seq": 1}, {"at": "2026-01-01"}])
async def test_history_around_something_is_for_members_only(group, browser, register, params):
    (_, _), room = await group("ana", "ben")
    cleo = await register("cleo")

    for place in (room, uuid.uuid4()):
        answer = await cleo.get(f"/api/v1/conversations/{place}/messages", params=params)
        assert_problem(answer, 404, "NOT_FOUND")


BAD_PAGES = [
    {"limit": 0},
    {"limit": 101},
    {"limit": "x"},
    {"before_seq": -1},
    {"around_seq": -1},
    {"around_seq": 2**53},
    {"around_seq": "x"},
    {"around_seq": 1, "after_seq": 1},
    {"around_seq": 1, "at": "2026-01-01"},
    {"at": "2026-01-01", "before_seq": 1},
    {"at": "2026-01-01T00:00:00"},
    {"at": "2026-02-30"},
    {"at": "0001-01-01T00:00:00+14:00"},
    {"at": "9" * 41},
    {"at": ""},
]


@pytest.mark.parametrize("params", BAD_PAGES)
async def test_a_page_that_cannot_be_is_refused(group, params):
    (ana, _), room = await group("ana", "ben")

    answer = await ana.get(f"/api/v1/conversations/{room}/messages", params=params)

    assert_problem(answer, 422, "VALIDATION_ERROR", "invalid_fields")


async def test_a_repeated_message_key_makes_one_message(group):
    (ana, _), room = await group("ana", "ben")
    path, headers = f"/api/v1/conversations/{room}/messages", {"Idempotency-Key": str(uuid.uuid4())}

    first = await ana.post(path, json={"text": "once"}, headers=headers)
    again = await ana.post(path, json={"text": "once"}, headers=headers)
    other = await ana.post(path, json={"text": "other"}, headers=headers)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert_problem(other, 422, "VALIDATION_ERROR", "key_reused")


async def test_a_message_without_a_key_is_refused(group):
    (ana, _), room = await group("ana", "ben")

    answer = await ana.post(f"/api/v1/conversations/{room}/messages", json={"text": "hi"})

    assert_problem(answer, 422, "VALIDATION_ERROR")


async def test_unknown_malformed_and_foreign_ids_look_the_same(group, register):
    (_, _), room = await group("ana", "ben")
    eve = await register("eve")

    answers = [
        await eve.get(f"/api/v1/conversations/{name}{tail}")
        for name in (room, str(uuid.uuid4()), "not-an-id")
        for tail in ("", "/messages")
    ]

    bodies = [assert_problem(answer, 404, "NOT_FOUND", "not_found") for answer in answers]
    assert len({body["detail"] for body in bodies}) == 1


async def test_leaving_a_group_takes_it_away(group):
    (ana, ben), room = await group("ana", "ben")

    assert (await ben.delete(f"/api/v1/conversations/{room}/members/me")).status_code == 204

    assert (await ben.get("/api/v1/conversations")).json()["items"] == []
    assert_problem(await ben.get(f"/api/v1/conversations/{room}/messages"), 404, "NOT_FOUND")
    assert [m["username"] for m in (await ana.get(f"/api/v1/conversations/{room}")).json()["members"]] == ["ana"]


async def test_the_display_name_can_be_changed(register):
    ana = await register("ana")

    answer = await ana.patch("/api/v1/users/me", json={"display_name": "Ana Maria"})

    assert answer.json()["display_name"] == "Ana Maria"
    assert_problem(await ana.patch("/api/v1/users/me", json={"display_name": ""}), 422, "VALIDATION_ERROR")


async def test_a_token_speaks_for_its_user(register, browser):
    ana = await register("ana")
    token = (await ana.post("/api/v1/auth/tokens", json={"name": "bot"})).json()["token"]
    program = await browser(origin="", Authorization=f"Bearer {token}")

    assert (await program.get("/api/v1/users/me")).json()["user_id"] == ana.user_id
    wrong = await browser(origin="", Authorization="Bearer nonsense")
    assert_problem(await wrong.get("/api/v1/users/me"), 401, "UNAUTHORIZED")


async def test_health_and_openapi_are_served(browser):
    client = await browser(origin="")

    assert (await client.get("/healthz")).json() == {"status": "ok"}
    ready = await client.get("/readyz")
    assert ready.status_code == 200
    assert set(ready.json().values()) == {"ok"}
    paths = (await client.get("/api/v1/openapi.json")).json()["paths"]
    assert "/api/v1/conversations/{conversation_id}/messages" in paths


async def test_a_report_is_taken_from_who_is_signed_in_and_nobody_else(register, browser, caplog):
    ana, stranger = await register("ana"), await browser()
    body = {"connection": {"dials": 3, "closes": {"1006": 1}}}

    with caplog.at_level("DEBUG", "nova.telemetry"):
        assert (await ana.post("/api/v1/telemetry", json=body)).status_code == 204
    assert (await stranger.post("/api/v1/telemetry", json=body)).status_code == 401
    assert (await ana.post("/api/v1/telemetry", json={"connection": {"dials": -1}})).status_code == 422

    (record,) = [item for item in caplog.records if item.name == "nova.telemetry"]
    assert (record.dials, record.closes) == (3, {"1006": 1})


async def test_what_nobody_expected_is_answered_and_raises_nothing_into_the_server(nova, register, monkeypatch, caplog):
    ana = await register("ana")

    async def fail(*_):
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(services_of(nova).conversations, "read_page", fail)
    # This transport raises whatever a server would hear of, and cut the line for.
    async with httpx.AsyncClient(
        base_url=BASE, transport=httpx.ASGITransport(gated(nova)), cookies=ana.cookies, headers={"Origin": BASE}
    ) as strict:
        answer = await strict.get("/api/v1/conversations")

    body = assert_problem(answer, 500, ErrorKind.SERVER_ERROR, "internal")
    assert "secret" not in answer.text
    logged = [record.request_id for record in caplog.records if record.name == "nova_app.api.problems"]
    assert logged == [body["request_id"]]
