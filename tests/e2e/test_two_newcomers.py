"""The first hour of two people, through the page only: what a newcomer touches, in the order they touch it."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.builders import a_picture
from tests.controls.acts import at
from tests.controls.ledger import use
from tests.e2e.pages import PASSWORD, by, in_account_menu


@pytest.fixture
def server(start_server):
    """A new server, with the settings it has when nobody sets any: whoever comes first is its admin."""
    return start_server(NOVA_REGISTRATION="", NOVA_REGISTRATIONS_PER_ADDRESS="1000")


WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
ANOTHER_PASSWORD = "a much longer secret of ana"


def register(user, display_name):
    """Find the way from the first page to an account of one's own."""
    page = user.page
    page.goto("/")
    page.wait_for_url("**/login**")
    by(page, "to-register").click()
    page.wait_for_url("**/register**")
    expect(by(page, "registration-note")).to_contain_text("your account will administer this server")
    fill_in(user, display_name)


def invite(admin):
    """Make a link in the settings that leads others in; whoever is alone is shown the way there."""
    page = admin.page
    with use(page, "first-run-invite", effect="leads to the invites", holds=at(page, "/settings")):
        by(page, "first-run-invite").click()
    expect(by(page, "settings")).to_have_attribute("data-state", "ready")
    by(page, "server-invite-create").click()
    link = by(admin.page, "invite-url").input_value()
    admin.page.goto("/")
    admin.expect_connected()
    return link


def register_by(link, user, display_name):
    """Open the link and make an account; its token does not stay in the address bar."""
    page = user.page
    page.goto(urlsplit(link).path)
    expect(by(page, "registration-note")).to_have_text("Ana Maria invited you.")
    expect(page).to_have_url(re.compile(r"/register$"))
    fill_in(user, display_name)


def fill_in(user, display_name):
    page = user.page
    by(page, "auth-username").fill(user.username)
    by(page, "auth-display-name").fill(display_name)
    by(page, "auth-password").fill(PASSWORD)
    by(page, "auth-submit").click()
    user.expect_connected()
    expect(by(page, "conversation-new")).to_be_visible()


def start(user, kind, members, title=""):
    page = user.page
    before = page.url
    by(page, "conversation-new").click()
    by(page, f"conversation-kind-{kind}").click()
    if title:
        by(page, "conversation-title").fill(title)
    by(page, "conversation-members").fill(members)
    by(page, "conversation-create").click()
    page.wait_for_url(lambda url: url != before and "/c/" in url)
    expect(by(page, "composer")).to_be_enabled()
    return user.conversation_id


def show_list(user):
    """Go back to the list, as the narrow page asks for."""
    back = by(user.page, "back")
    if back.is_visible():
        back.click()
        expect(by(user.page, "conversation-new")).to_be_visible()


def open_from_list(user, conversation_id):
    show_list(user)
    user.open(conversation_id)


def go_to(user, place):
    show_list(user)
    user.page.get_by_role("link", name=place, exact=True).click()
    user.page.wait_for_url(f"**/{place.lower()}**")


def open_settings(user):
    show_list(user)
    in_account_menu(user.page, "settings-link").click()
    expect(by(user.page, "settings")).to_have_attribute("data-state", "ready")


def sign_out(user):
    show_list(user)
    by(user.page, "sign-out").click()
    user.page.wait_for_url("**/login**")


def sign_in(user, password):
    by(user.page, "auth-username").fill(user.username)
    by(user.page, "auth-password").fill(password)
    by(user.page, "auth-submit").click()
    user.expect_connected()


@pytest.fixture(params=[WIDE, PHONE], ids=["1280", "360"])
def pair(request, person, wire):
    """Two newcomers; the first is behind the wire."""
    ana = person(origin=wire.origin, register=False, viewport=request.param)
    ben = person(register=False, viewport=request.param)
    register(ana, "Ana Maria")
    register_by(invite(ana), ben, "Ben Fischer")
    return ana, ben


# Asking who is signed in, signed out, and a wrong password are answered so.
@pytest.mark.expects("status 401")
def test_the_first_hour(pair, wire):
    ana, ben = pair
    talk(ana, ben)
    direct = ana.conversation_id
    group = share(ana, ben)
    find(ana)
    change_picture_and_password(ana, ben, group)
    follow_a_link_signed_out(ana, group)
    use_a_second_tab(ana, ben, direct)
    lose_the_connection(ana, ben, direct, wire)
    go_to(ben, "Status")
    expect(by(ben.page, "status-sentence")).to_have_text("Nova is working normally.")


