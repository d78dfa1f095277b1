"""A page acts for the account it was drawn for, or not at all."""

import contextlib
import os
import re
import subprocess
import sys

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import CHROMIUM_ARGS, ROOT, shared_server
from tests.e2e.pages import PASSWORD, Person, by
from tests.tools import find_chromium

server = shared_server()
SESSION = "nova_session"
PANEL = "account-changed"


@contextlib.contextmanager
def frozen(user, page):
    """The page does not run, as in a tab that the browser has put to sleep."""
    cdp = user.context.new_cdp_session(page)
    cdp.send("Page.setWebLifecycleState", {"state": "frozen"})
    yield
    cdp.send("Page.setWebLifecycleState", {"state": "active"})


@contextlib.contextmanager
def api_of(origin, username):
    """The API as a program that has signed in by itself."""
    with httpx.Client(base_url=origin) as client:
        client.post("/api/v1/auth/login", json={"username": username, "password": PASSWORD}).raise_for_status()
        yield client


def sign_in_on(page, username):
    """Sign in by the form, in a tab of a browser that somebody else may have used."""
    page.goto("/login")
    by(page, "auth-username").fill(username)
    by(page, "auth-password").fill(PASSWORD)
    by(page, "auth-submit").click()
    page.wait_for_url(lambda url: "/login" not in url)


def sign_out_on(page):
    by(page, "sign-out").click()
    page.wait_for_url(lambda url: "/login" in url)


def authors(server, username, room):
    """What the server has in a conversation, as ``(author, text)``."""
    with api_of(server.origin, username) as client:
        members = client.get(f"/api/v1/conversations/{room}").json()["members"]
        names = {member["user_id"]: member["username"] for member in members}
        items = client.get(f"/api/v1/conversations/{room}/messages?limit=100").json()["items"]
        return [(names[item["author_id"]], item["text"]) for item in items]


def share_a_room(person, title, **options):
    """Two people in one conversation, which the first has open."""
    ben, ana = person(**options), person(**options)
    room = ana.start_group(title, ben.username)
    return ana, ben, room


def take_cookie_of(ana, ben):
    """Ana's browser gets Ben's session and no tab is told: as from another port of this host."""
    (cookie,) = [cookie for cookie in ben.context.cookies() if cookie["name"] == SESSION]
    ana.context.add_cookies([cookie])


def expect_other(page, user, standing="other"):
    panel = by(page, PANEL)
    expect(panel).to_be_visible()
    expect(panel).to_have_attribute("data-standing", standing)
    expect(panel).to_contain_text(f"Signed in as {user.username.title()}")
    expect(by(page, "connection-status")).to_have_attribute("data-reason", "account_changed")
    expect(by(page, "connection-status")).to_have_text("Signed in as someone else")


@pytest.mark.expects("status 401")
def test_a_queue_waits_for_its_author_whoever_signs_in_meanwhile(person, server, wire):
    ana, ben, room = share_a_room(person, "Queue", origin=wire.origin)
    wire.cut()
    ana.expect_not_connected()
    ana.write("ana wrote this without a line")
    expect(by(ana.page, "outbox-count")).to_have_text("1")
    by(ana.page, "composer").fill("a draft of ana")
    with frozen(ana, ana.page):
        # Before the line is back: an attempt that is under way could send as long as the session lasts.
        ana.end_session(server.origin)
        wire.heal()
        second = ana.new_page()
        sign_in_on(second, ben.username)
        ana.expect_connected(second)
        second.goto(f"/c/{room}")
        expect(by(second, "composer")).to_have_value("")

    expect_other(ana.page, ben)
    assert authors(server, ben.username, room) == []
    by(ana.page, "account-continue").click()
    expect(by(ana.page, "settings-link")).to_contain_text(f"@{ben.username}")
    ana.expect_connected()
    assert ana.conversation_id == room, "Ben is a member of it, so he may stay"
    expect(by(ana.page, "composer")).to_have_value("")
    assert authors(server, ben.username, room) == []

    # When Ana signs in again, it goes out as hers.
    sign_out_on(second)
    sign_in_on(second, ana.username)
    second.goto(f"/c/{room}")
    row = by(second, "message").filter(has_text="ana wrote this without a line")
    expect(row).to_have_attribute("data-state", re.compile("sent|delivered|read"))
    expect(by(second, "composer")).to_have_value("a draft of ana")
    assert authors(server, ben.username, room) == [(ana.username, "ana wrote this without a line")]


def test_after_a_sign_out_in_another_tab_nothing_more_is_taken(person, server):
    ana, ben, room = share_a_room(person, "Signed out")
    second = ana.new_page()
    second.goto("/")
    ana.expect_connected(second)
    sign_out_on(second)

    panel = by(ana.page, PANEL)
    expect(panel).to_have_attribute("data-standing", "ended")
    expect(panel).to_contain_text("You signed out in another tab")
    sign_in_on(second, ben.username)
    expect_other(ana.page, ben)
    for key in ("Escape", "Escape", "Tab", "x", "Escape"):
        ana.page.keyboard.press(key)
        expect(panel).to_be_visible()
    with pytest.raises(Exception, match="Timeout"):
        by(ana.page, "composer").click(timeout=500)
    assert authors(server, ben.username, room) == []

    sign_out_on(second)
    sign_in_on(second, ana.username)
    expect(panel).to_have_attribute("data-standing", "again")
    by(ana.page, "account-continue").click()
    expect(panel).to_have_count(0)
    ana.expect_connected()
    ana.write("hers again")
    ana.expect_state("hers again", "sent", "delivered", "read")
    assert authors(server, ben.username, room) == [(ana.username, "hers again")]


