"""What an admin does with accounts, in the API and by command, and how fast it reaches open sockets."""

import asyncio
import json
import os
import sqlite3

import pytest

from nova_app.cli import main
from tests.asgi import SocketDriver, services_of
from tests.integration.conftest import BASE

pytestmark = pytest.mark.anyio

PASSWORD = "correct horse battery"
SOON_SECONDS = 5


def command(*words):
    """Run ``nova users …`` and return its exit code."""
    umask = os.umask(0o022)
    try:
        return main(["users", *words])
    except SystemExit as end:
        return end.code
    finally:
        os.umask(umask)


@pytest.fixture
async def admin(register):
    return await register("ana")


@pytest.fixture
async def ben(admin, register):
    return await register("ben")


@pytest.fixture
def run(nova, monkeypatch, capsys):
    """Runs ``nova users …`` beside this server; gives its exit code, its output and its errors."""
    monkeypatch.setenv("NOVA_DATA_DIR", str(nova.settings.data_dir))

    async def start(*words):
        capsys.readouterr()
        code = await asyncio.to_thread(command, *words)
        out, err = capsys.readouterr()
        return code, out, err

    return start


async def read_users(admin):
    items = (await admin.get("/api/v1/admin/users")).json()["items"]
    return {item["username"]: item for item in items}


async def sign_in(browser, username, password=PASSWORD):
    client = await browser()
    return await client.post("/api/v1/auth/login", json={"username": username, "password": password})


def refusal(answer):
    return answer.status_code, answer.json()["code"]


class ReflexSocket:
    """A socket of Reflex's pages, behind the guard."""

    def __init__(self, nova, client):
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        headers = [(b"cookie", cookie.encode())]
        scope = {"type": "websocket", "path": "/_event", "query_string": b"", "headers": headers}
        self.closed_with, self._to_app, self._served = None, asyncio.Queue(), asyncio.Event()
        self._task = asyncio.create_task(nova.guard(self._app, scope, self._to_app.get, self._send))

    async def _app(self, scope, receive, send):
        self._served.set()
        while (await receive())["type"] != "websocket.disconnect":
            pass

    async def _send(self, message):
        self.closed_with = message.get("code", self.closed_with)

    async def served(self):
        """Wait until the guard has looked up whose socket it is."""
        await asyncio.wait_for(self._served.wait(), SOON_SECONDS)

    async def closed(self):
        await asyncio.wait_for(self._task, SOON_SECONDS)
        return self.closed_with


async def expect_both_close(nova, client, connect, end, code):
    """Open a socket of each kind, end something, and expect this close code of both in time."""
    socket, pages = await connect(client), ReflexSocket(nova, client)
    await pages.served()
    await end()
    async with asyncio.timeout(SOON_SECONDS):
        assert (await socket.closed(), await pages.closed()) == (code, code)


async def test_admins_list_everybody_with_what_they_are(admin, ben):
    users = await read_users(admin)
    shown = {name: (item["is_admin"], item["is_active"], item["is_service"]) for name, item in users.items()}
    assert shown == {"ana": (True, True, False), "ben": (False, True, False)}
    assert users["ben"]["last_seen_at"] is not None


async def test_who_is_deactivated_is_refused_everywhere_at_once_and_can_come_back(nova, admin, ben, browser, connect):
    path = f"/api/v1/admin/users/{ben.user_id}"

    async def deactivate():
        assert (await admin.patch(path, json={"is_active": False})).json()["is_active"] is False

    await expect_both_close(nova, ben, connect, deactivate, 4403)
    assert refusal(await ben.get("/api/v1/users/me")) == (403, "account_disabled")
    again = await connect(ben, hello=False)
    assert await again.closed() == 4403
    assert refusal(await sign_in(browser, "ben")) == refusal(await sign_in(browser, "ben", "wrong"))

    assert (await admin.patch(path, json={"is_active": True})).json()["is_active"] is True
    assert (await ben.get("/api/v1/users/me")).status_code == 200
    assert (await sign_in(browser, "ben")).status_code == 200


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE user SET disabled_at = '2026-01-01T00:00:00.000000Z' WHERE username = 'ben'", 4403),
        ("DELETE FROM session WHERE user_id IN (SELECT id FROM user WHERE username = 'ben')", 4401),
        ("UPDATE session SET created_at = '2020-01-01T00:00:00.000000Z'", 4401),
    ],
    ids=["deactivated", "session deleted", "session expired"],
)
async def test_what_ends_outside_this_process_closes_both_kinds_of_sockets_in_time(statement, code, nova, ben, connect):
    async def end():
        with sqlite3.connect(nova.settings.database_path) as connection:
            connection.execute(statement)
        connection.close()

    await expect_both_close(nova, ben, connect, end, code)