def talk(ana, ben):
    """A direct conversation, both ways."""
    room = start(ana, "direct", ben.username)
    ana.write("hello Ben")
    open_from_list(ben, room)
    ben.expect_texts("hello Ben")
    ben.write("hello Ana")
    ana.expect_texts("hello Ben", "hello Ana")
    ana.expect_state("hello Ben", "read")


def share(ana, ben):
    """A group with a file, read on the other side."""
    show_list(ana)
    room = start(ana, "group", ben.username, "Launch crew")
    by(ana.page, "composer-files").set_input_files(
        {"name": "plan.png", "mimeType": "image/png", "buffer": a_picture(size=(300, 200))}
    )
    expect(by(ana.page, "composer-file")).to_have_attribute("data-state", "done")
    ana.write("the plan for Thursday")
    ana.expect_state("the plan for Thursday", "sent", "delivered", "read")
    open_from_list(ben, room)
    row = ben.row("the plan for Thursday")
    expect(row.get_by_test_id("shown-file").locator("img").first).to_have_js_property("complete", value=True)
    expect(row).to_contain_text("Ana Maria")
    return room


def find(ana):
    """What was said is found, and the hit leads to it."""
    go_to(ana, "Search")
    by(ana.page, "search-text").press_sequentially("thursday")
    hit = by(ana.page, "search-hit")
    expect(hit).to_have_count(1)
    by(ana.page, "search-open").click()
    expect(ana.row("the plan for Thursday")).to_be_visible()


def change_picture_and_password(ana, ben, group):
    """The other sees the new picture; the old password is worth nothing."""
    open_settings(ana)
    by(ana.page, "settings-avatar").set_input_files(
        {"name": "me.png", "mimeType": "image/png", "buffer": a_picture(size=(300, 200))}
    )
    expect(ben.row("the plan for Thursday").locator(".avatar img").first).to_have_js_property("naturalWidth", 300)
    ana.page.get_by_label("Current password").fill(PASSWORD)
    ana.page.get_by_label("New password").fill(ANOTHER_PASSWORD)
    ana.page.get_by_role("button", name="Change password").click()
    expect(by(ana.page, "settings-password-outcome")).to_be_visible()


def follow_a_link_signed_out(ana, group):
    """After signing in one is where the link led."""
    sign_out(ana)
    ana.page.goto(f"/c/{group}?m=1")
    ana.page.wait_for_url("**/login**")
    sign_in_wrongly(ana)
    sign_in(ana, ANOTHER_PASSWORD)
    # Not a load event: it can be over before anybody waits for it.
    expect(ana.page).to_have_url(re.compile(f"/c/{group}"))
    expect(ana.row("the plan for Thursday")).to_be_visible()


def sign_in_wrongly(ana):
    by(ana.page, "auth-username").fill(ana.username)
    by(ana.page, "auth-password").fill(PASSWORD)
    by(ana.page, "auth-submit").click()
    expect(ana.page.get_by_text("Wrong user name or password.")).to_be_visible()
    expect(by(ana.page, "auth-username")).to_have_value(ana.username)


def use_a_second_tab(ana, ben, direct):
    """What is written in one tab stands in the other."""
    second = ana.new_page()
    second.goto(f"/c/{direct}")
    ana.expect_connected(second)
    expect(by(second, "composer")).to_be_enabled()
    by(second, "composer").fill("from another tab")
    by(second, "composer").press("Enter")
    open_from_list(ana, direct)
    ana.expect_texts("hello Ben", "hello Ana", "from another tab")
    open_from_list(ben, direct)
    ben.expect_texts("hello Ben", "hello Ana", "from another tab")
    second.close()


def lose_the_connection(ana, ben, direct, wire):
    """What is written without a connection goes out once, in order."""
    wire.cut()
    ana.expect_not_connected()
    for text in ("written on the train", "in the tunnel"):
        ana.write(text)
        ana.expect_state(text, "queued", "sending")
    expect(by(ana.page, "outbox-count")).to_have_text("2")
    wire.heal()
    ana.try_now()
    everything = ("hello Ben", "hello Ana", "from another tab", "written on the train", "in the tunnel")
    ana.expect_truth(direct, *everything)
    ben.expect_texts(*everything)
