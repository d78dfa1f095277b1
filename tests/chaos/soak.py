"""One page for a long time: with losses, hidden, frozen."""

from __future__ import annotations

import time

from playwright.sync_api import expect

LOSS_EVERY_SECONDS = 30
HIDDEN = """
    Object.defineProperty(document, "hidden", { get: () => window.isHiddenNow === true });
    Object.defineProperty(document, "visibilityState", { get: () => (document.hidden ? "hidden" : "visible") });
"""


def rest(user, seconds):
    """Let time pass: that is what these runs are about."""
    user.page.wait_for_timeout(seconds * 1_000)


def soak(person, wire, minutes):
    """A loss every half minute: memory, listeners and nodes stay what they were."""
    ana = person("soak", origin=wire.origin)
    room = ana.start_group("Soak")
    cdp = ana.context.new_cdp_session(ana.page)
    cdp.send("Performance.enable")
    texts, before = [], None
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        texts.append(f"soak {len(texts):04}")
        ana.write(texts[-1])
        wire.reset()
        ana.expect_connected()
        ana.expect_state(texts[-1], "sent", "delivered", "read")
        # The first rounds fill caches and pools; growth is counted from there.
        before = before or (_figures(cdp) if len(texts) == 5 else None)
        rest(ana, min(LOSS_EVERY_SECONDS, minutes * 6))
    after = _figures(cdp)
    assert ana.stored(room)[-3:] == texts[-3:]
    rows = len(texts) - 5
    # A row is about 30 nodes and 20 kB in the page.
    growth = after["JSHeapUsedSize"] / before["JSHeapUsedSize"] - 1
    listeners = after["JSEventListeners"] - before["JSEventListeners"]
    outcome = (
        f"Soak: {len(texts)} losses, {len(texts)} messages, heap {growth:+.1%} with {rows} rows more, "
        f"listeners {listeners:+.0f}"
    )
    return outcome, growth < 0.05 + rows * 0.002 and listeners <= rows * 4


def hidden(person, wire, minutes):
    """A hidden tab on a healthy line: no dial, nothing missed."""
    ana, ben = person("seen", origin=wire.origin), person("unseen", origin=wire.origin, script=HIDDEN)
    room = ana.start_group("Hidden", "unseen")
    ben.open(room)
    ben.page.evaluate("window.isHiddenNow = true; document.dispatchEvent(new Event('visibilitychange'))")
    dials, texts = len(ben.lines), []
    end = time.monotonic() + min(minutes, 10) * 60
    while time.monotonic() < end:
        texts.append(f"hidden {len(texts):03}")
        ana.write(texts[-1])
        rest(ana, 10)
    expect(ben.row(texts[-1])).to_be_visible()
    extra = len(ben.lines) - dials
    missed = len(texts) - len(ben.texts())
    return (
        f"Hidden for {min(minutes, 10):.0f} min: {extra} dials, {missed} of {len(texts)} missed",
        extra == missed == 0,
    )


def frozen(person, wire, minutes):
    """A frozen page that is thawed: back soon, with everything."""
    ana, ben = person("awake", origin=wire.origin), person("asleep", origin=wire.origin)
    room = ana.start_group("Frozen", "asleep")
    ben.open(room)
    cdp = ben.context.new_cdp_session(ben.page)
    cdp.send("Page.setWebLifecycleState", {"state": "frozen"})
    texts = []
    end = time.monotonic() + min(minutes, 15) * 60
    while time.monotonic() < end:
        texts.append(f"frozen {len(texts):03}")
        ana.write(texts[-1])
        rest(ana, 20)
    cdp.send("Page.setWebLifecycleState", {"state": "active"})
    begin = time.monotonic()
    expect(ben.row(texts[-1])).to_be_visible(timeout=10_000)
    seconds = time.monotonic() - begin
    ben.expect_connected()
    missed = len(texts) - len(ben.texts())
    return (
        f"Frozen for {min(minutes, 15):.0f} min: back after {seconds:.1f} s, {missed} of {len(texts)} missed",
        missed == 0 and seconds <= 3,
    )


def _figures(cdp):
    cdp.send("HeapProfiler.collectGarbage")
    return {item["name"]: item["value"] for item in cdp.send("Performance.getMetrics")["metrics"]}
