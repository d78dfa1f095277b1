"""Who has read what, who is here, who writes, and what was begun: between real browsers."""

import time

import pytest
from playwright.sync_api import expect

from nova_app.domain.presence import GRACE_SECONDS
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

AGREE_MS = 2_000
"""So long the devices of a person may disagree."""


server = shared_server()


def call(person, method, path, body):
    """A request of the person's page, as its own scripts make them."""
    answer = person.page.evaluate(
        """async ([method, path, body]) => {
            const headers = { "Content-Type": "application/json" };
            const answer = await fetch(`/api/v1/${path}`, { method, headers, body: JSON.stringify(body) });
            return [answer.status, await answer.json()];
        }""",
        [method, path, body],
    )
    assert answer[0] in (200, 201), answer
    return answer[1]


def start_direct(one, other):
    return call(one, "POST", "conversations", {"kind": "direct", "members": [other.username]})["id"]


def is_seen(person, room):
    return by(person.item(room), "presence")


def receipts(page, kind):
    return by(page, f"receipts-{kind}").locator("li > span:last-child")


def test_presence_shows_survives_a_reload_and_ends(person):
    ana, ben = person(path="/"), person(path="/")
    room = start_direct(ana, ben)

    expect(is_seen(ana, room)).to_have_text("online")
    expect(is_seen(ben, room)).to_be_visible()
    ana.open(room)
    expect(by(ana.page, "conversation-presence")).to_have_text("online")

    ana.page.evaluate("""() => {
        window.flickers = 0;
        const look = () => { if (!document.querySelector('[data-testid="presence"]')) window.flickers += 1; };
        new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
    }""")
    ben.page.reload()
    ben.expect_connected()
    expect(is_seen(ben, room)).to_be_visible()
    ben.open(room)
    ben.write("back")
    expect(ana.row("back")).to_be_visible()  # and with it everything that was sent before
    assert ana.page.evaluate("window.flickers") == 0

    ben.page.close()
    expect(is_seen(ana, room)).to_have_count(0, timeout=(GRACE_SECONDS + 6) * 1_000)
    expect(by(ana.page, "conversation-presence")).to_have_count(0)


def test_presence_can_be_hidden_both_ways_and_at_once(person):
    ana, ben, cleo = (person(path="/") for _ in range(3))
    room, other = start_direct(ana, ben), start_direct(ana, cleo)
    expect(is_seen(ana, room)).to_be_visible()
    expect(is_seen(ben, room)).to_be_visible()

    call(ben, "PATCH", "users/me", {"shares_presence": False})

    expect(is_seen(ana, room)).to_have_count(0, timeout=AGREE_MS)
    expect(is_seen(ben, room)).to_have_count(0, timeout=AGREE_MS)
    expect(is_seen(ana, other)).to_be_visible()
    ben.page.reload()
    ben.expect_connected()
    ben.open(room)
    ana.open(room)
    ana.page.evaluate("""() => {
        const notes = document.querySelector(".composer-notes");
        window.notes = notes.innerText;
        const look = () => { window.notes += notes.innerText; };
        new MutationObserver(look).observe(notes, { subtree: true, childList: true });
    }""")
    by(ben.page, "composer").press_sequentially("I am here")
    by(ben.page, "composer").press("Enter")
    expect(ana.row("I am here")).to_be_visible()  # and with it everything that was sent before
    assert is_seen(ana, room).count() == is_seen(ben, room).count() == 0
    assert "typing" not in ana.page.evaluate("window.notes")

    call(ben, "PATCH", "users/me", {"shares_presence": True})
    expect(is_seen(ana, room)).to_be_visible()
    expect(is_seen(ben, room)).to_be_visible()


def test_a_page_without_a_line_shows_nobody_as_online(person, wire):
    ana, ben = person(origin=wire.origin), person(path="/")
    room = start_direct(ana, ben)
    expect(is_seen(ana, room)).to_be_visible()

    wire.cut()
    ana.expect_not_connected()
    expect(is_seen(ana, room)).to_have_count(0)
    wire.heal()

    ana.expect_connected()
    expect(is_seen(ana, room)).to_be_visible()


