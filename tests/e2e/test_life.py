"""What happens to pages and tabs must not happen to the messages."""

import copy
import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import CHROMIUM_ARGS, shared_server
from tests.e2e.pages import Person, by, usernames
from tests.processes import until
from tests.tools import find_chromium

server = shared_server()


def everything_wakes(page):
    """All signs of life within a moment, twenty times, as sleeping laptops give them."""
    page.evaluate("""async () => {
        for (let turn = 0; turn < 20; turn += 1) {
            dispatchEvent(new Event("online"));
            document.dispatchEvent(new Event("visibilitychange"));
            dispatchEvent(new Event("focus"));
            dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
    }""")


def test_signs_of_life_that_come_together_ping_and_never_connect_twice(person):
    ana = person()
    ana.start_group("Wakes")
    pings = len(ana.frames("sent", "ping"))
    dials = len(ana.lines)

    everything_wakes(ana.page)

    assert len(ana.lines) == dials
    assert 1 <= len(ana.frames("sent", "ping")) - pings <= 4
    ana.expect_connected()


def test_a_browser_that_wrongly_says_offline_stays_connected(person):
    ana = person(script="Object.defineProperty(navigator, 'onLine', { get: () => window.isOnline ?? true })")
    ana.start_group("Liar")
    dials, answers = len(ana.lines), len(ana.frames("received", "pong"))

    ana.page.evaluate("window.isOnline = false; dispatchEvent(new Event('offline'))")
    ana.wait_until(lambda: len(ana.frames("received", "pong")) > answers)

    ana.expect_connected()
    assert len(ana.lines) == dials
    assert by(ana.page, "connection-banner").count() == 0


def test_a_page_that_is_left_reports_its_figures_without_saying_whose(person, server):
    ana = person()
    ana.start_group("Figures")
    before = server.log_size()
    ana.page.goto("/healthz")

    reports = until(lambda: [line for line in server.log_from(before).splitlines() if "connection report" in line])
    line = reports[-1]
    assert "dials=" in line
    assert ana.username not in line


def test_a_frozen_page_comes_back_with_everything_it_missed(person):
    ana, ben = person(), person()
    room = ana.start_group("Frozen", ben.username)
    ben.open(room)
    cdp = ben.context.new_cdp_session(ben.page)
    cdp.send("Page.setWebLifecycleState", {"state": "frozen"})
    texts = [f"while frozen {number}" for number in range(5)]
    for text in texts:
        ana.write(text)
    ana.expect_state(texts[-1], "sent", "delivered")
    cdp.send("Page.setWebLifecycleState", {"state": "active"})

    ben.expect_connected()
    expect(ben.row(texts[-1])).to_be_visible(timeout=3_000)
    ben.expect_truth(room, *texts)


def test_back_from_another_page_restores_connection_and_draft(chromium, server):
    # Playwright switches the cache of left pages off: this browser has it.
    with_cache = chromium.browser_type.launch(
        executable_path=find_chromium(),
        args=[*CHROMIUM_ARGS, "--enable-features=BackForwardCache"],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    ana = Person(with_cache.new_context(base_url=server.origin))
    try:
        ana.register()
        room = ana.start_group("Back")
        ana.write("before")
        ana.expect_state("before", "sent")
        by(ana.page, "composer").fill("a draft")
        ana.page.evaluate("addEventListener('pageshow', (event) => { window.wasKept = event.persisted })")
        ana.page.goto("/healthz")
        ana.page.go_back(wait_until="commit")

        assert ana.page.evaluate("window.wasKept"), "the page was not kept: its socket was still open"
        expect(by(ana.page, "connection-status")).to_have_attribute("data-state", "CONNECTED", timeout=2_000)
        expect(by(ana.page, "composer")).to_have_value("a draft")
        by(ana.page, "composer").press("Enter")
        ana.expect_truth(room, "before", "a draft")
        assert not ana.errors
    finally:
        with_cache.close()


def test_what_was_written_offline_outlives_the_browser(chromium, server, wire, tmp_path):
    def launch(username=""):
        context = chromium.browser_type.launch_persistent_context(
            tmp_path / "profile", executable_path=find_chromium(), args=CHROMIUM_ARGS, base_url=wire.origin
        )
        return Person(context, username)

    texts = [f"offline {number:02}" for number in range(20)]
    ana = launch()
    ana.register()
    room = ana.start_group("Killed")
    wire.cut()
    ana.expect_not_connected()
    for text in texts:
        ana.write(text)
        ana.expect_state(text, "queued", "sending")
    ana.context.close()

    wire.heal()
    again = launch(ana.username)
    try:
        again.page.goto(f"/c/{room}")
        again.expect_truth(room, *texts)
    finally:
        again.context.close()


WITHOUT_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined })"


