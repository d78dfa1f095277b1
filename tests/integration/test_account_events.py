"""What happens to an account is kept for its owner, and told to their other open pages."""

import pytest

from tests.asgi import SocketDriver
from tests.integration.conftest import BASE
from tests.integration.test_administration import reset

pytestmark = pytest.mark.anyio

PASSWORD, OTHER = "correct horse battery", "battery staple horse"
FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}


@pytest.fixture
async def ana(register):
    return await register("ana")


@pytest.fixture
def sign_in(browser):
    async def send(password=PASSWORD, client=None):
        phone = client or await browser(**FIREFOX)
        answer = await phone.post("/api/v1/auth/login", json={"username": "ana", "password": password})
        assert answer.status_code == 200, answer.text
        return phone

    return send


async def events(client):
    answer = await client.get("/api/v1/auth/events")
    assert answer.json()["has_more"] is False
    return answer.json()["items"]


async def kinds(client):
    return [item["kind"] for item in await events(client)]


async def test_a_new_device_is_announced_to_the_pages_that_are_open_and_kept(ana, sign_in, connect):
    socket = await connect(ana)
    assert await events(ana) == [], "whoever registers knows that they did"

    phone = await sign_in()

    received = await socket.expect("account_event")
    (kept,) = await events(ana)
    assert {key: received[key] for key in kept} == kept
    assert (kept["kind"], kept["device"], kept["name"]) == ("signed_in", "Firefox on Linux", "")
    assert kept["address"]
    assert await events(phone) == [kept]


async def test_a_known_device_is_nothing_new(ana, sign_in):
    phone = await sign_in()
    await phone.post("/api/v1/auth/logout")
    await sign_in(client=phone)

    assert await kinds(ana) == ["signed_in"]


async def test_a_new_token_is_announced_to_the_other_devices_alone(ana, sign_in, connect):
    phone = await sign_in()
    of_phone, own = await connect(phone), await connect(ana)

    assert (await ana.post("/api/v1/auth/tokens", json={"name": " bot "})).status_code == 201

    received = await of_phone.expect("account_event")
    assert (received["kind"], received["name"]) == ("token_created", "bot")
    await ana.patch("/api/v1/users/me", json={"status": "Here"})
    assert (await own.receive())["type"] == "profile", "nothing before it"


async def test_a_new_password_is_announced_before_the_others_are_signed_out(ana, sign_in, connect):
    phone = await sign_in()
    socket = await connect(phone)

    body = {"current_password": PASSWORD, "new_password": OTHER}
    assert (await ana.post("/api/v1/auth/password", json=body)).status_code == 204

    assert (await socket.expect("account_event"))["kind"] == "password_changed"
    assert await socket.closed() == 4401
    assert await kinds(ana) == ["password_changed", "signed_in"]


async def test_a_reset_is_found_afterwards(ana, sign_in, browser):
    link = (await ana.post(f"/api/v1/admin/users/{ana.user_id}/reset-link")).json()["url"]
    assert (await reset(browser, link, OTHER)).status_code == 204

    assert await kinds(await sign_in(OTHER)) == ["signed_in", "password_changed"]


async def test_only_the_newest_are_kept_each_account_has_its_own_and_programs_see_none(ana, register, browser):
    ben = await register("ben")
    tokens = [(await ana.post("/api/v1/auth/tokens", json={"name": f"bot {n}"})).json()["token"] for n in range(32)]

    names = [item["name"] for item in await events(ana)]
    assert names == [f"bot {number}" for number in range(31, 1, -1)]
    assert await events(ben) == []
    program = await browser(origin="", Authorization=f"Bearer {tokens[0]}")
    assert (await program.get("/api/v1/auth/events")).status_code == 403


async def test_programs_receive_nothing(nova, ana, sign_in):
    token = (await ana.post("/api/v1/auth/tokens", json={"name": "bot"})).json()["token"]
    program = SocketDriver(nova.api, token=token, origin=BASE)
    await program.open()
    await program.hello({})

    await sign_in()
    await ana.patch("/api/v1/users/me", json={"status": "Here"})

    assert (await program.receive())["type"] == "profile", "nothing before it"
    await program.close()
