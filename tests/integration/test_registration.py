"""Who may create an account, and who administers the server."""

import asyncio
import sqlite3

import pytest
from argon2 import extract_parameters

from nova_app.container import open_container
from nova_app.domain.models import to_text
from tests.asgi import services_of
from tests.integration.test_administration import command

pytestmark = pytest.mark.anyio

PASSWORD = "correct horse battery"


@pytest.fixture
def settings(settings):
    """The default: open until the first account exists."""
    return settings.model_copy(update={"registration": ""})


def change(nova, statement, *values):
    """Change the database from outside this server, as an operator with a shell would."""
    with sqlite3.connect(nova.settings.database_path) as connection:
        connection.execute(statement, values)
    connection.close()


@pytest.fixture
def sign_up(browser):
    async def send(username, **more):
        client = await browser()
        body = {"username": username, "display_name": username.title(), "password": PASSWORD, **more}
        answer = await client.post("/api/v1/auth/register", json=body)
        return client, answer

    return send


@pytest.fixture
def use_mode(nova):
    """Restarts nothing: the setting is read where it is used."""

    def use(mode):
        services_of(nova).registration.setting = mode

    return use


def refusal(answer):
    return answer.status_code, answer.json()["code"]


async def test_the_first_account_is_the_admin_and_the_next_needs_an_invite(sign_up):
    ana, made = await sign_up("ana")
    assert made.status_code == 201
    assert made.json()["is_admin"] is True
    _, refused = await sign_up("ben")
    assert refusal(refused) == (403, "invite_required")
    assert (await ana.get("/api/v1/users/me")).json()["is_admin"] is True


async def test_whoever_makes_an_account_its_password_is_kept_at_the_full_cost(full_hashes, sign_up, nova):
    await sign_up("ana")
    await services_of(nova).administration.add_service_account("robot", "Robot", password=PASSWORD)
    with sqlite3.connect(nova.settings.database_path) as connection:
        found = [extract_parameters(kept) for (kept,) in connection.execute("SELECT password_hash FROM user")]
    connection.close()
    assert [(kept.memory_cost, kept.time_cost, kept.parallelism) for kept in found] == [(19_456, 2, 1)] * 2


async def test_of_two_who_are_first_at_the_same_moment_one_gets_in(sign_up):
    answers = await asyncio.gather(*(sign_up(f"first{number}") for number in range(4)))
    statuses = sorted(answer.status_code for _, answer in answers)
    assert statuses == [201, 403, 403, 403]


@pytest.mark.parametrize(("mode", "code"), [("closed", "registration_closed"), ("invite", "invite_required")])
async def test_the_setting_holds_for_the_first_account_as_well(mode, code, use_mode, sign_up):
    use_mode(mode)
    _, refused = await sign_up("ana")
    assert refusal(refused) == (403, code)


async def test_an_open_server_takes_anyone_and_makes_only_the_first_an_admin(use_mode, sign_up):
    use_mode("open")
    made = [(await sign_up(name))[1].json()["is_admin"] for name in ("ana", "ben", "cleo")]
    assert made == [True, False, False]


async def test_an_invite_leads_in_as_often_as_it_says(sign_up, browser):
    ana, _ = await sign_up("ana")
    invite = (await ana.post("/api/v1/invites", json={"max_uses": 2})).json()
    path, token = invite["url"].rsplit("/", 1)
    assert path == "/invite"
    assert (invite["uses"], invite["max_uses"]) == (0, 2)

    stranger = await browser()
    for _ in range(3):
        shown = await stranger.get(f"/api/v1/invites/{token}")
        assert (shown.status_code, shown.json()["invited_by"]) == (200, "Ana")
    answers = [(await sign_up(name, invite=token))[1] for name in ("ben", "cleo")]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert [answer.json()["is_admin"] for answer in answers] == [False, False]
    assert refusal((await sign_up("dora", invite=token))[1]) == (403, "invite_required")
    assert refusal(await stranger.get(f"/api/v1/invites/{token}")) == (404, "link_invalid")
    assert (await ana.get("/api/v1/invites")).json()["items"] == []


async def test_a_name_that_is_taken_uses_no_invite_up(sign_up):
    ana, _ = await sign_up("ana")
    token = (await ana.post("/api/v1/invites", json={"max_uses": 1})).json()["url"].rsplit("/", 1)[1]
    assert (await sign_up("ana", invite=token))[1].status_code == 422
    assert (await sign_up("ben", invite=token))[1].status_code == 201