async def test_a_token_that_is_deleted_outside_closes_its_socket(nova, ben):
    token = (await ben.post("/api/v1/auth/tokens", json={"name": "bot"})).json()["token"]
    socket = SocketDriver(nova.api, token=token, origin=BASE)
    await socket.open()
    await socket.hello({})
    with sqlite3.connect(nova.settings.database_path) as connection:
        connection.execute("DELETE FROM api_token")
    connection.close()
    async with asyncio.timeout(SOON_SECONDS):
        assert await socket.closed() == 4401
    await socket.close()


async def test_the_last_active_admin_stays(admin, ben):
    mine, bens = (f"/api/v1/admin/users/{client.user_id}" for client in (admin, ben))
    for change in ({"is_admin": False}, {"is_active": False}):
        assert refusal(await admin.patch(mine, json=change)) == (409, "last_admin")
    assert (await admin.patch(bens, json={"is_admin": True})).json()["is_admin"] is True
    assert (await admin.patch(mine, json={"is_admin": False})).json()["is_admin"] is False
    assert (await admin.get("/api/v1/admin/users")).status_code == 403


async def test_nobody_is_changed_who_does_not_exist(admin):
    missing = "/api/v1/admin/users/00000000-0000-4000-8000-000000000000"
    assert (await admin.patch(missing, json={"is_active": False})).status_code == 404
    assert (await admin.post(f"{missing}/reset-link")).status_code == 404


async def reset(browser, url, password="battery staple horse", **more):
    client = await browser()
    return await client.post("/api/v1/auth/reset", json={"token": url.rsplit("/", 1)[1], "password": password, **more})


async def test_a_reset_link_sets_the_password_once_and_ends_sessions_and_tokens(nova, admin, ben, browser, connect):
    token = (await ben.post("/api/v1/auth/tokens", json={"name": "bot"})).json()["token"]
    made = await admin.post(f"/api/v1/admin/users/{ben.user_id}/reset-link")
    assert made.status_code == 201
    url = made.json()["url"]
    assert url.startswith("/reset/")

    async def use():
        answer = await reset(browser, url)
        assert (answer.status_code, answer.headers.get("set-cookie")) == (204, None)

    await expect_both_close(nova, ben, connect, use, 4401)
    assert (await ben.get("/api/v1/users/me")).status_code == 401
    program = await browser(origin="", Authorization=f"Bearer {token}")
    assert (await program.get("/api/v1/users/me")).status_code == 401
    assert (await sign_in(browser, "ben")).status_code == 401
    assert (await sign_in(browser, "ben", "battery staple horse")).status_code == 200
    assert refusal(await reset(browser, url)) == (404, "link_invalid")


async def test_a_reset_may_keep_tokens_and_a_bad_password_uses_nothing_up(admin, ben, browser):
    token = (await ben.post("/api/v1/auth/tokens", json={"name": "bot"})).json()["token"]
    url = (await admin.post(f"/api/v1/admin/users/{ben.user_id}/reset-link")).json()["url"]
    short = await reset(browser, url, "short")
    assert (short.status_code, list(short.json()["fields"])) == (422, ["password"])
    assert (await reset(browser, url, end_tokens=False)).status_code == 204
    program = await browser(origin="", Authorization=f"Bearer {token}")
    assert (await program.get("/api/v1/users/me")).status_code == 200


async def test_a_new_reset_link_ends_the_old_one_and_each_ends_after_a_day(nova, admin, ben, browser):
    path = f"/api/v1/admin/users/{ben.user_id}/reset-link"
    first, second = [(await admin.post(path)).json()["url"] for _ in range(2)]
    assert refusal(await reset(browser, first)) == (404, "link_invalid")
    with sqlite3.connect(nova.settings.database_path) as connection:
        connection.execute("UPDATE password_reset SET expires_at = '2020-01-01T00:00:00.000000Z'")
    connection.close()
    assert refusal(await reset(browser, second)) == (404, "link_invalid")


async def test_a_reset_link_does_not_activate_an_account(admin, ben, browser):
    url = (await admin.post(f"/api/v1/admin/users/{ben.user_id}/reset-link")).json()["url"]
    await admin.patch(f"/api/v1/admin/users/{ben.user_id}", json={"is_active": False})
    assert refusal(await reset(browser, url)) == (404, "link_invalid")