def test_a_message_of_ones_own_shows_who_has_it(person):
    ana, ben, cleo = (person() for _ in range(3))
    cleo.page.goto("about:blank")
    room = ana.start_group("Receipts", ben.username, cleo.username)
    expect(ben.item(room)).to_be_visible()
    ana.write("who has this?")
    expect(ben.item(room)).to_have_attribute("data-unread", "1")

    opener = by(ana.row("who has this?"), "message-receipts")
    opener.press("Enter")

    dialog = by(ana.page, "receipts")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("who has this?")
    expect(receipts(ana.page, "delivered")).to_have_text([ben.username.title()])
    expect(receipts(ana.page, "waiting")).to_have_text([cleo.username.title()])
    assert receipts(ana.page, "read").count() == 0

    ben.open(room)
    expect(receipts(ana.page, "read")).to_have_text([ben.username.title()], timeout=AGREE_MS)
    cleo.page.goto(f"/c/{room}")
    expect(receipts(ana.page, "read")).to_have_count(2)
    assert receipts(ana.page, "waiting").count() == receipts(ana.page, "delivered").count() == 0
    ana.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    expect(opener).to_have_attribute("data-row-state", "read")
    assert by(ben.page, "message-receipts").count() == 0, "messages of others tell nothing"


KEEP_TYPING = """() => {
    const area = document.querySelector('[data-testid="composer"]');
    const { set } = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");
    const type = () => {
        set.call(area, area.value + "x");
        area.dispatchEvent(new Event("input", { bubbles: true }));
    };
    type();
    window.typist = setInterval(type, 300);
}"""


def test_who_types_is_named_three_at_most_and_for_a_few_seconds(person):
    ana = person()
    others = [person(path="") for _ in range(4)]
    room = ana.start_group("Typists", *(other.username for other in others))
    label = ana.page.locator(".composer-notes")
    for other in others:
        other.page.goto(f"/c/{room}")
        other.expect_connected()
        expect(by(other.page, "composer")).to_be_enabled()
    one, two, three, _ = (other.username.title() for other in others)
    begin = time.monotonic()

    others[0].page.evaluate(KEEP_TYPING)
    expect(label).to_have_text(f"{one} is typing…")
    expect(by(ana.item(room), "conversation-typing")).to_contain_text("is typing…")
    others[1].page.evaluate(KEEP_TYPING)
    expect(label).to_have_text(f"{one} and {two} are typing…")
    others[2].page.evaluate(KEEP_TYPING)
    expect(label).to_have_text(f"{one}, {two} and {three} are typing…")
    others[3].page.evaluate(KEEP_TYPING)
    expect(label).to_have_text(f"{one}, {two} and 2 others are typing…")

    others[3].page.evaluate("clearInterval(window.typist)")
    by(others[3].page, "composer").press("Enter")
    expect(label).to_have_text(f"{one}, {two} and {three} are typing…", timeout=AGREE_MS)
    for other in others:
        other.page.evaluate("clearInterval(window.typist)")
    seconds = time.monotonic() - begin
    expect(label).to_have_text("", timeout=9_000)
    assert len(others[0].frames("sent", "typing")) <= 1 + seconds / 3


def test_drafts_survive_a_reload_and_stand_in_the_list(person):
    ana = person()
    first, second = ana.start_group("First"), ana.start_group("Second")
    ana.open(first)
    by(ana.page, "composer").fill("half a\nthought")
    ana.open(second)

    draft = by(ana.item(first), "conversation-draft")
    expect(draft).to_have_text("Draft: half a thought")
    assert by(ana.item(second), "conversation-draft").count() == 0
    ana.page.reload()
    expect(draft).to_have_text("Draft: half a thought")
    tab = ana.new_page()
    tab.goto(f"/c/{first}")
    expect(by(tab, "composer")).to_have_value("half a\nthought")
    by(tab, "composer").fill("a whole thought")
    expect(draft).to_have_text("Draft: a whole thought")

    ana.open(first)
    expect(by(ana.page, "composer")).to_have_value("a whole thought")
    by(ana.page, "composer").press("Enter")
    expect(ana.row("a whole thought")).to_be_visible()
    expect(draft).to_have_count(0)
    expect(by(ana.item(first, tab), "conversation-draft")).to_have_count(0)


