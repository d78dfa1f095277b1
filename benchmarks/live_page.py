"""An open page while messages arrive: how soon it answers to keys and clicks, and what it keeps in memory.

One real `nova serve` and one Chromium. Fifty messages a second arrive while somebody types and clicks: the
interaction to next paint (INP) is the 98th percentile of what the browser's event timing says, with the
processor time that the page needs for a message beside it. Then thousands arrive as fast as they are
acknowledged: printed are the page's heap after a garbage collection and its elements, before and after.

Run with ``python benchmarks/live_page.py [messages] [--keep]``; needs the built pages (``nova build``) and Chromium.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import threading
import time
from pathlib import Path
from statistics import quantiles

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import expect

from benchmarks.served_pages import served_pages
from benchmarks.side_by_side.results import keep_with_it
from tests.e2e.alarms import Program
from tests.e2e.pages import Person, by

MESSAGES = 10_000
PER_SECOND, SECONDS = 50, 20
IN_FLIGHT = 40
INP_MS = 200
TYPED = "What was said here meanwhile? "
LIMITS = {"NOVA_SEND_RATE": "1000000", "NOVA_SEND_BURST": "1000000"}
WATCH = """
    window.interactions = new Map();
    new PerformanceObserver((list) => {
        for (const { interactionId: id, duration } of list.getEntries()) {
            if (id) window.interactions.set(id, Math.max(duration, window.interactions.get(id) ?? 0));
        }
    }).observe({ type: "event", buffered: true, durationThreshold: 16 });
"""


def main(messages, *, is_kept=False):
    with served_pages(patience_ms=120_000, **LIMITS) as (server, browser, _):
        ana = Person(browser.new_context(base_url=server.origin, viewport={"width": 1280, "height": 800}), "ana")
        ana.register()
        figures = measure(server, ana, messages)
    if is_kept:
        keep_with_it("live_page", [figures])


def measure(server, ana, messages):
    ben = Program(server, "ben")
    group = {"kind": "group", "title": "Live", "members": ["ana"]}
    ben.room = ben.http.post("/conversations", json=group).raise_for_status().json()["id"]
    page = ana.page
    page.goto(f"/c/{ben.room}")
    expect(by(page, "composer")).to_be_enabled()
    cdp = page.context.new_cdp_session(page)
    cdp.send("Performance.enable")
    with ben.socket() as socket:
        inp, cpu = answer_keys(page, cdp, ben, socket)
        before = memory(cdp)
        send_all(ben, socket, messages)
        expect(by(page, "message").last).to_contain_text(f"burst {messages - 1}")
        after = memory(cdp)
    print(
        f"memory: {before['heap']:.1f} MB and {before['nodes']:,} nodes; after {messages:,} messages"
        f" {after['heap']:.1f} MB and {after['nodes']:,} nodes ({after['heap'] / before['heap']:.2f} times the heap)"
    )
    return {"inp_ms": inp, "cpu_ms": cpu, "heap_mb": before["heap"], "heap_after_mb": after["heap"]}


def answer_keys(page, cdp, ben, socket):
    """Type and click while messages arrive: the INP and the processor time a message, in ms."""
    page.evaluate(f"() => {{ {WATCH} }}")
    used, ended = task_seconds(cdp), threading.Event()
    sender = threading.Thread(target=send_paced, args=(ben, socket, ended))
    sender.start()
    composer = by(page, "composer")
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        composer.press_sequentially(TYPED, delay=60)
        by(page, "account-menu-open").click()
        page.keyboard.press("Escape")
        composer.fill("")
    ended.set()
    sender.join()
    spent = task_seconds(cdp) - used
    durations = sorted(page.evaluate("[...window.interactions.values()]"))
    inp = quantiles(durations, n=100)[97] if len(durations) > 1 else 0
    worst = max(durations, default=0)
    print(
        f"{PER_SECOND} messages a second: INP {inp:.0f} ms (good: at most {INP_MS}; worst {worst:.0f})"
        f" of {len(durations)} interactions over 16 ms"
    )
    cpu = 1000 * spent / (PER_SECOND * SECONDS)
    print(f"processor time of the page: {cpu:.1f} ms a message, typing included")
    return inp, cpu


def send_paced(ben, socket, ended):
    number, begin = 0, time.monotonic()
    while not ended.is_set():
        ben.say(socket, f"live {number}")
        number += 1
        drain(socket)
        time.sleep(max(0, begin + number / PER_SECOND - time.monotonic()))


def drain(socket):
    with contextlib.suppress(TimeoutError):
        while True:
            socket.recv(timeout=0)


def send_all(ben, socket, messages):
    """Send so many, with some that are not acknowledged yet."""
    acked = 0
    for number in range(messages):
        ben.say(socket, f"burst {number}")
        while number - acked > IN_FLIGHT:
            acked += acks_in(socket.recv(timeout=30))


def acks_in(text):
    value = json.loads(text)
    return sum(frame["type"] == "ack" for frame in (value if isinstance(value, list) else [value]))


def memory(cdp):
    cdp.send("HeapProfiler.collectGarbage")
    metrics = metrics_of(cdp)
    return {"heap": metrics["JSHeapUsedSize"] / 1e6, "nodes": int(metrics["Nodes"])}


def task_seconds(cdp):
    return metrics_of(cdp)["TaskDuration"]


def metrics_of(cdp):
    return {entry["name"]: entry["value"] for entry in cdp.send("Performance.getMetrics")["metrics"]}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("messages", type=int, nargs="?", default=MESSAGES)
    parser.add_argument("--keep", action="store_true", help="beside the run that the documentation shows")
    options = parser.parse_args()
    main(options.messages, is_kept=options.keep)
