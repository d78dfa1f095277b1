"""A broken line, in every way a line breaks: nothing is lost, doubled or out of order."""

import json
import re
import time

import pytest
from playwright.sync_api import expect

from tests.controls.acts import say
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by
from tests.processes import until

MESSAGES = 40
OPEN_MAX_MS = 15_000
"""After this the longest attempt to connect is given up."""


server = shared_server()


@pytest.fixture
def ana(person, wire):
    """Somebody behind the wire, in a conversation of their own, with a line that was proven."""
    ana = person(origin=wire.origin)
    ana.room = ana.start_group("Wire")
    expect(by(ana.page, "connection-status")).to_have_attribute("data-synced", "true")
    return ana


def move_clock(user):
    """Let the test move this page's clock; until it does, time goes on."""
    user.install_clock()
    user.page.reload()
    user.expect_connected()
    expect(by(user.page, "composer")).to_be_enabled()


def state_of(user, page=None):
    return by(page or user.page, "connection-status").get_attribute("data-state")


def seconds_until(condition, *, page, at_most):
    """How long it takes until a condition holds; fails after ``at_most``."""
    begin = time.monotonic()
    until(condition, seconds=at_most, every=0.02, page=page)
    return time.monotonic() - begin


@pytest.mark.parametrize("fault", ["hole", "hole_down"])
def test_forty_messages_through_a_line_that_dies_in_the_middle(ana, wire, fault):
    texts = [f"m{number:02}" for number in range(MESSAGES)]
    for number, text in enumerate(texts):
        if number == 10:
            wire.set(fault)
        if number == 30:
            wire.cut()
        ana.write(text)
        expect(by(ana.page, "composer")).to_have_value("")
    wire.heal()

    assert seconds_until(lambda: len(ana.stored(ana.room)) == MESSAGES, page=ana.page, at_most=10) < 10
    ana.expect_truth(ana.room, *texts)
    for text in texts:
        ana.expect_state(text, "sent", "delivered", "read")
    if fault == "hole_down":
        # The server had them all along: they were sent again by name and stored once.
        acks = ana.frames("received", "ack")
        seen = ana.frames("received", "message")
        assert any(ack["duplicate"] for ack in acks) or len({frame["seq"] for frame in seen}) == MESSAGES


def test_an_attempt_into_a_tarpit_times_out_and_try_now_is_at_once(ana, wire):
    move_clock(ana)
    wire.set("tarpit")
    wire.reset()
    ana.write("out of the tarpit")
    expect(by(ana.page, "connection-banner")).to_be_visible()
    ana.page.wait_for_function(
        "() => window.messagingSockets.some((socket) => socket.readyState === WebSocket.CONNECTING)"
    )
    ana.page.clock.run_for(3_000)
    wire.heal()
    by(ana.page, "connection-retry").click()

    assert seconds_until(lambda: ana.stored(ana.room) == ["out of the tarpit"], page=ana.page, at_most=2) < 2
    ana.expect_truth(ana.room, "out of the tarpit")


def test_a_tarpit_heals_without_anybody(ana, wire):
    move_clock(ana)
    before = len(ana.lines)
    wire.set("tarpit")
    wire.reset()
    ana.write("by itself")
    for attempt in (1, 2):
        ana.wait_until(lambda attempt=attempt: len(ana.lines) == before + attempt)
        ana.page.clock.run_for(OPEN_MAX_MS)  # is given up
    wire.heal()

    seconds_until(lambda: ana.stored(ana.room) == ["by itself"], page=ana.page, at_most=24)
    ana.expect_truth(ana.room, "by itself")


def test_a_silent_line_is_found_while_nobody_does_anything(ana, wire):
    wire.hole()

    found = seconds_until(lambda: state_of(ana) != "CONNECTED", page=ana.page, at_most=16)
    wire.heal()
    ana.expect_connected()
    assert found <= 15.5


def test_an_unanswered_message_finds_a_silent_line_within_seven_seconds(ana, wire):
    wire.hole()
    ana.write("into the hole")

    found = seconds_until(lambda: state_of(ana) != "CONNECTED", page=ana.page, at_most=9)
    wire.heal()
    ana.expect_truth(ana.room, "into the hole")
    assert found <= 7.5


def test_a_server_that_closes_at_once_is_not_stormed(ana):
    dials = []

    def close_at_once(route):
        dials.append(route)
        route.close(code=1011)

    ana.page.route_web_socket(re.compile("/api/v1/socket"), close_at_once)
    ana.install_clock()
    ana.page.reload()
    expect(by(ana.page, "connection-status")).to_have_attribute("data-state", "DISCONNECTED")
    for _ in range(32):
        ana.page.clock.run_for(250)
        # An attempt that began in this quarter of a second has been answered before the next one begins.
        expect(by(ana.page, "connection-status")).to_have_attribute("data-state", "DISCONNECTED")

    assert 2 <= len(dials) <= 7
    assert state_of(ana) != "CONNECTED"


