"""Scrolling through 100,000 messages, of which one in twenty was edited and one in five has reactions.

One real `nova serve` and one Chromium, whose trace says what each frame cost: the processor time of its
scripts and of style and layout, and of its longest task. Processor time, because a busy machine makes
every task longer. Counted beside it: the rows in the document at any moment, also after jumps, and what a
page loads until its first message is visible.

Run with ``python benchmarks/scrolling.py [messages] [--before CHECKOUT] [--keep]``; needs the built pages
(``nova build``) and Chromium. With a built checkout of an earlier version, its page is weighed, too.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import expect

from benchmarks.served_pages import served_pages
from benchmarks.side_by_side.results import keep_with_it
from nova_app.domain.message_changes import Edit, React
from nova_app.persistence.storage import open_storage
from nova_app.settings import Settings
from tests.e2e.conftest import CHROMIUM_ARGS, Server
from tests.e2e.pages import Person, by
from tests.fakes import FakePublisher
from tests.long_history import fill
from tests.tools import find_chromium

MESSAGES, PER_DAY = 100_000, 500
EDITED_EVERY, REACTED_EVERY = 20, 5
EMOJI = ("👍", "❤️", "🎉")
PAGE = 100
WHEEL_PX, TURNS = 400, 200
FRAME_MS, TASK_MS, ROWS_MAX = 8, 50, 300
WORK = {
    "FunctionCall", "EvaluateScript", "v8.compile", "v8.evaluateModule", "TimerFire", "FireAnimationFrame",
    "EventDispatch", "RunMicrotasks", "MinorGC", "MajorGC", "UpdateLayoutTree", "Layout", "HitTest",
    "IntersectionObserverController::computeIntersections", "XHRReadyStateChange",
}  # fmt: skip
"""Scripts, style and layout, as a trace calls them."""
FRAME, TASK = "BeginMainThreadFrame", "RunTask"
CATEGORIES = (
    "devtools.timeline,v8,toplevel,disabled-by-default-devtools.timeline,disabled-by-default-devtools.timeline.frame"
)
COUNT_ROWS = """
    window.most_rows = 0;
    new MutationObserver(() => {
        window.most_rows = Math.max(window.most_rows, document.querySelectorAll("[data-testid=message]").length);
    }).observe(document.querySelector("[data-timeline-scroll]"), { childList: true, subtree: true });