def change_profile(page):
    by(page, "settings-display-name").fill("Taken over")
    by(page, "settings-profile-save").click()


def publish(page):
    by(page, "post-text").fill("a post of ana")
    by(page, "post-publish").click()


def search(page):
    by(page, "search-text").fill("anything")
    by(page, "search-text").press("Enter")


def attach(page):
    file = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"a note"}
    by(page, "composer-files").set_input_files(file)


SURFACES = {
    "settings": ("/settings", change_profile, "PATCH", "users/me"),
    "posts": ("/posts", publish, "POST", "posts"),
    "search": ("/search", search, "GET", "search"),
    "uploads": ("/c/{room}", attach, "POST", "uploads/resumable"),
    "history": ("/", lambda page: by(page, "conversation-item").first.click(), "GET", "conversations/"),
    "sign-out": ("/settings", lambda page: by(page, "sign-out").click(), "POST", "auth/logout"),
}


@pytest.mark.expects("status 409")
@pytest.mark.parametrize("surface", SURFACES)
def test_a_request_for_another_account_is_refused(person, surface):
    path, act, method, route = SURFACES[surface]
    ana, ben, room = share_a_room(person, "Requests")
    page = ana.page
    page.goto(path.format(room=room))
    ana.expect_connected()
    page.wait_for_load_state("networkidle")
    take_cookie_of(ana, ben)
    with page.expect_response(
        lambda answer: answer.request.method == method and f"/api/v1/{route}" in answer.url
    ) as notified:
        act(page)

    assert notified.value.status == 409
    assert notified.value.json()["code"] == "account_changed"
    expect_other(page, ben)
    with api_of(ben.origin, ben.username) as client:
        assert client.get("/api/v1/users/me").json()["display_name"] == ben.username.title()
        assert not [post for post in client.get("/api/v1/posts").json()["items"] if post["text"] == "a post of ana"]
    by(page, "account-continue").click()
    expect(by(page, PANEL)).to_have_count(0)
    ana.expect_connected()


def test_a_socket_that_comes_back_is_refused_with_another_session(person, server, wire):
    ana, ben, room = share_a_room(person, "Sockets", origin=wire.origin)
    urls = []
    ana.page.on("websocket", lambda socket: urls.append(socket.url))
    take_cookie_of(ana, ben)
    # Ana's own session still lives, and so does the socket that was opened with it.
    ana.write("over her own socket")
    ana.expect_state("over her own socket", "sent", "delivered", "read")
    wire.reset()

    expect_other(ana.page, ben)
    assert authors(server, ben.username, room) == [(ana.username, "over her own socket")]
    me = ana.page.evaluate("JSON.parse(localStorage.getItem('nova:account')).user_id")
    assert [frame["user_id"] for frame in ana.frames("sent", "hello")][-1] == me
    assert all(f"user_id={me}" in url for url in urls if "/_event" in url)


def test_use_here_is_refused_with_another_session(person, start_server):
    server = start_server(NOVA_SOCKETS_PER_ACCOUNT="1")
    ana, ben = person(path="/", origin=server.origin), person(origin=server.origin)
    second = ana.new_page()
    second.goto("/")
    ana.expect_connected(second)
    expect(by(ana.page, "connection-status")).to_have_attribute("data-reason", "replaced")
    take_cookie_of(ana, ben)
    by(ana.page, "connection-retry").click()

    expect_other(ana.page, ben)


@pytest.mark.expects("status 401")
def test_a_page_that_was_kept_for_back_says_whose_it_is(chromium, server, person):
    ben = person()
    with_cache = chromium.browser_type.launch(
        executable_path=find_chromium(),
        args=[*CHROMIUM_ARGS, "--enable-features=BackForwardCache"],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    ana = Person(with_cache.new_context(base_url=server.origin))
    try:
        ana.register()
        ana.start_group("Back", ben.username)
        ana.page.evaluate("addEventListener('pageshow', (event) => { window.wasKept = event.persisted })")
        ana.page.goto("/healthz")
        ana.end_session()
        second = ana.new_page()
        sign_in_on(second, ben.username)
        ana.page.go_back(wait_until="commit")

        assert ana.page.evaluate("window.wasKept"), "the page was not kept"
        expect_other(ana.page, ben)
    finally:
        with_cache.close()


def test_an_open_page_of_a_deactivated_account_is_closed_within_seconds(person, server):
    ben = person()
    ben.expect_connected()
    environ = {**os.environ, "NOVA_DATA_DIR": str(server.directory / "data")}
    command = [sys.executable, "-m", "nova_app", "users", "deactivate", ben.username]
    subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, check=True)
    status = by(ben.page, "connection-status")
    expect(status).to_have_attribute("data-state", "CLOSED")
    expect(status).to_have_attribute("data-reason", "forbidden")
