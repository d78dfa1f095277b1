"""A page acts for the account it was drawn for, or not at all."""

import contextlib

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import shared_server
from tests.e2e.pages import PASSWORD, by

server = shared_server()
OTHER = "Signed in as someone else"


@contextlib.contextmanager
def frozen(somebody, page):
    """The page does not run, as in a tab that the browser has put to sleep."""
    cdp = somebody.context.new_cdp_session(page)
    cdp.send("Page.setWebLifecycleState", {"state": "frozen"})
    yield
    cdp.send("Page.setWebLifecycleState", {"state": "active"})


def sign_in_on(page, username):
    """Sign in by the form, in a tab of a browser that somebody else may have used."""
    page.goto("/login")
    by(page, "auth-username").fill(username)
    by(page, "auth-password").fill(PASSWORD)
    by(page, "auth-submit").click()
    page.wait_for_url(lambda url: "/login" not in url)


def authors(server, username, room):
    """What the server has in a conversation, as ``(author, text)``."""
    with httpx.Client(base_url=server.origin) as client:
        client.post("/api/v1/auth/login", json={"username": username, "password": PASSWORD})
        members = client.get(f"/api/v1/conversations/{room}").json()["members"]
        names = {member["user_id"]: member["username"] for member in members}
        items = client.get(f"/api/v1/conversations/{room}/messages?limit=100").json()["items"]
        return [(names[item["author_id"]], item["text"]) for item in items]


def share_a_room(person, title, **options):
    """Two people in one conversation, which the first has open."""
    ben = person(**options)
    ana = person(**options)
    room = ana.start_group(title, ben.username)
    return ana, ben, room


@pytest.mark.xfail(strict=True, reason="a page takes the welcome of whoever is signed in")
def test_a_queue_waits_for_its_author_whoever_signs_in_meanwhile(person, server, wire):
    ana, ben, room = share_a_room(person, "Queue", origin=wire.origin)
    wire.cut()
    ana.expect_not_connected()
    ana.write("ana wrote this without a line")
    expect(by(ana.page, "outbox-count")).to_have_text("1")
    with frozen(ana, ana.page):
        wire.heal()
        ana.end_session()
        second = ana.new_page()
        sign_in_on(second, ben.username)
        ana.expect_connected(second)

    expect(by(ana.page, "account-changed")).to_be_visible()
    expect(by(ana.page, "account-changed")).to_contain_text(ben.username.title())
    expect(by(ana.page, "connection-status")).to_have_text(OTHER)
    assert authors(server, ben.username, room) == []

    # Signed in again, the queue goes out as what it is.
    sign_in_on(second, ana.username)
    second.goto(f"/c/{room}")
    expect(by(second, "outbox-count")).to_have_text("0")
    assert authors(server, ben.username, room) == [(ana.username, "ana wrote this without a line")]


@pytest.mark.xfail(strict=True, reason="a page takes the welcome of whoever is signed in")
def test_after_a_sign_out_in_another_tab_nothing_more_is_taken(person, server):
    ana, ben, room = share_a_room(person, "Signed out")
    second = ana.new_page()
    second.goto("/")
    ana.expect_connected(second)
    by(second, "sign-out").click()
    second.wait_for_url(lambda url: "/login" in url)

    panel = by(ana.page, "account-changed")
    expect(panel).to_have_attribute("data-standing", "ended")
    sign_in_on(second, ben.username)
    expect(panel).to_have_attribute("data-standing", "other")
    ana.page.keyboard.press("Escape")
    ana.page.keyboard.press("Escape")
    expect(panel).to_be_visible()
    ana.page.keyboard.type("typed afterwards")
    ana.page.keyboard.press("Enter")
    expect(by(ana.page, "account-changed")).to_have_count(0)
    assert authors(server, ben.username, room) == []
