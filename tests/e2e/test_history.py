"""A long conversation: scrolling, jumping, and nothing that moves under the reader's eyes."""

import contextlib
import re
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import Error, expect

from tests.e2e.conftest import server_of_file
from tests.e2e.pages import PASSWORD, by
from tests.long_history import fill

DAYS, PER_DAY = 12, 100
MESSAGES = DAYS * PER_DAY
DEEP = 10 * MESSAGES
LAST_DAY = datetime.now(UTC).date() - timedelta(days=30)
DRAWN_MAX = 300


server = server_of_file()
ROOMS = 17
"""One for each test below, the first ten times as long: they write in it and mark it read."""


def register(server, username):
    """Make an account over the API; gives the secret of its session, and its id."""
    body = {"username": username, "display_name": username.title(), "password": PASSWORD}
    with httpx.Client(base_url=server.origin) as client:
        client.post("/api/v1/auth/register", json=body).raise_for_status()
        return client.cookies["nova_session"], client.get("/api/v1/users/me").json()["user_id"]


@pytest.fixture(scope="module")
def long_rooms(server):
    """Long conversations of two accounts each, filled while the server stands still."""
    rooms = []
    for number in range(ROOMS):
        names = [f"long-{name}-{number}" for name in ("ana", "ben")]
        accounts = [register(server, name) for name in names]
        with httpx.Client(base_url=server.origin, cookies={"nova_session": accounts[0][0]}) as client:
            group = {"kind": "group", "title": "Long", "members": names[1:]}
            rooms.append((client.post("/api/v1/conversations", json=group).json()["id"], names, accounts))
    server.stop()
    for number, (room, _, accounts) in enumerate(rooms):
        ids = [user_id for _, user_id in accounts]
        per_day = PER_DAY if number else DEEP // DAYS
        fill(server.directory / "data", room, ids, days=DAYS, per_day=per_day, last_day=LAST_DAY)
    server.start()
    return rooms


@pytest.fixture
def long_room(long_rooms, person, wire):
    """Ana behind the wire and Ben, and their long conversation, which Ana looks at."""
    return enter_both(person, wire, long_rooms.pop(), MESSAGES)


@pytest.fixture
def deep_room(long_rooms, person, wire):
    """The same with ten times as many messages."""
    return enter_both(person, wire, long_rooms.pop(0), DEEP)


def enter_both(person, wire, long_room, messages):
    room, names, accounts = long_room
    ana = person(names[0], origin=wire.origin, register=False)
    ben = person(names[1], register=False)
    for user, (session, _) in zip((ana, ben), accounts, strict=True):
        # A conversation begins at its first unread message.
        with httpx.Client(base_url=wire.origin, cookies={"nova_session": session}) as client:
            client.patch(f"/api/v1/conversations/{room}/me", json={"read_seq": 2 * DEEP}).raise_for_status()
        user.enter(session, f"/c/{room}" if user is ana else "/")
    expect(ana.rows().last).to_contain_text(f"{messages}: ")
    return ana, ben, room


def top_seq(user):
    return int(user.rows().first.get_attribute("data-seq"))


def last_seq(user):
    return int(user.rows().last.get_attribute("data-seq"))


SCROLL = """(place) => {
    const view = document.querySelector("[data-timeline-scroll]");
    view.scrollTop = place === "top" ? -view.scrollHeight : 0;
    const { top, height } = view.getBoundingClientRect();
    const rows = [...view.querySelectorAll("[data-seq]")];
    const row = rows.find((row) => row.getBoundingClientRect().bottom > top + height / 2);
    const heights = (window.heights = []);
    const look = () => {
        heights.push(row.isConnected ? row.getBoundingClientRect().bottom : NaN);
        if (window.heights === heights) requestAnimationFrame(look);
    };
    look();
}"""


def scroll_to(user, place):
    """Scroll to ``top`` or ``bottom``; from then on, what is read there is watched in every frame."""
    user.page.evaluate(SCROLL, place)