@pytest.mark.parametrize(
    ("code", "state", "reason", "dials"),
    [
        (4401, "CLOSED", "signed_out", 1),
        (4403, "CLOSED", "forbidden", 1),
        (4409, "CLOSED", "replaced", 1),
        (4426, "FAILED", "outdated", 1),
    ],
)
@pytest.mark.expects("lost connection")
def test_a_close_that_only_a_person_can_answer_ends_the_attempts(ana, code, state, reason, dials):
    lines = []

    def once(route):
        lines.append(route)
        if len(lines) == 1:
            route.close(code=code)
        else:
            route.connect_to_server()

    ana.page.route_web_socket(re.compile("/api/v1/socket"), once)
    ana.install_clock()
    ana.page.reload()
    status = by(ana.page, "connection-status")
    expect(status).to_have_attribute("data-state", state)
    expect(status).to_have_attribute("data-reason", reason)
    # What is being loaded does not come faster: with the clock alone its deadline would come.
    ana.page.wait_for_load_state("networkidle")
    ana.page.clock.run_for(60_000)
    assert len(lines) == dials

    banner = by(ana.page, "connection-banner")
    expect(banner).to_be_visible()
    if reason == "replaced":
        by(ana.page, "connection-retry").click()
        ana.expect_connected()


def test_an_event_that_is_lost_on_the_way_is_fetched_before_what_follows(person, wire):
    ana, ben = person(), person()
    room = ana.start_group("Gap", ben.username)

    def lose_one(route):
        server = route.connect_to_server()

        def pass_on(text):
            frames = [frame for frame in _frames(text) if not is_lost(frame)]
            if frames:
                route.send(json.dumps(frames))

        server.on_message(pass_on)
        route.on_message(server.send)

    lost = []

    def is_lost(frame):
        if frame["type"] == "message" and frame["text"] == "m57" and not lost:
            lost.append(frame)
            return True
        return False

    ben.page.route_web_socket(re.compile("/api/v1/socket"), lose_one)
    ben.page.reload()
    ben.open(room)
    texts = [f"m{number:02}" for number in range(99)]
    ana.page.goto("/healthz")
    say(ana, room, *texts)

    expect(ben.row("m98")).to_be_visible(timeout=5_000)
    assert lost
    ben.expect_truth(room, *texts)


def _frames(text):
    value = json.loads(text)
    return value if isinstance(value, list) else [value]


def test_a_line_lost_before_anything_was_ever_said_misses_nothing(person, wire):
    ana, ben = person(origin=wire.origin), person()
    room = ana.start_group("Silence", ben.username)
    ben.open(room)
    wire.cut()
    ben.write("said meanwhile")
    ben.expect_state("said meanwhile", "sent")
    wire.heal()

    ana.expect_truth(room, "said meanwhile")
    (welcome,) = ana.frames("received", "welcome")[-1:]
    assert welcome["recovered"][room] is True


def test_the_hundred_and_first_is_refused_and_stays_in_the_composer(ana, wire):
    wire.cut()
    ana.expect_not_connected()
    texts = [f"m{number:03}" for number in range(100)]
    composer = by(ana.page, "composer")
    for text in texts:
        ana.write(text)
        expect(composer).to_have_value("")
    ana.write("one too many")

    expect(composer).to_have_value("one too many")
    expect(by(ana.page, "composer-send")).to_be_disabled()
    expect(ana.page.get_by_text("100 messages are already waiting")).to_be_visible()
    wire.heal()
    ana.expect_connected()
    expect(by(ana.page, "outbox-count")).to_have_text("0")
    composer.press("Enter")
    expect(ana.rows()).to_have_count(101)
    answer = ana.context.request.get(f"/api/v1/conversations/{ana.room}/messages?after_seq=0&limit=100").json()
    assert [item["text"] for item in answer["items"]] == texts
    assert ana.texts() == [*texts, "one too many"]


def test_what_is_written_while_the_queue_drains_comes_last(ana, wire):
    wire.cut()
    ana.expect_not_connected()
    texts = [f"m{number:02}" for number in range(60)]
    for text in texts:
        ana.write(text)
    expect(by(ana.page, "outbox-count")).to_have_text("60")
    wire.heal()
    ana.try_now()
    ana.write("last")

    ana.expect_truth(ana.room, *texts, "last")


