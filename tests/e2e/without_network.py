"""Lets pages believe in a network on a machine that has none but its own loopback.

There Chromium says ``navigator.onLine`` is false, and its offline switch changes nothing that a page could notice. Its
emulation of a network has precedence over the machine's.
"""

from __future__ import annotations

import contextlib
import functools
from pathlib import Path

from playwright.sync_api import Error

CONDITIONS = {
    "offline": False,
    # Without any, this would be no emulation; in ms.
    "latency": 1,
    "downloadThroughput": -1,
    "uploadThroughput": -1,
    "connectionType": "ethernet",
}
ROUTES, ADDRESSES = Path("/proc/net/route"), Path("/proc/net/if_inet6")


@functools.cache
def has_network():
    """Whether anything but the loopback has an address."""
    addresses = [line.split()[-1] for line in ADDRESSES.read_text().splitlines()] if ADDRESSES.exists() else []
    return len(ROUTES.read_text().splitlines()) > 1 or bool(set(addresses) - {"lo"})


def give_network(context):
    """Let the pages of this context be online, except while the context is set offline."""
    if has_network():
        return
    sessions = []

    def watch(page):
        # Not the context's own: a tab with a session that a test opened is not used again.
        with contextlib.suppress(Error):
            sessions.append(type(context).new_cdp_session(context, page))
            sessions[-1].send("Network.enable")
            sessions[-1].send("Network.emulateNetworkConditions", CONDITIONS)

    set_offline = context.set_offline

    def set_offline_or_back(offline):
        set_offline(offline)
        for session in sessions:
            with contextlib.suppress(Error):
                session.send("Network.emulateNetworkConditions", {**CONDITIONS, "offline": offline})

    context.set_offline = set_offline_or_back
    for page in context.pages:
        watch(page)
    context.on("page", watch)
