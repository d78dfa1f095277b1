"""The controls of a long conversation: its edges, jumps and the way back."""

import re
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.controls.acts import (
    LINES,
    SIZES,
    WIDE,
    fresh,
    go_offline,
    holds_value,
    is_gone,
    is_there,
    open_empty,
    refuse,
    say,
)
from tests.controls.ledger import use, wait_until
from tests.controls.widths import widths
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()
MESSAGES = 220
BROKEN = re.compile(r"/messages\?(before_seq|after_seq|around_seq|at)=")


@pytest.fixture(scope="module")
def long_rooms(guest):
    """A long conversation of each guest."""
    rooms = {}

    def room_of(user):
        if user.username not in rooms:
            rooms[user.username] = room = user.make_group(fresh("Long"))
            say(user, room, *(f"number {number + 1}." for number in range(MESSAGES)))
        return rooms[user.username]

    return room_of


@pytest.fixture
def visit(guest, long_rooms):
    def visit(place="", *, is_offline=False, **options):
        user = guest("", **options)
        user.page.unroute(BROKEN)
        user.page.goto(f"/c/{long_rooms(user)}{place}")
        expect(user.rows().first).to_be_visible()
        user.expect_connected()
        if is_offline:
            go_offline(user)
        return user

    return visit


def seq(user, which):
    rows = user.rows()
    return int(rows.nth(0 if which == "first" else rows.count() - 1).get_attribute("data-seq"))


def expect_still(page, edge):
    """Wait until what is loaded because it is close is there; a page is drawn part by part."""
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text(f"Loading {edge} messages…")).to_have_count(0)


def press(page, testid):
    """Press a button by the keyboard, without scrolling to it: what is near loads by itself."""
    by(page, testid).evaluate("button => button.focus({ preventScroll: true })")
    page.keyboard.press("Enter")


SCROLL = "y => { const view = document.querySelector('[data-timeline-scroll]'); view.scrollTop = y }"


def scroll_until_refused(page, place, retry):
    """Scroll to this edge until what is loaded there is refused; what was asked for before moves the edge away."""

    def is_refused():
        page.evaluate(SCROLL, place)
        return by(page, retry).is_visible()

    refuse(page, BROKEN)
    wait_until(page, is_refused, f"{retry} did not appear")
    page.unroute(BROKEN)


@pytest.mark.expects("status 418")
@SIZES
def test_older_messages_are_loaded_and_a_failure_is_tried_again(visit, size):
    user = visit(size=size)
    page = user.page
    expect(user.rows().last).to_contain_text(f"number {MESSAGES}.")
    expect_still(page, "older")
    first = seq(user, "first")
    with use(page, "load-older", effect="loads older ones", holds=lambda: seq(user, "first") < first):
        press(page, "load-older")
    scroll_until_refused(page, -100_000, "older-retry")
    first = seq(user, "first")
    with use(page, "older-retry", effect="loads older ones", holds=lambda: seq(user, "first") < first):
        by(page, "older-retry").click()


@pytest.mark.expects("status 418")
@SIZES
def test_newer_messages_are_loaded_and_a_failure_is_tried_again(visit, size):
    user = visit("?m=30", size=size)
    page = user.page
    expect(user.row("number 30.")).to_be_in_viewport()
    expect_still(page, "newer")
    last = seq(user, "last")
    with use(page, "load-newer", effect="loads newer ones", holds=lambda: seq(user, "last") > last):
        press(page, "load-newer")
    scroll_until_refused(page, 0, "newer-retry")
    last = seq(user, "last")
    with use(page, "newer-retry", effect="loads newer ones", holds=lambda: seq(user, "last") > last):
        by(page, "newer-retry").click()


@pytest.mark.expects("lost connection")
@LINES
def test_the_way_back_to_the_newest(visit, size, is_offline):
    user = visit("?m=30", size=size)
    expect(user.row("number 30.")).to_be_in_viewport()
    if is_offline:
        go_offline(user)
    newest = user.row(f"number {MESSAGES}.")
    with use(user.page, "jump-to-newest", effect="shows the newest", holds=is_there(newest)):
        by(user.page, "jump-to-newest").click()