def draw(user):
    """Wait until the page has drawn what is there now."""
    user.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def assert_unmoved(user):
    """The row that was in the middle of the view has stood where it was ever since."""
    draw(user)
    heights = user.page.evaluate("window.heights")
    assert len(heights) >= 2
    assert max(heights) - min(heights) <= 1, heights


def page_up(user, times=1):
    for _ in range(times):
        before = top_seq(user)
        scroll_to(user, "top")
        expect(user.rows().first).not_to_have_attribute("data-seq", str(before))
        expect_whole(user, "older")
        assert_unmoved(user)
        assert_gap_free(user)


def expect_whole(user, edge):
    """Wait until all of a page is drawn, which takes several frames."""
    expect(user.page.get_by_text(f"Loading {edge} messages…")).to_have_count(0)


def page_down(user):
    before = last_seq(user)
    scroll_to(user, "bottom")
    expect(user.rows().last).not_to_have_attribute("data-seq", str(before))
    expect_whole(user, "newer")
    assert_unmoved(user)
    assert_gap_free(user)


def assert_gap_free(user):
    seqs = user.seqs()
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
    assert len(seqs) <= DRAWN_MAX


def test_what_is_read_stays_where_it_is_while_pages_come_and_go(long_room):
    ana, _, _ = long_room
    page_up(ana, 12)
    assert last_seq(ana) < MESSAGES - DRAWN_MAX
    while last_seq(ana) < MESSAGES:
        page_down(ana)
    scroll_to(ana, "bottom")
    expect(by(ana.page, "jump-to-newest")).to_have_count(0)


WATCH_WHEEL = """() => {
    const view = document.querySelector("[data-timeline-scroll]");
    const moves = (window.moves = []);
    let last = new Map();
    const look = () => {
        const now = new Map();
        for (const row of view.querySelectorAll("[data-seq]")) {
            const { bottom } = row.getBoundingClientRect();
            if (last.has(row) && bottom > 150 && bottom < 650) moves.push(bottom - last.get(row));
            now.set(row, bottom);
        }
        last = now;
        requestAnimationFrame(look);
    };
    look();
}"""


def test_under_the_wheel_no_row_goes_further_than_the_wheel_or_the_other_way(long_room):
    ana, _, _ = long_room
    ana.page.evaluate(WATCH_WHEEL)
    ana.page.mouse.move(800, 400)
    for turn, count in ((-300, 80), (300, 40)):
        ana.page.evaluate("window.moves.length = 0")
        for _ in range(count):
            ana.page.mouse.wheel(0, turn)
            draw(ana)
        moves = ana.page.evaluate("window.moves.map((move) => -move)")
        # A slow machine draws what two turns did at once.
        assert min(turn * 3, 0) - 1 <= min(moves)
        assert max(moves) <= max(turn * 3, 0) + 1
        assert_gap_free(ana)
    assert last_seq(ana) < MESSAGES


def test_the_whole_way_up_ends_at_the_beginning(long_room):
    ana, _, _ = long_room
    while top_seq(ana) > 1:
        page_up(ana)
    scroll_to(ana, "top")
    expect(ana.page.get_by_text("This is the start of")).to_be_visible()


def test_whoever_reads_further_up_is_notified_of_what_comes_and_gets_there_with_one_press(long_room):
    ana, ben, room = long_room
    ben.page.goto(f"/c/{room}")
    page_up(ana, 8)
    newest = last_seq(ana)
    for text in ("first of two", "second of two"):
        ben.write(text)

    button = by(ana.page, "jump-to-newest")
    expect(button).to_have_attribute("data-new", "2")
    assert_unmoved(ana)
    assert last_seq(ana) == newest
    assert all(frame["seq"] <= MESSAGES for frame in ana.frames("sent", "read")), "what is out of sight was called read"
    button.click()
    expect(ana.row("second of two")).to_be_in_viewport()
    expect(button).to_have_count(0)
    expect(ana.page.locator("[data-timeline-scroll]")).to_be_focused()
    assert_gap_free(ana)
    ben.expect_state("second of two", "read")


