"""The controls that lead people in: invites, the page they open, and the page to set a password."""

import re
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from tests.controls.acts import LINES, SIZES, WIDE, fresh, go_offline, holds_value, is_suggested, is_there
from tests.controls.ledger import use
from tests.controls.widths import widths
from tests.e2e.conftest import server_of_file
from tests.e2e.pages import PASSWORD, by

server = server_of_file(NOVA_REGISTRATION="invite")


def make_admin(server):
    """The name of an admin, made as on a server that nobody can register at."""
    name = fresh("admin").replace(" ", "")
    token = server.command("users", "add", name, "--admin").rpartition("/")[2]
    with httpx.Client(base_url=f"{server.origin}/api/v1") as client:
        client.post("/auth/reset", json={"token": token, "password": PASSWORD}).raise_for_status()
    return name


@pytest.fixture(scope="module")
def head(server):
    return make_admin(server)


@pytest.fixture
def sign_in(person):
    """Signs in with the password; the form for that has tests of its own."""

    def visit(name, **options):
        user = person(name, register=False, **options)
        account = {"username": name, "password": PASSWORD}
        assert user.context.request.post("/api/v1/auth/login", data=account).ok
        return user

    return visit


@pytest.fixture
def admin(sign_in, head):
    """The admin, where invites are made."""

    def visit(size=WIDE):
        user = sign_in(head, viewport=size)
        user.page.goto("/settings")
        expect(by(user.page, "server-invite-create")).to_be_enabled()
        user.expect_connected()
        user.context.grant_permissions(["clipboard-read", "clipboard-write"])
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


def make_invites(page):
    """Send the form in every way; gives the link for one."""
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
    return link.input_value()


def take_link(page, value):
    """Go to the part with the invites, and take the link along."""
    reached = lambda: page.url.endswith("#settings-invites")  # noqa: E731
    with use(page, "settings-nav-invites", effect="leads to that part", holds=reached):
        by(page, "settings-nav-invites").click()
    with use(page, "invite-url", effect="is chosen whole", holds=lambda: selected(page) == value):
        by(page, "invite-url").click(click_count=3)
    read = "navigator.clipboard.readText()"
    with use(page, "invite-copy", effect="copies it", holds=lambda: page.evaluate(read) == value):
        by(page, "invite-copy").click()


@pytest.mark.expects("status 422")
def test_an_invite_is_made_copied_used_and_revoked(admin, person):
    ana = admin()
    page = ana.page
    hostile = {"display_name": "<img src=x onerror=window.isTaken=true>"}
    assert ana.context.request.patch("/api/v1/users/me", data=hostile).ok
    for size in widths(ana):
        value = make_invites(page)
        take_link(page, value)
        ben = person(register=False, viewport=size)
        ben.page.goto(urlsplit(value).path)
        expect(by(ben.page, "registration-note")).to_contain_text(f"{hostile['display_name']} invited you")
        by(ben.page, "auth-display-name").fill("Ben")
        ben.submit_credentials()
        ben.expect_connected()
        page.goto("/settings")
        expect(by(page, "invite")).to_have_count(1)
        with use(page, "invite-end", effect="revokes it", holds=lambda: by(page, "invite").count() == 0):
            by(page, "invite-end").click()


@pytest.mark.expects("status 422", "lost connection")
def test_offline_an_invite_is_copied_and_what_is_typed_stays(admin):
    ana = admin()
    value = make_invites(ana.page)
    go_offline(ana)
    take_link(ana.page, value)
    type_into(ana.page, "settings-expires-in-seconds", "600")
    type_into(ana.page, "settings-max-uses", "2")


@pytest.mark.expects("status 422")
@LINES
def test_an_invite_needs_the_password_a_while_after_signing_in(admin, server, size, is_offline):
    ana = admin(size)
    page, asked, link = ana.page, by(ana.page, "settings-invite-password"), by(ana.page, "invite-url")
    server.age_sessions(ana.username)
    try:
        create(page, "asks for the password", is_there(asked), "wrong")
        if is_offline:
            go_offline(ana)
        type_into(page, "settings-invite-password", PASSWORD)
        if not is_offline:
            create(page, "makes a link", is_there(link), "right")
            expect(asked).to_have_count(0)
    finally:
        server.age_sessions(ana.username, -1)  # other tests go on with them


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
def test_a_password_is_set_with_nothing_something_wrong_and_all_right(sign_in, server, size):
    ana = sign_in(make_admin(server), viewport=size)
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