@pytest.mark.parametrize("how", ["expired", "revoked", "never was", "admin deactivated"])
async def test_an_invite_that_has_ended_leads_nowhere(how, nova, sign_up):
    ana, _ = await sign_up("ana")
    invite = (await ana.post("/api/v1/invites", json={"expires_in_seconds": 60})).json()
    token = "nonsense" if how == "never was" else invite["url"].rsplit("/", 1)[1]
    if how == "expired":
        change(nova, "UPDATE invite SET expires_at = '2020-01-01T00:00:00.000000Z'")
    elif how == "revoked":
        assert (await ana.delete(f"/api/v1/invites/{invite['id']}")).status_code == 204
    elif how == "admin deactivated":
        change(nova, "UPDATE user SET disabled_at = '2020-01-01T00:00:00.000000Z'")
    assert refusal((await sign_up("ben", invite=token))[1]) == (403, "invite_required")


async def test_a_closed_server_takes_no_invites_either(use_mode, sign_up):
    ana, _ = await sign_up("ana")
    token = (await ana.post("/api/v1/invites", json={})).json()["url"].rsplit("/", 1)[1]
    use_mode("closed")
    assert refusal((await sign_up("ben", invite=token))[1]) == (403, "registration_closed")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"expires_in_seconds": 0}, "expires_in_seconds"),
        ({"expires_in_seconds": 366 * 86_400}, "expires_in_seconds"),
        ({"max_uses": 0}, "max_uses"),
        ({"max_uses": 10_001}, "max_uses"),
        ({"max_uses": "many"}, "max_uses"),
    ],
)
async def test_an_invite_with_odd_bounds_is_refused_at_its_field(body, field, sign_up):
    ana, _ = await sign_up("ana")
    answer = await ana.post("/api/v1/invites", json=body)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, [field])


async def test_a_page_learns_what_registering_needs(sign_up, browser, use_mode):
    stranger = await browser()

    async def shown():
        return (await stranger.get("/api/v1/auth/registration")).json()

    assert await shown() == {"mode": "open", "is_first": True}
    await sign_up("ana")
    assert await shown() == {"mode": "invite", "is_first": False}
    use_mode("closed")
    assert await shown() == {"mode": "closed", "is_first": False}


async def test_a_server_from_before_has_no_admin_and_stays_open_until_one_is_made(nova, sign_up, monkeypatch):
    await sign_up("ana")
    change(nova, "UPDATE user SET is_admin = 0")
    _, ben = await sign_up("ben")
    assert (ben.status_code, ben.json()["is_admin"]) == (201, False)

    monkeypatch.setenv("NOVA_DATA_DIR", str(nova.settings.data_dir))
    assert await asyncio.to_thread(command, "make-admin", "ben") == 0
    assert refusal((await sign_up("cleo"))[1]) == (403, "invite_required")


async def test_each_start_of_a_server_without_an_admin_says_so_in_one_line(nova, sign_up, caplog):
    async def start():
        caplog.clear()
        async with open_container(nova.settings):
            return [record for record in caplog.records if "make-admin" in record.getMessage()]

    assert await start() == [], "nobody is here yet"
    await sign_up("ana")
    assert await start() == []
    change(nova, "UPDATE user SET is_admin = 0")
    assert len(await start()) == 1


async def test_pages_whose_address_holds_a_token_name_it_to_nobody(browser):
    client = await browser()
    for path in ("/invite/abc", "/reset/abc"):
        assert (await client.get(path)).headers["referrer-policy"] == "no-referrer"
    assert "referrer-policy" not in (await client.get("/healthz")).headers


async def test_service_accounts_are_never_the_first_and_never_admins(nova, sign_up):
    change(
        nova,
        "INSERT INTO user (id, username, display_name, password_hash, created_at, status, shares_read,"
        " shares_presence, is_admin, is_service) VALUES ('r', 'robot', 'Robot', 'x', ?, '', 1, 1, 0, 1)",
        to_text(services_of(nova).accounts._clock.now()),
    )
    _, made = await sign_up("ana")
    assert (made.status_code, made.json()["is_admin"]) == (201, True)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/invites"),
        ("GET", "/api/v1/invites"),
        ("DELETE", "/api/v1/invites/00000000-0000-4000-8000-000000000000"),
        ("GET", "/api/v1/admin/users"),
        ("GET", "/api/v1/admin/overview"),
        ("PATCH", "/api/v1/admin/users/00000000-0000-4000-8000-000000000000"),
        ("POST", "/api/v1/admin/users/00000000-0000-4000-8000-000000000000/reset-link"),
    ],
)
async def test_administration_is_for_admins_with_a_session_only(method, path, sign_up, browser, use_mode):
    use_mode("open")
    ana, _ = await sign_up("ana")
    ben, _ = await sign_up("ben")
    token = (await ana.post("/api/v1/auth/tokens", json={"name": "script"})).json()["token"]
    program = await browser(origin="", Authorization=f"Bearer {token}")
    stranger = await browser()
    for client, expected in ((ben, 403), (program, 403), (stranger, 401)):
        assert (await client.request(method, path, json={})).status_code == expected
    assert (await ana.request(method, path, json={})).status_code in (200, 201, 404)