def test_a_quote_leads_to_its_original_however_far_back(long_room):
    ana, ben, room = long_room
    path = f"/api/v1/conversations/{room}/messages"
    first = ben.context.request.get(f"{path}?around_seq=10&limit=1").json()["items"][0]
    reply = {"text": "as you said", "reply_to": first["message_id"]}
    assert ben.context.request.post(path, data=reply, headers={"Idempotency-Key": room}).ok
    by(ana.row("as you said"), "reply-quote").click()
    original = ana.page.locator(f"[data-testid=message][data-seq='{first['seq']}']")
    expect(original).to_be_in_viewport()
    expect(original).to_have_attribute("data-target", "true")
    assert ana.rows().count() <= DRAWN_MAX
    assert_gap_free(ana)


def test_ten_thousand_messages_back_and_there_again_loads_no_more_than_what_is_shown(deep_room):
    ana, ben, room = deep_room
    page, path = ana.page, f"/api/v1/conversations/{room}/messages"
    pages = []
    page.on("request", lambda request: pages.append(request.url) if f"{room}/messages?" in request.url else None)

    def expect_at(seq, *, at_most):
        original = page.locator(f"[data-testid=message][data-seq='{seq}']")
        expect(original).to_be_in_viewport()
        expect(original).to_have_attribute("data-target", "true")
        page.wait_for_load_state("networkidle")
        assert_gap_free(ana)
        assert len(pages) <= at_most, pages
        pages.clear()

    def go_back(newest):
        by(page, "jump-to-newest").click()
        expect(ana.row(newest)).to_be_in_viewport()
        expect(by(page, "jump-to-newest")).to_have_count(0)
        assert_gap_free(ana)
        pages.clear()

    quoted = ben.context.request.get(f"{path}?around_seq=60&limit=1").json()["items"][0]
    reply = {"text": "as you said", "reply_to": quoted["message_id"]}
    assert ben.context.request.post(path, data=reply, headers={"Idempotency-Key": room}).ok
    by(ana.row("as you said"), "reply-quote").click()
    expect_at(quoted["seq"], at_most=3)
    # The reply counts as new, unless it was on the screen for a second.
    new_before = int(by(page, "jump-to-newest").get_attribute("data-new"))
    ben.page.goto(f"/c/{room}")
    for text in ("first of two", "second of two"):
        ben.write(text)
    expect(by(page, "jump-to-newest")).to_have_attribute("data-new", str(new_before + 2))
    go_back("second of two")
    page.goto(f"/c/{room}?m=1200")
    expect_at(1_200, at_most=4)
    go_back("second of two")
    page.goto("/search?q=347")
    by(page, "search-hit").get_by_role("link", name="Open chat").click()
    expect_at(347, at_most=4)
    go_back("second of two")


def test_a_window_as_tall_as_two_screens_comes_to_rest(long_room):
    ana, _, room = long_room
    page = ana.page
    page.set_viewport_size({"width": 1280, "height": 3_200})
    asked = []
    page.on("request", lambda request: "/messages?" in request.url and asked.append(request.url))

    def is_at_rest():
        before = len(asked)
        page.wait_for_timeout(2_000)  # without an event to wait for: nothing may happen
        return len(asked) == before

    page.goto(f"/c/{room}?m={MESSAGES // 2}")
    expect(page.locator(f"[data-testid=message][data-seq='{MESSAGES // 2}']")).to_be_visible()
    ana.wait_until(is_at_rest, seconds=30)

    first = top_seq(ana)
    scroll_to(ana, "top")
    ana.wait_until(lambda: top_seq(ana) < first)
    last = last_seq(ana)
    scroll_to(ana, "bottom")
    ana.wait_until(lambda: last_seq(ana) > last)


def test_sending_leads_to_the_newest(long_room):
    ana, _, _ = long_room
    page_up(ana, 8)
    ana.write("written from far above")
    expect(ana.row("written from far above")).to_be_in_viewport()
    ana.expect_state("written from far above", "sent", "delivered", "read")


