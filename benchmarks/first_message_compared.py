"""How long a browser that knows nothing of Nova waits for the first message, and what it loads for that.

Two versions side by side: these pages and those of an earlier checkout, each from a real `nova serve`, opened in
turn by one Chromium with an empty cache. Once without a limit, and once on a slow line (1.6 Mbit/s, 150 ms there
and back), where the size of the pages is what counts. Figures are medians; the ratio is that of the pairs.

Run with ``python benchmarks/first_message_compared.py BEFORE [--visits 15]``: a checkout of an earlier version with its
pages built; needs the built pages of this one (``nova build``) and Chromium.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import uuid
from pathlib import Path
from statistics import median

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import sync_playwright

from nova_app.build import build_pages, is_built
from tests.e2e.conftest import CHROMIUM_ARGS, ROOT, Server
from tests.tools import find_chromium

VISITS, MESSAGES = 15, 30
SLOW_LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 100_000}
LINES = {"without a limit": None, "on a slow line": SLOW_LINE}
NOTE_FIRST_MESSAGE = """new MutationObserver((_changes, observer) => {
    if (!document.querySelector("[data-testid=message]")) return;
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => { window.firstMessageAt = performance.now(); }));
}).observe(document, { childList: true, subtree: true });"""
"""Two frames later it is painted."""


def main(before, visits):
    """Print both versions' medians and their ratio, for each line."""
    if not is_built(ROOT):
        build_pages(ROOT)
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGS)
        servers = {name: start(Path(directory) / name, root) for name, root in {"before": before, "now": ROOT}.items()}
        try:
            rooms = {name: open_group(browser, server) for name, server in servers.items()}
            for line, limits in LINES.items():
                report(line, measure(browser, rooms, limits, visits))
        finally:
            browser.close()
            for server in servers.values():
                server.stop()


def start(directory, root):
    """A server of the checkout at ``root``."""
    directory.mkdir()
    # Earlier versions serve the pages of the directory in which they are started.
    (directory / ".web").symlink_to(Path(root).resolve() / ".web")
    server = Server(directory, root=Path(root))
    server.start()
    return server


def open_group(browser, server):
    """A group with some messages: its address, and what its only member's browser keeps."""
    context = browser.new_context(base_url=server.origin)
    headers = {"Origin": server.origin}

    def post(path, data):
        key = {"Idempotency-Key": str(uuid.uuid4())}
        answer = context.request.post(f"/api/v1/{path}", data=data, headers=headers | key)
        assert answer.ok, answer.text()
        return answer.json()

    post("auth/register", {"username": "ana", "display_name": "Ana", "password": "correct horse battery"})
    room = post("conversations", {"kind": "group", "title": "Notes", "members": []})["id"]
    for number in range(MESSAGES):
        post(f"conversations/{room}/messages", {"text": f"Message number {number}, as long as most of them are"})
    state = context.storage_state()
    context.close()
    return f"{server.origin}/c/{room}", state


def measure(browser, rooms, limits, visits):
    """Visit the versions in turn; of each the milliseconds and bytes of every visit but the first."""
    visited = {name: [] for name in rooms}
    for _ in range(visits + 1):
        for name, (address, state) in rooms.items():
            visited[name].append(visit(browser, address, state, limits))
    return {name: seen[1:] for name, seen in visited.items()}


def visit(browser, address, state, limits):
    """Open the group in a browser that has nothing of it; return milliseconds and bytes until the first message."""
    context = browser.new_context(storage_state=state, viewport={"width": 1280, "height": 800})
    context.add_init_script(NOTE_FIRST_MESSAGE)
    page = context.new_page()
    cdp, sizes = context.new_cdp_session(page), []
    cdp.send("Network.enable")
    if limits:
        cdp.send("Network.emulateNetworkConditions", limits)
    cdp.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address, wait_until="commit")
    page.wait_for_function("() => window.firstMessageAt", timeout=60_000)
    milliseconds, loaded = page.evaluate("window.firstMessageAt"), sum(sizes)
    context.close()
    return milliseconds, loaded


def report(line, visited):
    """Print what was measured on one line."""
    figures = {name: [median(column) for column in zip(*seen, strict=True)] for name, seen in visited.items()}
    ratio = median(now[0] / before[0] for before, now in zip(visited["before"], visited["now"], strict=True))
    print(
        f"{line}: first message after {figures['before'][0]:.0f} ms before, {figures['now'][0]:.0f} ms now "
        f"(ratio {ratio:.2f}); loaded until then {figures['before'][1] / 1000:.1f} kB before, "
        f"{figures['now'][1] / 1000:.1f} kB now ({(figures['now'][1] - figures['before'][1]) / 1000:+.1f} kB)"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", help="a checkout of an earlier version, with its pages built")
    parser.add_argument("--visits", type=int, default=VISITS)
    options = parser.parse_args()
    main(options.before, options.visits)
