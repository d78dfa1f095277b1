"""The controls that lead people in: invites, the page they open, and the page to set a password."""

import re
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from tests.controls.acts import LINES, SIZES, go_offline, holds_value, is_suggested, is_there
from tests.controls.ledger import use
from tests.e2e.conftest import server_of_file
from tests.e2e.pages import PASSWORD, by

server = server_of_file(NOVA_REGISTRATION="invite")


@pytest.fixture
def admin(person, server):
    """An admin, made as on a server that nobody can register at."""

    def visit(size):
        user = person(register=False, viewport=size)
        url = server.command("users", "add", user.username, "--admin")
        user.page.goto(urlsplit(url).path)
        by(user.page, "reset-password").fill(PASSWORD)
        by(user.page, "reset-submit").click()
        expect(by(user.page, "reset-note")).to_be_visible()
        user.page.goto("/login")
        user.submit_credentials()
        user.expect_connected()
        user.page.goto("/settings")
        expect(by(user.page, "server-invite-create")).to_be_enabled()
        return user

    return visit


def selected(page):
    return page.evaluate("getSelection().toString()")


def type_into(page, control, text):
    by(page, control).fill("")
    with use(page, control, effect="holds what is typed", holds=holds_value(by(page, control), text)):
        by(page, control).press_sequentially(text)


def create(page, effect, holds, sends):
    with use(page, "server-invite-create", effect=effect, holds=holds, sends=sends):
        by(page, "server-invite-create").click()
    # Until it is, the form may still be emptied of what is typed into it next.
    expect(by(page, "server-invite-create")).to_be_enabled()


@pytest.mark.expects("status 422", "lost connection")
@LINES
def test_an_invite_is_made_copied_used_and_revoked(admin, person, size, is_offline):
    ana = admin(size)
    page = ana.page
    ana.context.grant_permissions(["clipboard-read", "clipboard-write"])
    link, refused = by(page, "invite-url"), by(page, "settings-invites").locator("[aria-invalid=true]")
    type_into(page, "settings-expires-in-seconds", "400")
    type_into(page, "settings-max-uses", "0")
    create(page, "says what is out of bounds", lambda: refused.count() == 2, "wrong")
    for field in ("settings-expires-in-seconds", "settings-max-uses"):
        by(page, field).fill("")
    create(page, "makes a link for a week and any number", is_there(link), "empty")
    any_number = link.input_value()
    by(page, "settings-max-uses").fill("1")
    create(page, "makes a link for one", lambda: by(page, "invite").count() == 2, "right")
    expect(link).not_to_have_value(any_number)
    value = link.input_value()
    if is_offline:
        go_offline(ana)
    reached = lambda: page.url.endswith("#settings-invites")  # noqa: E731
    with use(page, "settings-nav-invites", effect="leads to that part", holds=reached):
        by(page, "settings-nav-invites").click()
    with use(page, "invite-url", effect="is chosen whole", holds=lambda: selected(page) == value):
        link.click(click_count=3)
    read = "navigator.clipboard.readText()"
    with use(page, "invite-copy", effect="copies it", holds=lambda: page.evaluate(read) == value):
        by(page, "invite-copy").click()
    if is_offline:
        type_into(page, "settings-expires-in-seconds", "600")
        type_into(page, "settings-max-uses", "2")
        return
    hostile = {"display_name": "<img src=x onerror=window.isTaken=true>"}
    assert ana.context.request.patch("/api/v1/users/me", data=hostile).ok
    ben = person(register=False, viewport=size)
    ben.page.goto(urlsplit(value).path)
    expect(by(ben.page, "registration-note")).to_contain_text(f"{hostile['display_name']} invited you")
    by(ben.page, "auth-display-name").fill("Ben")
    ben.submit_credentials()
    ben.expect_connected()
    page.reload()
    expect(by(page, "invite")).to_have_count(1)
    with use(page, "invite-end", effect="revokes it", holds=lambda: by(page, "invite").count() == 0):
        by(page, "invite-end").click()


@pytest.mark.expects("status 404")
@SIZES
def test_who_has_no_valid_invite_is_led_to_an_admin_and_back_to_signing_in(person, size):
    page = person(register=False, viewport=size).page
    page.goto("/register")
    expect(by(page, "registration-note")).to_contain_text("You need an invite")
    expect(by(page, "auth-submit")).to_have_count(0)
    page.goto("/invite/nonsense")
    expect(by(page, "registration-note")).to_contain_text("has expired or was used")
    by(page, "to-sign-in").click()
    expect(page.get_by_text("Forgot your password? Ask an admin of this server.")).to_be_visible()


@pytest.mark.expects("status 401", "status 422", "status 404")
@SIZES
def test_a_password_is_set_with_nothing_something_wrong_and_all_right(admin, server, size):
    ana = admin(size)
    page = ana.page
    token = ana.context.request.post("/api/v1/auth/tokens", data={"name": "bot"}).json()["token"]
    path = urlsplit(server.command("users", "reset-link", ana.username)).path
    page.goto(path)
    expect(page).to_have_url(re.compile(r"/reset$"))
    wrong = page.locator("form [aria-invalid=true]")

    def send(effect, holds, sends):
        with use(page, "reset-submit", effect=effect, holds=holds, sends=sends):
            by(page, "reset-submit").click()

    send("says that it is too short", is_there(wrong), "empty")
    type_into(page, "reset-password", "short")
    field = by(page, "reset-password")
    with use(page, "reset-password-suggest", effect="fills in one and shows it", holds=is_suggested(field)):
        by(page, "reset-password-suggest").click()
    hidden = lambda: field.get_attribute("type") == "password"  # noqa: E731
    with use(page, "reset-password-show", effect="hides it", holds=hidden):
        by(page, "reset-password-show").click()
    by(page, "reset-password").fill("another secret of ana")
    keep = by(page, "reset-keep-tokens")
    with use(page, "reset-keep-tokens", effect="keeps the tokens", holds=keep.is_checked):
        keep.check()
    send("sets the password", is_there(by(page, "reset-note")), "right")
    as_program = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{server.origin}/api/v1/users/me", headers=as_program).json()["username"] == ana.username
    page.goto(path)
    by(page, "reset-password").fill("yet another secret")
    send("says that the link was used", is_there(page.locator("form p[role=alert]")), "wrong")
    page.reload()
    expect(by(page, "reset-note")).to_contain_text("Open the link that you received again")
