"""What is sensitive asks for the password once a session is older than fifteen minutes."""

from datetime import timedelta

import pytest

from tests.asgi import services_of

pytestmark = pytest.mark.anyio

PASSWORD = "correct horse battery"


@pytest.fixture
def later(nova, monkeypatch):
    """Moves the clock of the server."""

    def move(**by):
        clock = type(services_of(nova).accounts._clock)
        now = services_of(nova).accounts._clock.now() + timedelta(**by)
        monkeypatch.setattr(clock, "now", lambda self: now)

    return move


@pytest.fixture
async def people(register):
    return await register("ana"), await register("ben")


def attempts(ben):
    return (
        ("POST", "/api/v1/auth/tokens", {"name": "bot"}),
        ("PATCH", f"/api/v1/admin/users/{ben.user_id}", {"is_admin": True}),
        ("POST", f"/api/v1/admin/users/{ben.user_id}/reset-link", {}),
        ("POST", "/api/v1/invites", {"max_uses": 1}),
    )


async def test_a_session_that_has_just_begun_is_not_asked(people, later):
    ana, ben = people
    later(minutes=14)
    for method, path, body in attempts(ben):
        assert (await ana.request(method, path, json=body)).is_success, path
    assert (await ana.post(f"/api/v1/admin/users/{ben.user_id}/reset-link")).is_success


async def test_an_older_one_is_asked_and_goes_on_with_the_right_password_alone(people, later):
    ana, ben = people
    later(minutes=16)
    for method, path, body in attempts(ben):
        for password, sentence in (("", "Enter your current password"), ("not this one", "not your current")):
            refused = await ana.request(method, path, json={**body, "current_password": password})
            assert refused.status_code == 422, path
            assert sentence in refused.json()["fields"]["current_password"]
        assert (await ana.request(method, path, json={**body, "current_password": PASSWORD})).is_success, path
    assert (await ana.post(f"/api/v1/admin/users/{ben.user_id}/reset-link")).status_code == 422


async def test_a_stolen_session_cannot_guess_on(people, later):
    ana, _ = people
    later(minutes=16)
    answers = [
        (await ana.post("/api/v1/auth/tokens", json={"name": "bot", "current_password": f"guess {number}"})).status_code
        for number in range(8)
    ]
    assert answers[0] == 422
    assert answers[-1] == 429


@pytest.fixture
def open_phone(browser):
    """Signs Ana in on a second browser, and gives the id of its session."""

    async def sign_in(ana):
        phone = await browser()
        answer = await phone.post("/api/v1/auth/login", json={"username": "ana", "password": PASSWORD})
        assert answer.status_code == 200
        sessions = (await ana.get("/api/v1/auth/sessions")).json()["items"]
        (session_id,) = [item["id"] for item in sessions if not item["is_current"]]
        return phone, f"/api/v1/auth/sessions/{session_id}"

    return sign_in


async def test_another_device_is_signed_out_at_once_by_a_session_that_has_just_begun(people, open_phone, later):
    phone, path = await open_phone(people[0])
    later(minutes=14)
    assert (await people[0].delete(path)).status_code == 204
    assert (await phone.get("/api/v1/users/me")).status_code == 401


async def test_an_older_session_signs_another_device_out_with_the_password_alone(people, open_phone, later):
    ana, _ = people
    phone, path = await open_phone(ana)
    later(minutes=16)
    for body in (None, {}, {"current_password": "not this one"}):
        refused = await ana.request("DELETE", path, json=body)
        assert (refused.status_code, set(refused.json()["fields"])) == (422, {"current_password"})
    assert (await phone.get("/api/v1/users/me")).status_code == 200
    assert (await ana.request("DELETE", path, json={"current_password": PASSWORD})).status_code == 204
    assert (await phone.get("/api/v1/users/me")).status_code == 401


async def test_a_session_ends_itself_without_a_password(people, later):
    ana, _ = people
    later(minutes=16)
    (mine,) = (await ana.get("/api/v1/auth/sessions")).json()["items"]
    assert (await ana.delete(f"/api/v1/auth/sessions/{mine['id']}")).status_code == 204