@pytest.mark.parametrize("script", ["", WITHOUT_LOCKS], ids=["with locks", "without locks"])
def test_three_tabs_share_one_queue(person, wire, script):
    ana = person(origin=wire.origin, script=script)
    room = ana.start_group("Tabs")
    tabs = [ana.page, ana.new_page(), ana.new_page()]
    for tab in tabs[1:]:
        tab.goto(f"/c/{room}")
        ana.expect_connected(tab)
    wire.cut()
    for tab in tabs:
        expect(by(tab, "connection-status")).not_to_have_attribute("data-state", "CONNECTED")
    texts = []
    for number in range(30):
        texts.append(f"tab {number % 3} says {number:02}")
        composer = by(tabs[number % 3], "composer")
        composer.fill(texts[-1])
        composer.press("Enter")
        expect(composer).to_have_value("")
    for tab in tabs:
        expect(by(tab, "outbox-count")).to_have_text("30")
    wire.heal()

    for tab in tabs:
        ana.expect_connected(tab)
        ana.expect_truth(room, *texts, page=tab)
    # A tab whose connection ends before the answers hands over to another: what counts is the connection that stays.
    last = [[line for line in ana.lines if line.page == tab][-1] for tab in tabs]
    sent = [sum(frame["type"] == "send" for frame in line.sent) for line in last]
    if not script:
        assert sorted(sent)[:2] == [0, 0], f"one tab sends, but they sent {sent}"


def test_another_tab_goes_on_when_the_one_that_sends_is_closed(person, wire):
    ana = person(origin=wire.origin)
    room = ana.start_group("Heir")
    heir = ana.new_page()
    begun, swallowed = [], []

    def later(route):
        if begun:
            begun.append(route.connect_to_server())
        else:
            route.close(code=1011)

    def deaf(route):
        server = route.connect_to_server()
        route.on_message(lambda text: swallowed.append(text) if '"type":"send"' in text else server.send(text))

    # The first tab sends, but nothing of it arrives; the second has no line until then.
    heir.route_web_socket(re.compile("/api/v1/socket"), later)
    heir.goto(f"/c/{room}")
    ana.page.route_web_socket(re.compile("/api/v1/socket"), deaf)
    ana.page.reload()
    ana.expect_connected()
    texts = [f"left behind {number}" for number in range(5)]
    for text in texts:
        ana.write(text)
    expect(ana.rows(heir)).to_have_count(5)
    begun.append(True)
    expect(by(heir, "connection-status")).to_have_attribute("data-state", "CONNECTED", timeout=20_000)
    expect(by(heir, "connection-status")).to_have_attribute("data-synced", "true")
    ana.wait_until(lambda: len(swallowed) == 5, page=heir)
    assert ana.stored(room) == [], "one tab sends at a time"
    ana.page.close()

    ana.wait_until(lambda: len(ana.stored(room)) == 5, page=heir)
    ana.expect_truth(room, *texts, page=heir)


def test_a_browser_that_keeps_nothing_says_so_and_still_sends(person):
    ana = person(
        script="""
            Object.defineProperty(window, "indexedDB", { get: () => undefined });
            const put = Storage.prototype.setItem;
            Storage.prototype.setItem = function (key, value) {
                if (key.startsWith("nova:outbox")) throw new DOMException("full", "QuotaExceededError");
                return put.call(this, key, value);
            };
        """,
    )
    room = ana.start_group("Memory")

    expect(ana.page.get_by_text("This browser cannot store unsent messages")).to_have_count(1)
    ana.write("still sent")
    ana.expect_truth(room, "still sent")


def test_who_signs_in_next_finds_nothing_of_who_was_here(person, wire):
    ana = person(origin=wire.origin)
    room = ana.start_group("Mine")
    wire.cut()
    ana.expect_not_connected()
    ana.write("never sent")
    expect(by(ana.page, "outbox-count")).to_have_text("1")
    by(ana.page, "composer").fill("a draft of mine")
    ana.expect_kept("a draft of mine")
    wire.heal()
    ana.expect_connected()
    ana.expect_state("never sent", "sent", "delivered", "read")
    by(ana.page, "sign-out").click()
    ana.page.wait_for_url("**/login**")

    ben = copy.copy(ana)
    ben.username, ben.lines = next(usernames), []
    ben.register()
    kept = ben.page.evaluate("JSON.stringify({ ...localStorage })")
    assert "a draft of mine" not in kept
    assert "never sent" not in kept
    assert ben.context.request.get(f"/api/v1/conversations/{room}/messages").status == 404
    ben.start_group("Own")
    expect(by(ben.page, "composer")).to_have_value("")
    expect(by(ben.page, "outbox-count")).to_have_text("0")