@pytest.mark.expects("lost connection")
@LINES
def test_a_day_is_gone_to(visit, size, is_offline):
    user = visit(size=size)
    page, field = user.page, by(user.page, "go-to-date-day")
    today = page.evaluate("new Date().toLocaleDateString('sv')")
    if is_offline:
        go_offline(user)
    with use(page, "go-to-date", effect="asks for a day", holds=is_there(field)):
        by(page, "go-to-date").click()
    page.evaluate("document.addEventListener('invalid', () => (window.refused += 1), true)")
    for typed, sends in (("", "empty"), ("0230", "wrong")):
        field.press_sequentially(typed)
        page.evaluate("window.refused = 0")
        refused = partial(page.evaluate, "window.refused > 0")
        with use(page, "go-to-date-submit", effect="asks for a whole day", holds=refused, sends=sends):
            by(page, "go-to-date-submit").click()
    field.fill("")
    with use(page, "go-to-date-day", effect="holds the day", holds=holds_value(field, today)):
        year, month, day = today.split("-")
        field.press_sequentially(f"{month}{day}{year}")
    reached = by(page, "jump-notice") if is_offline else user.row("number 1.")
    effect = "says that it cannot be loaded" if is_offline else "shows the first message of the day"
    with use(page, "go-to-date-submit", effect=effect, holds=is_there(reached), sends="right"):
        by(page, "go-to-date-submit").click()


@pytest.mark.expects("lost connection")
def test_a_day_after_the_last_message_is_said_and_dismissed(visit):
    user = visit()
    page, notice = user.page, by(user.page, "jump-notice")
    for _ in widths(user):
        by(page, "go-to-date").click()
        by(page, "go-to-date-day").fill("2999-01-01")
        later = notice.and_(page.locator("[data-state=later]"))
        effect = "says that nothing was written then"
        with use(page, "go-to-date-submit", effect=effect, holds=is_there(later), sends="right"):
            by(page, "go-to-date-submit").click()
        with use(page, "jump-dismiss", effect="puts the notice away", holds=is_gone(later)):
            by(page, "jump-dismiss").click()


def ask_for_today(page):
    """Ask for the messages of today; what comes of it is not waited for."""
    by(page, "go-to-date").click()
    by(page, "go-to-date-day").fill(page.evaluate("new Date().toLocaleDateString('sv')"))
    by(page, "go-to-date-submit").click()


@pytest.mark.expects("status 418")
def test_a_jump_that_failed_is_made_again(visit):
    user = visit()
    page = user.page
    for _ in widths(user):
        refuse(page, BROKEN)
        ask_for_today(page)
        expect(by(page, "jump-retry")).to_be_visible()
        page.unroute(BROKEN)
        with use(page, "jump-retry", effect="shows the message", holds=is_there(user.row("number 1."))):
            by(page, "jump-retry").click()
        by(page, "jump-to-newest").click()
        expect(user.row(f"number {MESSAGES}.")).to_be_visible()
        expect(user.row("number 1.")).to_have_count(0)


@pytest.mark.expects("lost connection")
def test_offline_older_messages_are_asked_for_and_a_jump_is_put_away(visit):
    user = visit(size=WIDE, is_offline=True)
    page = user.page
    with use(page, "load-older", effect="says that it cannot", holds=is_there(by(page, "older-retry"))):
        press(page, "load-older")
    ask_for_today(page)
    expect(by(page, "jump-dismiss")).to_be_visible(timeout=20_000)
    with use(page, "jump-dismiss", effect="puts it away", holds=is_gone(by(page, "jump-dismiss"))):
        by(page, "jump-dismiss").click()


@pytest.mark.expects("lost connection")
def test_offline_newer_messages_are_asked_for(visit):
    user = visit("?m=30", size=WIDE)
    page = user.page
    expect(user.row("number 30.")).to_be_in_viewport()
    go_offline(user)
    with use(page, "load-newer", effect="says that it cannot", holds=is_there(by(page, "newer-retry"))):
        press(page, "load-newer")


def test_an_empty_conversation_is_asked_for_a_day(guest):
    user = guest("", size=WIDE)
    page, field = user.page, by(user.page, "go-to-date-day")
    open_empty(user, user.make_group(fresh("Empty")))
    with use(page, "go-to-date", effect="asks for a day", holds=is_there(field)):
        by(page, "go-to-date").click()
    today = page.evaluate("new Date().toLocaleDateString('sv')")
    year, month, day = today.split("-")
    with use(page, "go-to-date-day", effect="holds the day", holds=holds_value(field, today)):
        field.press_sequentially(f"{month}{day}{year}")
    nothing = by(page, "jump-notice").and_(page.locator("[data-state=later]"))
    with use(page, "go-to-date-submit", effect="says there is nothing", holds=is_there(nothing), sends="right"):
        by(page, "go-to-date-submit").click()
    with use(page, "jump-dismiss", effect="puts it away", holds=is_gone(nothing)):
        by(page, "jump-dismiss").click()