def test_the_tab_says_how_much_is_unread_and_all_devices_agree(person):
    ana, ben = person(), person()
    phone = person(ben.username, register=False)
    phone.sign_in()
    room = ana.start_group("Count", ben.username)
    expect(ben.page).to_have_title("Nova")
    for text in ("one", "two", "three"):
        ana.write(text)
    for device in (ben, phone):
        expect(device.page).to_have_title("(3) Nova", timeout=AGREE_MS)
        expect(device.item(room)).to_have_attribute("data-unread", "3")
    ben.page.get_by_role("link", name="Posts").click()
    expect(ben.page).to_have_title("(3) Posts · Nova")

    phone.open(room)
    expect(phone.page.locator(".new-marker")).to_have_count(1)

    for device, title in ((phone, "Count · Nova"), (ben, "Posts · Nova")):
        expect(device.page).to_have_title(title, timeout=AGREE_MS)
        expect(device.item(room)).to_have_attribute("data-unread", "0")
    ana.expect_state("three", "read")
    phone.page.get_by_role("link", name="Search", exact=True).click()
    ana.write("four")
    for device, title in ((phone, "(1) Search · Nova"), (ben, "(1) Posts · Nova")):
        expect(device.page).to_have_title(title, timeout=AGREE_MS)
    ben.open(room)
    expect(phone.page).to_have_title("Search · Nova", timeout=AGREE_MS)


def test_what_was_seen_without_a_connection_is_sent_when_it_is_back(person, wire):
    ana, ben = person(), person(origin=wire.origin)
    room = ana.start_group("Later", ben.username)
    ana.write("see me")
    expect(ben.item(room)).to_have_attribute("data-unread", "1")
    ben.open(room)
    ana.expect_state("see me", "read")
    ben.page.get_by_role("link", name="Chats", exact=True).click()
    ana.write("and me")
    expect(ben.item(room)).to_have_attribute("data-unread", "1")
    # What tells that it arrived must not still be on the wire.
    ana.expect_state("and me", "delivered")
    wire.cut()
    ben.expect_not_connected()

    ben.open(room)
    expect(ben.item(room)).to_have_attribute("data-unread", "0")
    ana.expect_state("and me", "delivered")
    wire.heal()

    ben.expect_connected()
    ana.expect_state("and me", "read")
    expect(ben.item(room)).to_have_attribute("data-unread", "0")


@pytest.mark.expects("notice SERVER_ERROR")
def test_a_notice_can_be_closed_while_the_receipts_are_open(person):
    ana, ben = person(), person()
    ana.start_group("Covered", ben.username)
    ana.write("who has this")
    ana.expect_state("who has this", "delivered", "sent")
    by(ana.page, "message-receipts").click()
    expect(by(ana.page, "receipts")).to_be_visible()

    ana.page.evaluate("novaReport({ code: 'internal' })")

    expect(by(ana.page, "notice")).to_have_count(1)
    by(ana.page, "notice-dismiss").click(timeout=3_000)
    expect(by(ana.page, "notice")).to_have_count(0)
    expect(by(ana.page, "receipts")).to_be_visible()


def test_whoever_came_later_does_not_count_as_having_read_what_was_said_before(person, server):
    ana, ben, cleo = (person() for _ in range(3))
    room = ana.start_group("Before", ben.username)
    ana.write("before")
    ana.expect_state("before", "delivered", "sent")
    body = {"username": cleo.username}
    ana.context.request.post(f"/api/v1/conversations/{room}/members", data=body, headers={"Origin": server.origin})
    ana.page.reload()
    ana.expect_connected()

    by(ana.row("before"), "message-receipts").click()

    expect(by(ana.page, "receipts")).to_be_visible()
    expect(by(ana.page, "receipts")).to_contain_text(ben.username.title())
    expect(by(ana.page, "receipts")).not_to_contain_text(cleo.username.title())