async def test_the_overview_counts(admin, ben):
    shown = (await admin.get("/api/v1/admin/overview")).json()
    counts = {name: shown[name] for name in ("users", "active_users", "admins", "registration")}
    assert counts == {"users": 2, "active_users": 2, "admins": 1, "registration": "open"}


async def test_status_shows_alerts_and_versions_to_admins_and_a_sentence_to_everybody(admin, ben):
    full, short = [(await client.get("/api/v1/status")).json() for client in (admin, ben)]
    assert full["version"]
    assert full["is_admin"] is True
    assert short == {"is_admin": False, "is_well": True}


# By command, while the server runs.


async def test_the_commands_list_and_change_accounts_beside_the_server(run, nova, admin, ben, browser, connect):
    code, out, _ = await run("list", "--json")
    listed = {item["username"]: item for item in json.loads(out)}
    assert (code, set(listed), listed["ana"]["is_admin"]) == (0, {"ana", "ben"}, True)

    async def deactivate():
        assert (await run("deactivate", "ben"))[0] == 0

    await expect_both_close(nova, ben, connect, deactivate, 4403)
    assert refusal(await ben.get("/api/v1/users/me")) == (403, "account_disabled")
    assert (await run("activate", "ben"))[0] == 0

    async def sign_out():
        assert (await run("sign-out", "ben"))[0] == 0

    await expect_both_close(nova, ben, connect, sign_out, 4401)
    assert (await run("make-admin", "ben"))[0] == 0
    assert (await read_users(admin))["ben"]["is_admin"] is True


async def test_the_commands_make_accounts_invites_and_reset_links(run, admin, browser):
    code, out, _ = await run("add", "cleo", "--display-name", "Cleo C.", "--json")
    made = json.loads(out)
    assert (code, made["username"], made["is_admin"]) == (0, "cleo", False)
    assert (await reset(browser, made["url"])).status_code == 204
    assert (await sign_in(browser, "cleo", "battery staple horse")).status_code == 200

    code, out, _ = await run("invite", "--uses", "1", "--days", "2", "--json")
    url = json.loads(out)["url"]
    assert (code, url.split("/invite/")[0]) == (0, "http://localhost:3000")
    stranger = await browser()
    assert (await stranger.get(f"/api/v1/invites/{url.rsplit('/', 1)[1]}")).json()["invited_by"] == ""

    code, out, _ = await run("reset-link", "ana", "--json")
    assert (code, (await reset(browser, json.loads(out)["url"])).status_code) == (0, 204)


async def test_the_account_of_a_program_is_never_admin_even_as_the_first(run, nova, browser):
    code, out, _ = await run("add", "probe-writer", "--service", "--json")
    made = json.loads(out)
    assert (code, made["is_service"], made["is_admin"]) == (0, True, False)
    assert (await reset(browser, made["url"])).status_code == 204
    assert (await sign_in(browser, "probe-writer", "battery staple horse")).status_code == 200
    assert (await services_of(nova).registration.read_standing()).is_first
    assert (await run("add", "another", "--service", "--admin"))[0] == 2
    assert (await run("make-admin", "probe-writer"))[0] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("deactivate", "nobody"), "nobody"),
        (("add", "ana"), "taken"),
        (("add", "A B"), "letters"),
        (("deactivate", "ana"), "last admin"),
    ],
)
async def test_a_command_that_is_refused_says_why_in_a_line_and_ends_with_one(words, said, run, admin):
    code, out, err = await run(*words)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert said in err
    code, out, _ = await run(*words, "--json")
    assert code == 1
    assert json.loads(out)["error"]


@pytest.mark.parametrize(
    "command", ["list", "add", "invite", "make-admin", "deactivate", "activate", "reset-link", "sign-out"]
)
def test_every_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as end:
        main(["users", command, "--help"])
    assert end.value.code == 0
    assert "--json" in capsys.readouterr().out


async def test_ends_are_noticed_by_one_read_for_all_sockets(nova, ben, connect, monkeypatch):
    reads = []
    run = services_of(nova).accounts._accounts._reader.run

    async def counting(read):
        # Sockets that have just opened read, too.
        if "find_access" in read.__qualname__:
            reads.append(read)
        return await run(read)

    for _ in range(8):
        await connect(ben)
    monkeypatch.setattr(services_of(nova).accounts._accounts._reader, "run", counting)
    await nova.access_watch.check()
    assert len(reads) == 1
