"""A conversation of 100,000 messages beside one of 100, in the same browser on the same server.

One real `nova serve`, one Chromium, one page for each conversation. In both the wheel is turned
up and down for the same number of turns; the long one goes on until 5,000 messages have passed.
What is compared: the time between two frames, the elements of the page, the JavaScript heap after
a collection, and what one page of history costs the server at either end of the conversation.

Run with ``python benchmarks/history.py [messages]``; needs the built pages (``nova build``) and
Chromium. It ends by itself (in about two minutes).
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import expect

from benchmarks.served_pages import served_pages
from tests.e2e.pages import Person, by
from tests.long_history import fill

LONG, SHORT, PER_DAY = 100_000, 100, 500
PASSED = 5_000
WHEEL_PX, TURNS, ROUNDS = 400, 60, 3
LONG_FRAME_MS = 50
REQUESTS = 200

WATCH_FRAMES = """
    window.frames_ms = [];
    let last = performance.now();
    const look = (now) => {
        window.frames_ms.push(now - last);
        last = now;
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
"""
# In the background a page has no frames: the first one after it is no measure.
FORGET_FRAMES = """new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
    window.frames_ms.length = 0;
    done();
})))"""


def main(messages):
    with served_pages() as (server, browser, _):
        measure(server, browser, messages)


def measure(server, browser, messages):
    ana = Person(browser.new_context(base_url=server.origin, viewport={"width": 1280, "height": 800}), "ana")
    ana.register()
    rooms = {"short": ana.start_group("Short"), "long": ana.start_group("Long")}
    me = ana.context.request.get("/api/v1/users/me").json()["user_id"]
    ana.page.close()
    server.stop()
    begin = time.perf_counter()
    today = datetime.now(UTC).date()
    fill(server.directory / "data", rooms["short"], [me], days=1, per_day=SHORT, last_day=today)
    fill(server.directory / "data", rooms["long"], [me], days=messages // PER_DAY, per_day=PER_DAY, last_day=today)
    print(f"{messages:,} messages written in {time.perf_counter() - begin:.0f} s")
    server.start()
    ask_server(ana, rooms, messages)
    pages = {name: Reader(ana, room) for name, room in rooms.items()}
    for _ in range(ROUNDS):
        for page in pages.values():
            page.turn(TURNS)
    pages["long"].scroll_past(PASSED)
    report(pages)


class Reader:
    """A page that shows one conversation, with what it costs."""

    def __init__(self, person, room):
        self.page = person.new_page()
        self.page.goto(f"/c/{room}")
        expect(by(self.page, "message").last).to_be_visible()
        self.cdp = person.context.new_cdp_session(self.page)
        self.cdp.send("HeapProfiler.enable")
        self.page.evaluate(f"() => {{ {WATCH_FRAMES} }}")
        self.newest = self.top()
        self.frames_ms = []
        self.start = self.size()

    def top(self):
        return int(by(self.page, "message").first.get_attribute("data-seq"))

    def turn(self, times):
        """Turn the wheel up, a few times down, and take the frames of that time."""
        self.page.bring_to_front()
        self.page.mouse.move(800, 400)
        self.page.evaluate(FORGET_FRAMES)
        for number in range(times):
            self.page.mouse.wheel(0, WHEEL_PX if number % 10 == 9 else -WHEEL_PX)
            self.page.wait_for_timeout(50)
        self.frames_ms += self.page.evaluate("window.frames_ms")

    def scroll_past(self, messages):
        while self.newest - self.top() < messages:
            self.turn(TURNS)

    def size(self):
        """Elements of the page, and bytes of its heap after a collection."""
        self.cdp.send("HeapProfiler.collectGarbage")
        heap = self.cdp.send("Runtime.getHeapUsage")["usedSize"]
        return self.page.evaluate("document.querySelectorAll('*').length"), heap


def ask_server(ana, rooms, messages):
    """What a page of history costs: the newest of the short one, then anywhere in the long one."""
    places = {
        "100: newest": (rooms["short"], ""),
        f"{messages:,}: newest": (rooms["long"], ""),
        f"{messages:,}: around the middle": (rooms["long"], f"&around_seq={messages // 2}"),
        f"{messages:,}: a day": (rooms["long"], "&at=" + datetime.now(UTC).date().isoformat()),
        f"{messages:,}: the first": (rooms["long"], "&after_seq=0"),
    }
    taken = {name: [] for name in places}
    for _ in range(REQUESTS):
        for name, (room, place) in places.items():
            begin = time.perf_counter()
            answer = ana.context.request.get(f"/api/v1/conversations/{room}/messages?limit=50{place}")
            taken[name].append((time.perf_counter() - begin) * 1e3)
            assert len(answer.json()["items"]) == 50
    base = median(taken["100: newest"])
    for name, milliseconds in taken.items():
        print(f"  a page of {name:32} p50 {median(milliseconds):6.2f} ms   {median(milliseconds) / base:5.2f} times")


def report(pages):
    figures = {}
    for name, page in pages.items():
        cuts = quantiles(page.frames_ms, n=100)
        over = sum(ms > LONG_FRAME_MS for ms in page.frames_ms) / len(page.frames_ms)
        elements, heap = page.size()
        figures[name] = (elements, heap)
        passed = page.newest - page.top()
        print(
            f"{name:5} {passed:6,} messages passed, {len(page.frames_ms):,} frames: p50 {cuts[49]:.1f} ms,"
            f" p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms, over {LONG_FRAME_MS} ms {over:.2%};"
            f" elements {page.start[0]:,} then {elements:,}, heap {page.start[1] / 1e6:.1f} MB then {heap / 1e6:.1f} MB"
        )
    ratios = [long / short for long, short in zip(figures["long"], figures["short"], strict=True)]
    print(f"at the end, long : short: elements {ratios[0]:.2f}, heap {ratios[1]:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LONG)