"""


def main(messages, before, *, is_kept=False):
    with served_pages() as (server, browser, playwright):
        ana, room = open_group(server, browser, messages)
        weigh(server, browser, ana, room, "now")
        figures = measure(server, browser, ana, room, messages)
        if before:
            weigh_before(playwright, Path(before))
    if is_kept:
        keep_with_it("scrolling", [figures])


def open_group(server, browser, messages):
    """A group with so many messages, changed as people change them, and its only member."""
    ana = Person(browser.new_context(base_url=server.origin, viewport={"width": 1280, "height": 800}), "ana")
    ana.register()
    room = ana.start_group("Long")
    me = ana.context.request.get("/api/v1/users/me").json()["user_id"]
    ana.page.close()
    server.stop()
    data, today = server.directory / "data", datetime.now(UTC).date()
    fill(data, room, [me], days=messages // PER_DAY, per_day=PER_DAY, last_day=today)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _change(data, room, me, messages)).result()
    server.start()
    ana.context.request.patch(
        f"/api/v1/conversations/{room}/me", data={"read_seq": 2 * messages}, headers={"Origin": server.origin}
    )
    return ana, room


async def _change(data_dir, room, me, messages):
    """Edit and react to messages, spread evenly."""
    async with open_storage(Settings(data_dir=data_dir), FakePublisher()) as storage:
        after = 0
        while after < messages:
            page = await storage.log.read_page(room, before_seq=None, after_seq=after, limit=PAGE)
            changes = [change for message in page.items for change in _changes_of(message, room, me)]
            await asyncio.gather(storage.log.change(changes))
            after = page.items[-1].seq if page.items else messages


def _changes_of(message, room, me):
    place = (me, str(uuid.uuid4()), room, message.message_id)
    if message.seq % EDITED_EVERY == 0:
        yield Edit(*place, message.text + " (corrected)")
    if message.seq % REACTED_EVERY == 1:
        for emoji in EMOJI[: 1 + message.seq % 3]:
            yield React(me, str(uuid.uuid4()), room, message.message_id, emoji, is_on=True)


def weigh(server, browser, person, room, name):
    """Print what a page loads until its first message is visible, in a browser that has nothing of it."""
    context = browser.new_context(base_url=server.origin, storage_state=person.context.storage_state())
    page = context.new_page()
    cdp = context.new_cdp_session(page)
    cdp.send("Network.enable")
    sizes = []
    cdp.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(f"/c/{room}")
    expect(by(page, "message").last).to_be_visible()
    total = sum(sizes)
    print(f"page {name}: {total / 1000:.1f} kB in {len(sizes)} answers until the first message")
    context.close()
    return total


def weigh_before(playwright, checkout):
    """The same of an earlier version, with as many messages on the page."""
    with tempfile.TemporaryDirectory() as directory:
        server = Server(directory, root=checkout)
        server.start()
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGS)
        try:
            ana, room = open_group(server, browser, PER_DAY)
            weigh(server, browser, ana, room, f"of {checkout.name}")
        finally:
            browser.close()
            server.stop()


def measure(server, browser, ana, room, messages):
    # A context without what tests watch pages by.
    context = browser.new_context(
        base_url=server.origin, storage_state=ana.context.storage_state(), viewport={"width": 1280, "height": 800}
    )
    page = context.new_page()
    page.goto(f"/c/{room}")
    expect(by(page, "message").last).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.evaluate(f"() => {{ {COUNT_ROWS} }}")
    page.mouse.move(800, 400)
    newest = first_seq(page)
    browser.start_tracing(page=page, categories=CATEGORIES.split(","))
    for number in range(TURNS):
        page.mouse.wheel(0, WHEEL_PX if number % 10 == 9 else -WHEEL_PX)
        page.wait_for_timeout(30)
    trace = json.loads(browser.stop_tracing())["traceEvents"]
    passed = newest - first_seq(page)
    most_rows = [page.evaluate("window.most_rows")]
    for target in (messages // 2, 1, messages - 1_000):
        page.goto(f"/c/{room}?m={target}")
        expect(page.locator(f"[data-testid=message][data-seq='{target}']")).to_be_visible()
        page.evaluate(f"() => {{ {COUNT_ROWS} }}")
        page.mouse.wheel(0, -WHEEL_PX)
        by(page, "jump-to-newest").click()
        expect(by(page, "jump-to-newest")).to_have_count(0)
        most_rows.append(page.evaluate("window.most_rows"))
    return report(frames_of(trace), passed, max(most_rows))


def first_seq(page):
    return int(by(page, "message").first.get_attribute("data-seq"))


def frames_of(trace):
    """The processor time of each frame's scripts and layout, and of every task of the page's main thread; in ms."""
    threads = {(event["pid"], event["tid"]) for event in trace if event["name"] == FRAME}
    events = [e for e in trace if (e["pid"], e["tid"]) in threads]
    starts = sorted(event["ts"] for event in events if event["name"] == FRAME)
    work = outermost(
        sorted((e for e in events if e["name"] in WORK and "tdur" in e), key=lambda e: (e["ts"], -e["dur"]))
    )
    frames = [0.0] * (len(starts) + 1)
    at = 0
    for event in work:
        while at < len(starts) and starts[at] <= event["ts"]:
            at += 1
        frames[at] += event["tdur"] / 1000
    return frames[1:], [event["tdur"] / 1000 for event in events if event["name"] == TASK and "tdur" in event]


def outermost(events):
    """Those that no other one contains."""
    end = 0
    for event in events:
        if event["ts"] >= end:
            end = event["ts"] + event["dur"]
            yield event


def report(measured, passed, most_rows):
    frames, tasks = measured
    cuts = quantiles(frames, n=100)
    longest = max(tasks)
    print(
        f"{passed:,} messages passed in {len(frames):,} frames: script and layout p50 {cuts[49]:.2f} ms, "
        f"p95 {cuts[94]:.2f} ms (at most {FRAME_MS}), p99 {cuts[98]:.2f} ms;"
        f" {sum(frames) / max(1, passed):.2f} ms a row"
    )
    print(
        f"{len(tasks):,} tasks: longest {longest:.1f} ms (at most {TASK_MS});"
        f" rows in the document {most_rows} (at most {ROWS_MAX})"
    )
    return {"frame_p50_ms": cuts[49], "frame_p95_ms": cuts[94], "longest_ms": longest, "rows": most_rows}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("messages", type=int, nargs="?", default=MESSAGES)
    parser.add_argument("--before", help="a checkout of an earlier version, with its pages built")
    parser.add_argument("--keep", action="store_true", help="beside the run that the documentation shows")
    options = parser.parse_args()
    main(options.messages, options.before, is_kept=options.keep)