@pytest.mark.expects("lost connection")
def test_what_went_out_before_the_history_came_stays_on_the_screen(ana):
    broken = [True]
    ana.page.route("**/messages?limit=*", lambda route: route.abort() if broken[0] else route.continue_())
    ana.page.reload()
    expect(by(ana.page, "composer")).to_be_enabled()
    texts = [f"m{number:02}" for number in range(70)]
    for text in texts:
        ana.write(text)
    expect(by(ana.page, "outbox-count")).to_have_text("0")
    again = ana.page.get_by_role("button", name="Retry")
    expect(again).to_be_visible(timeout=20_000)
    broken[0] = False
    again.click()

    expect(ana.page.get_by_text("This is the start of")).to_be_visible()
    ana.expect_truth(ana.room, *texts)


@pytest.mark.expects("status 404")
def test_a_refused_message_fails_alone_and_goes_once_when_it_may(person, wire):
    ana, ben = person(origin=wire.origin), person()
    other = ben.start_group("Other", ana.username)
    room = ana.start_group("Room")
    wire.cut()
    ana.expect_not_connected()
    ana.write("one")
    ana.write("two")
    ana.open(other)
    ana.write("three")
    ana.open(room)
    ana.write("four")
    ana.write("five")
    # Removed from the other conversation meanwhile, on another device.
    left = ana.context.request.delete(f"http://localhost:{wire.target_port}/api/v1/conversations/{other}/members/me")
    assert left.ok, left.text()
    wire.heal()

    ana.expect_truth(room, "one", "two", "four", "five")
    ana.page.goto(f"/c/{other}")
    ana.expect_state("three", "failed")
    added = ben.context.request.post(
        f"/api/v1/conversations/{other}/members",
        data={"username": ana.username},
        headers={"Origin": ben.origin},
    )
    assert added.ok, added.text()
    expect(ana.page.locator(".timeline")).to_contain_text("This is the start of")
    expect(ana.row("three").get_by_role("button", name="Retry")).to_have_count(0)
    ana.row("three").get_by_role("button", name="Edit").click()
    by(ana.page, "composer").press("Enter")
    ana.expect_state("three", "sent", "delivered", "read")
    assert ben.stored(other) == ["three"]


def test_a_reload_between_sending_and_the_ack_makes_one_row(ana, wire):
    texts = [f"reload {number}" for number in range(8)]
    for number, text in enumerate(texts):
        ana.write(text)
        if number % 3 == 1:
            ana.wait_until(lambda text=text: text in [frame["text"] for frame in ana.frames("sent", "send")])
        elif number % 3 == 2:
            ana.expect_state(text, "sent", "delivered", "read")
        # At the earliest, once it is stored in this browser: until then it stays in the composer.
        expect(by(ana.page, "composer")).to_have_value("")
        ana.page.reload()
        expect(by(ana.page, "composer")).to_be_enabled()

    ana.expect_truth(ana.room, *texts)


WATCH_BANNER = """() => {
    const find = (testid) => document.querySelector(`[data-testid="${testid}"]`);
    new MutationObserver(() => {
        if (find("connection-status")?.dataset.state !== "CONNECTED") window.lostAt ??= performance.now();
        if (find("connection-banner")) window.bannerAt ??= performance.now();
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""


def test_short_trouble_has_no_banner_and_longer_trouble_has_one_that_says_when_it_is_over(ana, wire):
    banner, spoken = by(ana.page, "connection-banner"), ana.page.locator(".banner-frame [role=status]")
    ana.page.evaluate(WATCH_BANNER)
    wire.cut()
    expect(banner).to_be_visible(timeout=6_000)
    assert ana.page.evaluate("window.bannerAt - window.lostAt") >= 1_500
    expect(banner).to_have_attribute("data-about", "network")
    expect(spoken).to_contain_text("Cannot reach the server")
    wire.heal()
    ana.try_now()
    expect(banner).to_have_attribute("data-about", "back")
    expect(spoken).to_have_text("Back online.")
    expect(banner).to_have_count(0, timeout=5_000)


def test_who_sends_into_trouble_is_notified_at_once(ana, wire):
    wire.cut()
    ana.expect_not_connected()
    ana.write("now")

    expect(by(ana.page, "connection-banner")).to_be_visible(timeout=1_000)
    wire.heal()
    expect(by(ana.page, "connection-banner")).to_have_text("Back online. 1 message sent.", timeout=20_000)
    ana.expect_truth(ana.room, "now")


def test_messages_that_work_while_the_controls_do_not_have_one_honest_banner(ana, wire):
    blocked = [True]

    def controls(route):
        server = route.connect_to_server()
        if blocked[0]:
            server.on_message(lambda _: route.close(code=1011))

    ana.page.route_web_socket(re.compile("/_event"), controls)
    ana.page.reload()
    banner = by(ana.page, "connection-banner")
    ana.expect_connected()

    expect(banner).to_have_attribute("data-about", "pages", timeout=10_000)
    assert banner.count() == 1
    ana.write("still works")
    ana.expect_state("still works", "sent", "delivered", "read")
    blocked[0] = False
    expect(banner).to_have_count(0, timeout=20_000)