def test_a_hit_leads_to_its_message_with_what_was_said_around_it(long_room):
    ana, _, _ = long_room
    ana.page.goto("/search?q=347")
    hit = by(ana.page, "search-hit")
    expect(hit).to_have_count(1)
    hit.get_by_role("link", name="Open chat").click()

    target = ana.row("347: ")
    expect(target).to_be_in_viewport()
    expect(target).to_be_focused()
    expect(target).to_have_attribute("data-target", "true")
    expect(target).to_have_attribute("data-target", "false")
    assert_gap_free(ana)
    assert top_seq(ana) < 340
    assert last_seq(ana) > 354
    while last_seq(ana) < MESSAGES:
        page_down(ana)


@pytest.mark.parametrize("number", [str(MESSAGES + 500), "99999999999999999999", "soon", "0"])
def test_an_address_of_no_message_shows_the_newest_and_says_so(long_room, number):
    ana, _, room = long_room
    ana.page.goto(f"/c/{room}?m={number}")
    notice = by(ana.page, "jump-notice")
    expect(notice).to_contain_text("That message does not exist in this chat")
    expect(ana.rows().last).to_contain_text(f"{MESSAGES}: ")
    notice.get_by_role("button", name="Dismiss").click()
    expect(notice).to_be_hidden()
    assert_gap_free(ana)


def go_to(user, day):
    by(user.page, "go-to-date").press("Enter")
    field = by(user.page, "go-to-date-day")
    expect(field).to_be_focused()
    field.fill(day.isoformat())
    field.press("Enter")
    expect(field).to_be_hidden()


def test_a_day_is_reached_by_its_date_with_the_keyboard_alone(long_room):
    ana, _, _ = long_room
    go_to(ana, LAST_DAY - timedelta(days=7))
    first = (DAYS - 8) * PER_DAY + 1
    expect(ana.row(f"{first}: ").first).to_be_in_viewport()
    expect(ana.row(f"{first}: ").first).to_be_focused()
    assert_gap_free(ana)

    go_to(ana, LAST_DAY - timedelta(days=400))
    expect(ana.rows().first).to_contain_text("1: ")
    expect(ana.rows().first).to_be_in_viewport()
    go_to(ana, LAST_DAY + timedelta(days=1))
    expect(by(ana.page, "jump-notice")).to_contain_text("There are no messages on or after that day")
    expect(ana.rows().last).to_contain_text(f"{MESSAGES}: ")


def test_a_page_that_a_cut_line_keeps_away_says_why_where_it_is_missing_and_comes_by_retry(long_room, wire):
    ana, _, _ = long_room
    scroll_to(ana, "bottom")
    ana.page.wait_for_load_state("networkidle")
    before = top_seq(ana)
    wire.cut()
    scroll_to(ana, "top")
    failure = by(ana.page, "older-failure")
    reason = re.compile("Older messages could not be loaded. The server (cannot be reached|took too long)")
    expect(failure).to_contain_text(reason, timeout=40_000)
    assert top_seq(ana) == before
    wire.heal()
    deadline = time.monotonic() + 40
    while top_seq(ana) == before and time.monotonic() < deadline:
        # It may be faster by itself, when the line is back.
        with contextlib.suppress(Error):
            failure.get_by_role("button", name="Retry").click(timeout=1_000)
    assert top_seq(ana) < before
    expect(failure).to_have_count(0)
    assert_gap_free(ana)


def test_a_jump_that_a_cut_line_keeps_away_says_so_and_is_made_when_the_line_is_back(long_room, wire):
    ana, _, _ = long_room
    ana.page.wait_for_load_state("networkidle")
    wire.cut()
    go_to(ana, LAST_DAY - timedelta(days=7))
    notice = by(ana.page, "jump-notice")
    expect(notice).to_have_attribute("data-state", "error", timeout=40_000)
    expect(ana.rows().last).to_contain_text(f"{MESSAGES}: ")
    wire.heal()
    expect(ana.row(f"{(DAYS - 8) * PER_DAY + 1}: ").first).to_be_in_viewport(timeout=40_000)
    expect(notice).to_be_hidden()
