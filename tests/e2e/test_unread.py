"""What is unread: where a conversation begins, what counts as seen, mentions in the list."""

import re

import pytest
from playwright.sync_api import expect

from tests.controls.acts import NARROW, SIZES, WIDE, at, expect_loaded_ahead, go_offline, say
from tests.controls.ledger import use
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()
MANY = 120


@pytest.fixture
def crowd(person):
    """Ana and Ben, and a group in which Ben has written more than one page that Ana has not seen."""
    ana, ben = person(), person(path="")
    room = ben.make_group("Crowd", ana.username)
    say(ben, room, *(f"number {number + 1}." for number in range(MANY)))
    expect(ana.item(room)).to_have_attribute("data-unread", str(MANY))
    return ana, ben, room


def read_seqs(user):
    return [frame["seq"] for frame in user.frames("sent", "read")]


def test_a_conversation_begins_at_the_first_unread_message_and_is_read_as_far_as_it_was_seen(crowd):
    ana, _, room = crowd
    page = ana.page
    ana.open(room)
    first = ana.row(re.compile(r"^.*number 1\.", re.DOTALL)).first
    expect(by(page, "new-marker")).to_be_in_viewport()
    expect(first).to_be_in_viewport()
    expect(by(page, "composer")).to_be_focused()

    expect(by(page, "jump-to-newest")).to_be_visible()
    ana.wait_until(lambda: 0 < int(ana.item(room).get_attribute("data-unread")) < MANY)
    shown = int(ana.item(room).get_attribute("data-unread"))
    answer = ana.context.request.get(f"/api/v1/conversations/{room}").json()
    assert answer["unread"] == shown
    assert max(read_seqs(ana)) == answer["read_seq"] == MANY - shown
    expect(by(page, "jump-to-newest")).to_have_attribute("data-new", str(shown))
    expect(page).to_have_title(f"({shown}) Crowd · Nova")
    with use(page, "jump-to-newest", effect="shows the newest", holds=lambda: ana.row(f"number {MANY}.").count() == 1):
        by(page, "jump-to-newest").click()
    expect(ana.item(room)).to_have_attribute("data-unread", "0")
    expect(page).to_have_title("Crowd · Nova")

    with use(page, "jump-to-unread", effect="shows the first unread", holds=first.is_visible):
        by(page, "jump-to-unread").click()
    expect(first).to_be_in_viewport()
    expect(by(page, "new-marker")).to_be_in_viewport()


def test_a_phone_leads_back_to_the_first_unread_message(person):
    ana, ben = person(path="", viewport=NARROW), person(path="")
    page = ana.page
    room = ben.make_group("Crowd", ana.username)
    say(ben, room, *(f"number {number + 1}." for number in range(MANY)))
    page.goto(f"/c/{room}")
    ana.expect_connected()
    first = ana.row(re.compile(r"^.*number 1\.", re.DOTALL)).first
    expect(first).to_be_in_viewport()
    by(page, "jump-to-newest").click()
    expect(ana.row(f"number {MANY}.")).to_have_count(1)
    with use(page, "jump-to-unread", effect="shows the first unread", holds=first.is_visible):
        by(page, "jump-to-unread").click()
    expect(first).to_be_in_viewport()


def test_nothing_is_read_that_nobody_looks_at(person):
    ana, ben = person(), person()
    room = ben.start_group("Hidden", ana.username)
    ana.open(room)
    away = ana.context.new_page()
    away.bring_to_front()
    ana.page.evaluate("Object.defineProperty(document, 'hasFocus', { value: () => false, configurable: true })")
    ben.write("one")
    ben.write("two")
    expect(ana.item(room)).to_have_attribute("data-unread", "2")
    expect(by(ana.page, "new-marker")).to_have_count(1)
    ben.expect_state("two", "delivered")
    assert read_seqs(ana) == []
    away.close()
    ana.page.evaluate("delete document.hasFocus; dispatchEvent(new Event('focus'))")
    expect(ana.item(room)).to_have_attribute("data-unread", "0")
    ben.expect_state("two", "read")


@SIZES
def test_a_mention_has_its_own_badge_a_marked_row_and_a_search(person, size):
    ana, ben = person(viewport=size), person(path="")
    room = ben.make_group("Mentions", ana.username)
    say(ben, room, "hello", f"look, @{ana.username}", "later")
    badge = by(ana.item(room), "conversation-mentions")
    expect(badge).to_have_attribute("data-count", "1")
    expect(ana.item(room)).to_have_attribute("data-unread", "3")

    ana.open(room)
    row = ana.row(f"look, @{ana.username}")
    expect(row).to_have_attribute("data-mentions-me", "true")
    expect(row.locator(".mention.me")).to_have_text(f"@{ana.username}")
    expect(ana.row("hello")).to_have_attribute("data-mentions-me", "false")
    expect(badge).to_have_count(0)
    edited = post_edit(ben, room, row, "never mind")
    assert edited.ok
    expect(ana.row("never mind")).to_have_attribute("data-mentions-me", "false")

    ana.page.goto("/")
    ana.expect_connected()
    say(ben, room, "@" + ana.username)
    hit = by(ana.page, "search-hit").first
    with use(ana.page, "mentions-link", effect="finds the mentions", holds=lambda: hit.count() == 1):
        by(ana.page, "mentions-link").click()
    expect(hit).to_be_visible()


@pytest.mark.expects("lost connection")
def test_mentions_are_looked_for_without_a_network(person):
    ana = person(path="", viewport=WIDE)
    page = ana.page
    ana.make_group("Quiet")
    page.goto("/")
    ana.expect_connected()
    expect_loaded_ahead(page, "search")
    go_offline(ana)
    with use(page, "mentions-link", effect="leads to the search", holds=at(page, "/search")):
        by(page, "mentions-link").click()


def test_whoever_has_no_conversation_finds_no_mention(person):
    ana = person(viewport=WIDE)
    page = ana.page
    with use(page, "mentions-link", effect="leads to the search", holds=at(page, "/search")):
        by(page, "mentions-link").click()
    expect(by(page, "search-hit")).to_have_count(0)


def post_edit(user, room, row, text):
    found = user.context.request.get(f"/api/v1/conversations/{room}/messages").json()["items"]
    (message,) = [item for item in found if str(item["seq"]) == row.get_attribute("data-seq")]
    path = f"/api/v1/conversations/{room}/messages/{message['message_id']}"
    return user.context.request.patch(path, data={"text": text}, headers={"Idempotency-Key": room})
