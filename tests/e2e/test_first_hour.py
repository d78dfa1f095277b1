"""What a newcomer tries in the first hour: each thing works, or says why in words."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import shared_server
from tests.e2e.pages import PASSWORD, by, in_account_menu

server = shared_server()


def expect_at(user, path):
    """Wait for this address; a slash at the end of the path means the same page."""
    user.page.wait_for_url(lambda url: re.sub(r"/(?=$|[?#])", "", re.sub(r"^\w+://[^/]+", "", url)) == path.rstrip("/"))


def expect_to_sign_in(user, page="login"):
    user.page.wait_for_url(re.compile(rf"/{page}/?\?next="))


def sign_out(user):
    by(user.page, "sign-out").click()
    user.page.wait_for_url(re.compile(r"/login/?$"))


def open_dialog(user, kind):
    by(user.page, "conversation-new").click()
    by(user.page, f"conversation-kind-{kind}").click()


def name_members(user, members):
    by(user.page, "conversation-members").fill(members)
    by(user.page, "conversation-create").click()


def expect_refused(user, field, words):
    """The sentence stands at the field, the dialog stays open, nothing else is said."""
    box = by(user.page, f"conversation-{field}")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(user.page.locator("label", has=box)).to_contain_text(words)
    expect(user.page.locator("dialog[open]")).to_be_visible()
    expect(by(user.page, "notice")).to_have_count(0)


def test_a_direct_conversation_is_started_and_found_again(person):
    ana, ben = person(), person()
    open_dialog(ana, "direct")
    name_members(ana, f"@{ben.username.upper()} ")
    ana.page.wait_for_url(re.compile(r"/c/[0-9a-f-]{36}"))
    room = ana.conversation_id
    expect(ana.page.get_by_role("heading", name=ben.username.title(), exact=True)).to_be_visible()
    ana.write("hello")
    expect(ben.item(room)).to_have_attribute("data-unread", "1")

    ana.page.goto("/")
    ana.expect_connected()
    open_dialog(ana, "direct")
    name_members(ana, ben.username)
    expect_at(ana, f"/c/{room}")
    expect(by(ana.page, "conversation-item")).to_have_count(1)


def test_a_direct_conversation_with_nobody_oneself_or_two_says_so_at_its_field_and_can_be_corrected(person):
    ana, ben, cleo = person(), person(), person()
    open_dialog(ana, "direct")
    name_members(ana, "Bob Fischer")
    expect_refused(ana, "members", 'Nobody here has the user name "Bob Fischer".')
    name_members(ana, ana.username)
    expect_refused(ana, "members", "That is your own user name.")
    name_members(ana, f"{ben.username}, {cleo.username}")
    expect_refused(ana, "members", "A direct chat is with one person.")
    name_members(ana, "  ")
    expect_refused(ana, "members", "Enter a user name.")

    name_members(ana, ben.username)
    ana.page.wait_for_url(re.compile(r"/c/[0-9a-f-]{36}"))
    expect(by(ana.page, "conversation-item")).to_have_count(1)


def test_a_group_says_what_is_wrong_at_its_fields_in_the_words_of_the_labels(person):
    ana, ben = person(), person()
    open_dialog(ana, "group")
    name_members(ana, "")
    expect_refused(ana, "title", "Give the group a name")
    by(ana.page, "conversation-title").fill("Team")
    name_members(ana, "Bob Fischer, Cleo.Unknown")
    expect_refused(ana, "members", 'Nobody here has these user names: "Bob Fischer", "Cleo.Unknown".')

    name_members(ana, f"{ben.username}, @{ben.username}, {ana.username}, {ben.username.upper()}")
    expect(ana.page.get_by_role("heading", name="Team", exact=True)).to_be_visible()
    members = ana.context.request.get("/api/v1/conversations").json()["items"][0]["members"]
    assert sorted(member["username"] for member in members) == sorted([ana.username, ben.username])


def boxes_overlap(one, other):
    return (
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


@pytest.mark.expects("notice SERVER_ERROR")
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("count", [1, 25])
def test_notices_cover_neither_the_newest_message_nor_the_composer(person, width, count):
    ana = person(viewport={"width": width, "height": 640})
    ana.start_group("Covered")
    for number in range(count):
        ana.write(f"message {number}!")
    ana.expect_state(f"message {count - 1}!", "sent")
    for code in ("internal", "unavailable", "not_allowed", "page_failed", "outbox_full"):
        ana.page.evaluate(f"novaReport({{ code: '{code}', kind: 'SERVER_ERROR' }})")
    notices = by(ana.page, "notice")
    expect(notices).to_have_count(5)

    region = ana.page.locator(".notices").bounding_box()
    newest, composer = ana.rows().last, by(ana.page, "composer")
    expect(newest).to_be_in_viewport(ratio=0.9)
    assert not boxes_overlap(region, newest.bounding_box())
    assert not boxes_overlap(region, composer.bounding_box())


@pytest.mark.expects("status 401")
@pytest.mark.parametrize("path", ["/settings?part=1&x=%2F#devices", "/posts", "/search?q=plan%20b", "/status"])
def test_whoever_is_sent_to_sign_in_is_afterwards_where_they_wanted_to_go(person, path):
    ana = person()
    sign_out(ana)
    ana.page.goto(path)
    expect_to_sign_in(ana)
    ana.submit_credentials()
    expect_at(ana, path)


@pytest.mark.expects("status 401")
def test_a_link_to_a_message_survives_signing_in_and_registering(person):
    ana = person()
    room = ana.start_group("Linked")
    for text in ("one", "two"):
        ana.write(text)
    ana.expect_state("two", "sent")
    sign_out(ana)
    ana.page.goto(f"/c/{room}?m=1")
    expect_to_sign_in(ana)
    ana.submit_credentials()
    expect_at(ana, f"/c/{room}?m=1")
    expect(ana.row("one")).to_have_attribute("data-target", "true")

    newcomer = person(register=False)
    newcomer.page.goto("/posts")
    expect_to_sign_in(newcomer)
    newcomer.page.get_by_role("link", name="Create your account").click()
    expect_to_sign_in(newcomer, "register")
    by(newcomer.page, "auth-display-name").fill("Newcomer")
    newcomer.submit_credentials()
    expect_at(newcomer, "/posts")


@pytest.mark.expects("lost connection")
def test_who_is_signed_in_already_goes_on_from_the_sign_in_page(person):
    ana = person(path="")
    for address, reached in (("/search?q=x", "/search?q=x"), ("/..//evil.invalid", "/"), ("//evil.invalid", "/")):
        ana.page.goto(f"/login?next={address.replace('?', '%3F')}")
        expect_at(ana, reached)


def test_who_leaves_elsewhere_keeps_a_conversation_that_can_only_be_read(person):
    ana, ben = person(), person()
    room = ana.start_group("Left", ben.username)
    ben.open(room)
    ana.write("stay")
    expect(ben.row("stay")).to_be_visible()
    by(ben.page, "composer").fill("half a thought")

    leave = ben.context.request.delete(f"/api/v1/conversations/{room}/members/me", headers={"Origin": ben.origin})
    assert leave.status == 204

    expect(by(ben.page, "former-member-note")).to_have_text("You are no longer in this group.")
    expect(by(ben.page, "composer")).to_be_disabled()
    expect(by(ben.page, "composer")).to_have_value("half a thought")
    expect(ben.item(room)).to_have_count(0)
    expect(ben.row("stay")).to_be_visible()
    expect(by(ben.page, "connection-status")).to_have_attribute("data-synced", "true")

    ana.context.request.post(
        f"/api/v1/conversations/{room}/members", data={"username": ben.username}, headers={"Origin": ana.origin}
    )
    expect(by(ben.page, "composer")).to_be_enabled()
    ben.write("back")
    expect(ana.row("back")).to_be_visible()


@pytest.mark.expects("status 404")
def test_what_waits_for_a_group_that_its_author_left_fails_without_a_retry(person, wire):
    ana, ben = person(), person(origin=wire.origin)
    room = ana.start_group("Gone", ben.username)
    ben.open(room)
    wire.cut()
    ben.expect_not_connected()
    ben.write("too late")
    ben.expect_state("too late", "queued", "sending")
    ben.context.request.delete(f"{ana.origin}/api/v1/conversations/{room}/members/me", headers={"Origin": ana.origin})
    wire.heal()
    ben.try_now()
    ben.expect_connected()

    ben.expect_state("too late", "failed")
    failure = ben.page.locator(".row-failure")
    expect(failure).to_contain_text("You are no longer in this group")
    expect(failure.get_by_role("button", name="Retry")).to_have_count(0)
    expect(failure.get_by_role("button", name="Delete")).to_be_visible()


def test_an_empty_file_offers_only_what_can_help(person):
    ana = person(path="")
    ana.page.goto("/posts")
    by(ana.page, "post-files").set_input_files([{"name": "e.txt", "mimeType": "text/plain", "buffer": b""}])

    chip = by(ana.page, "post-file")
    expect(chip).to_have_attribute("data-state", "failed")
    expect(chip.get_by_role("button", name="Remove e.txt")).to_be_visible()
    expect(chip.get_by_role("button", name="Retry")).to_have_count(0)
    expect(ana.page.get_by_text("Remove the file that failed.")).to_be_visible()


@pytest.mark.expects("status 401")
def test_a_mistyped_password_is_no_error_of_the_session(person):
    ana = person()
    sign_out(ana)
    by(ana.page, "auth-username").fill(ana.username)
    by(ana.page, "auth-password").fill(PASSWORD + "x")
    by(ana.page, "auth-submit").click()
    expect(ana.page.get_by_text("Wrong user name or password.")).to_be_visible()
    assert ana.error_log() == []
    ana.submit_credentials()

    history = by(ana.page, "error-history")
    expect(history).to_have_count(0)
    ana.page.evaluate("novaReport({ code: 'timed_out' })")
    expect(history).to_contain_text("Recent errors (1)")
    ana.page.reload()
    ana.expect_connected()
    expect(history).to_have_count(0)


@pytest.mark.expects("status 404")
def test_an_unknown_conversation_has_a_title_and_a_way_on(person):
    ana = person(path="")
    ana.page.goto("/c/00000000-0000-4000-8000-000000000000")
    expect(ana.page.get_by_role("heading", name="Chat not found", level=1)).to_be_visible()
    by(ana.page, "conversation-missing-back").click()
    expect_at(ana, "/")


@pytest.mark.parametrize("keys", ["Control+Enter", "Meta+Enter"])
def test_ctrl_or_cmd_enter_posts_and_enter_alone_breaks_the_line(person, keys):
    ana = person(path="")
    ana.page.goto("/posts")
    expect(ana.page.get_by_text("Ctrl+Enter")).to_be_visible()
    box = by(ana.page, "post-text")
    box.fill("first")
    box.press("Enter")
    box.press_sequentially("second")
    expect(box).to_have_value("first\nsecond")
    box.press(keys)

    expect(by(ana.page, "post").first).to_contain_text("first")
    expect(box).to_have_value("")


def test_the_start_of_a_conversation_says_what_it_is_and_who_made_it(person):
    ana = person()
    ana.start_group_in_page("Design team")
    ana.write("first")

    start = ana.page.get_by_text("This is the start of Design team.")
    expect(start).to_be_visible()
    expect(start).to_contain_text(re.compile(rf"Created by {ana.username.title()}, \w+"))


@pytest.mark.expects("notice SERVER_ERROR")
def test_recent_errors_are_copied_saved_and_cleared(person):
    ana = person(permissions=["clipboard-read", "clipboard-write"])
    ana.page.evaluate("novaReport({ code: 'internal', request_id: 'r-1' })")
    in_account_menu(ana.page, "error-history-toggle").click()
    by(ana.page, "problem-copy").click()
    expect(by(ana.page, "problem-copy")).to_have_text("Copied")
    assert '"request_id": "r-1"' in ana.page.evaluate("navigator.clipboard.readText()")

    ana.page.goto("/settings")
    with ana.page.expect_download() as download:
        by(ana.page, "settings-errors-save").click()
    assert "r-1" in download.value.path().read_text(encoding="utf-8")
    by(ana.page, "settings-errors-clear").click()
    assert ana.error_log() == []


def test_the_speed_of_a_search_is_among_its_details(person):
    ana = person()
    ana.start_group_in_page("Plans")
    ana.write("the launch is on Thursday")
    ana.expect_state("the launch is on Thursday", "sent")
    ana.page.goto("/search?q=launch")
    expect(by(ana.page, "search-count")).to_have_text("1 result")
    expect(ana.page.get_by_text("rows read")).to_be_hidden()
    by(ana.page, "search-details").click()
    expect(ana.page.get_by_text("rows read")).to_be_visible()


def test_who_has_no_chats_yet_starts_one_from_the_page_of_welcome(person):
    ana = person()
    expect(ana.page.get_by_role("heading", name="Say hello")).to_be_visible()
    by(ana.page, "welcome-new").click()
    expect(by(ana.page, "conversation-members")).to_be_focused()


def test_another_tab_says_that_the_person_signed_out(person):
    ana = person()
    other = ana.new_page()
    other.goto("/")
    ana.expect_connected(other)
    sign_out(ana)
    expect(by(other, "connection-banner")).to_contain_text("You signed out in another tab.")
