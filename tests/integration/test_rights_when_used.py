"""What was given once ends with the right it was given by: files that a browser keeps, invites and reset links."""

import pytest

from tests.integration.test_administration import refusal, reset
from tests.integration.test_attachments import send, upload

pytestmark = pytest.mark.anyio

USERS = "/api/v1/admin/users"


@pytest.fixture
async def admins(register):
    """Ana and Ben are admins of the server."""
    ana, ben = await register("ana"), await register("ben")
    assert (await ana.patch(f"{USERS}/{ben.user_id}", json={"is_admin": True})).status_code == 200
    return ana, ben


async def leave(ana, ben, room):
    return await ben.delete(f"/api/v1/conversations/{room}/members/me")


async def be_removed(ana, ben, room):
    return await ana.delete(f"/api/v1/conversations/{room}/members/{ben.user_id}")


async def be_deactivated(ana, ben, room):
    return await ana.patch(f"{USERS}/{ben.user_id}", json={"is_active": False})


@pytest.mark.parametrize(
    ("end", "answer"),
    [(leave, (404, "not_found")), (be_removed, (404, "not_found")), (be_deactivated, (403, "account_disabled"))],
)
async def test_a_file_that_a_browser_keeps_is_asked_about_and_ends_with_the_right_to_it(group, end, answer):
    (ana, ben), room = await group("ana", "ben")
    file = await upload(ana)
    assert (await send(ana, room, "look", file)).status_code == 201
    first = await ben.get(file["url"])
    known = {"If-None-Match": first.headers["etag"]}
    kept = await ben.get(file["url"], headers=known)

    assert (await end(ana, ben, room)).is_success

    assert (first.headers["cache-control"], kept.status_code) == ("private, no-cache", 304)
    assert refusal(await ben.get(file["url"], headers=known)) == answer
    assert refusal(await ben.get(file["url"], headers={"Range": "bytes=0-1"})) == answer


@pytest.mark.parametrize("lost", [{"is_admin": False}, {"is_active": False}], ids=["no admin", "deactivated"])
async def test_an_invite_ends_with_the_admin_who_made_it(admins, browser, nova, lost):
    ana, ben = admins
    token = (await ben.post("/api/v1/invites", json={})).json()["url"].rsplit("/", 1)[1]
    stranger = await browser()
    assert (await stranger.get(f"/api/v1/invites/{token}")).status_code == 200

    assert (await ana.patch(f"{USERS}/{ben.user_id}", json=lost)).status_code == 200

    assert refusal(await stranger.get(f"/api/v1/invites/{token}")) == (404, "link_invalid")
    assert (await ana.get("/api/v1/invites")).json()["items"] == []


@pytest.mark.parametrize("lost", [{"is_admin": False}, {"is_active": False}], ids=["no admin", "deactivated"])
async def test_a_reset_link_ends_with_the_admin_who_made_it(admins, register, browser, lost):
    ana, ben = admins
    cleo = await register("cleo")
    url = (await ben.post(f"{USERS}/{cleo.user_id}/reset-link")).json()["url"]

    assert (await ana.patch(f"{USERS}/{ben.user_id}", json=lost)).status_code == 200

    assert refusal(await reset(browser, url)) == (404, "link_invalid")
    again = (await ana.post(f"{USERS}/{cleo.user_id}/reset-link")).json()["url"]
    assert (await reset(browser, again)).status_code == 204
