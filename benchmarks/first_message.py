"""What a cold page loads until its first message, and how long that takes, at 10 Mbit/s and 40 ms.

One real `nova serve` and one Chromium, whose network is slowed down; a context that has nothing of the page
for each round. Printed: the medians, and the largest answers by then. Time on a busy machine says little: compare
it side by side with another checkout.

Run with ``python benchmarks/first_message.py [rounds] [--keep]``; needs the built pages (``nova build``) and Chromium.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import expect

from benchmarks.scrolling import open_group
from benchmarks.served_pages import served_pages
from benchmarks.side_by_side.results import keep_with_it
from tests.e2e.pages import by

ROUNDS, MESSAGES = 5, 500
BYTES_PER_SECOND, LATENCY_MS = 10_000_000 / 8, 40
GOAL_BYTES, GOAL_MS = 200_000, 700
LARGEST = 12
NOTE_FIRST = """
    new MutationObserver((_, observer) => {
        if (!document.querySelector("[data-testid=message]")) return;
        window.first_message = performance.now();
        observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
"""


def main(rounds, *, is_kept=False):
    with served_pages() as (server, browser, _):
        ana, room = open_group(server, browser, MESSAGES)
        loads = [load(browser, server.origin, ana, room) for _ in range(rounds)]
    report(loads)
    if is_kept:
        keep_with_it("first_message", map(figures_of, loads))


def figures_of(measured):
    at, answers = measured
    return {"first_ms": at, "first_kb": sum(size for size, _ in answers) / 1000, "answers": len(answers)}


def load(browser, origin, person, room):
    """The time of the first message in ms, and the size of each answer that had arrived by then."""
    context = browser.new_context(base_url=origin, storage_state=person.context.storage_state())
    context.add_init_script(NOTE_FIRST)
    page = context.new_page()
    cdp = context.new_cdp_session(page)
    cdp.send("Network.enable")
    rate = {"downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND}
    cdp.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY_MS, **rate})
    urls, answers = {}, []
    cdp.on("Network.requestWillBeSent", lambda event: urls.update({event["requestId"]: event["request"]["url"]}))
    cdp.on(
        "Network.loadingFinished",
        lambda event: answers.append(
            (event["timestamp"], event["encodedDataLength"], urls.get(event["requestId"], ""))
        ),
    )
    page.goto(f"/c/{room}", wait_until="commit")
    expect(by(page, "message").last).to_be_visible()
    at = page.evaluate("window.first_message")
    begin = page.evaluate("performance.timeOrigin") / 1000
    wall_offset = _offset(cdp, page)
    context.close()
    return at, [(size, url) for moment, size, url in answers if (moment + wall_offset - begin) * 1000 <= at]


def _offset(cdp, page):
    """What a moment of the trace is short of a moment of the clock, in seconds."""
    cdp.send("Performance.enable")
    metrics = {entry["name"]: entry["value"] for entry in cdp.send("Performance.getMetrics")["metrics"]}
    return page.evaluate("Date.now()") / 1000 - metrics["Timestamp"]


def report(loads):
    times = sorted(at for at, _ in loads)
    sizes = [sum(size for size, _ in answers) for _, answers in loads]
    print(
        f"first message after {median(times):.0f} ms (goal {GOAL_MS}; fastest {times[0]:.0f}) with"
        f" {median(sizes) / 1000:.1f} kB (goal {GOAL_BYTES / 1000:.0f}) in"
        f" {median(len(answers) for _, answers in loads):.0f} answers; {len(loads)} rounds"
    )
    for size, url in sorted(loads[-1][1], reverse=True)[:LARGEST]:
        print(f"{size / 1000:8.1f} kB  {urlsplit(url).path[:70]}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", type=int, nargs="?", default=ROUNDS)
    parser.add_argument("--keep", action="store_true", help="beside the run that the documentation shows")
    options = parser.parse_args()
    main(options.rounds, is_kept=options.keep)
