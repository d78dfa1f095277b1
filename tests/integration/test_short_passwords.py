"""Who signs in with a password from before there was a least length is asked once for a longer one."""

import pytest

from tests.asgi import services_of

pytestmark = pytest.mark.anyio

SHORT, LONG = "old and short", "battery staple horse"


@pytest.fixture
def sign_in(nova, browser):
    async def send(username, password):
        client = await browser()
        answer = await client.post("/api/v1/auth/login", json={"username": username, "password": password})
        assert answer.status_code == 200, answer.text
        return client, answer.json()["asks_longer_password"]

    return send


@pytest.fixture
async def ana(nova, register):
    """Ana has an old password; she is signed in."""
    client = await register("ana")
    accounts = services_of(nova).accounts
    values = {"password_hash": await accounts._passwords.hash(SHORT)}
    await accounts._accounts.change_user(client.user_id, values)
    return client


async def asks(client):
    return (await client.get("/api/v1/users/me")).json()["asks_longer_password"]


async def test_the_question_comes_with_the_sign_in_and_is_closed_for_good(ana, sign_in):
    assert not await asks(ana), "nobody knows how long it is before it is typed"

    phone, is_asked = await sign_in("ana", SHORT)
    assert (is_asked, await asks(phone), await asks(ana)) == (True, True, True)

    assert (await phone.delete("/api/v1/auth/password-notice")).status_code == 204

    assert (await asks(phone), await asks(ana)) == (False, False)
    assert (await sign_in("ana", SHORT))[1] is False


async def test_a_longer_password_answers_the_question(ana, sign_in):
    phone, _ = await sign_in("ana", SHORT)

    body = {"current_password": SHORT, "new_password": LONG}
    assert (await phone.post("/api/v1/auth/password", json=body)).status_code == 204

    assert not await asks(phone)
    assert (await sign_in("ana", LONG))[1] is False


async def test_who_resets_the_password_is_not_asked(ana, register, sign_in, browser):
    await sign_in("ana", SHORT)
    link = (await ana.post(f"/api/v1/admin/users/{ana.user_id}/reset-link")).json()["url"]

    stranger = await browser()
    body = {"token": link.rsplit("/", 1)[1], "password": LONG}
    assert (await stranger.post("/api/v1/auth/reset", json=body)).status_code == 204

    assert (await sign_in("ana", LONG))[1] is False


async def test_who_has_a_long_one_is_not_asked_nor_may_a_program_answer(ana, register, sign_in, browser):
    await register("ben")
    assert (await sign_in("ben", "correct horse battery"))[1] is False

    phone, _ = await sign_in("ana", SHORT)
    token = (await phone.post("/api/v1/auth/tokens", json={"name": "bot"})).json()["token"]
    program = await browser(origin="", Authorization=f"Bearer {token}")
    assert (await program.delete("/api/v1/auth/password-notice")).status_code == 403
    assert await asks(phone)
