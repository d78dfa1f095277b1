"""Lets pages believe in a network on a machine that has none but its own loopback.

There Chromium says ``navigator.onLine`` is false, and its offline switch changes nothing that a page could notice. Its
emulation of a network has precedence over the machine's.
"""

from __future__ import annotations

import contextlib
import functools
import weakref
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


class _Network:
    """What the pages of a context believe in: online, except while the context is set offline."""

    def __init__(self, context):
        self._context, self._pages, self._is_offline = context, {}, False
        self._set_offline = context.set_offline
        context.set_offline = self.set_offline
        for page in context.pages:
            self._watch(page)
        context.on("page", self._watch)

    def _watch(self, page):
        # Not the context's own: a tab with a session that a test opened is not used again.
        with contextlib.suppress(Error):
            session = type(self._context).new_cdp_session(self._context, page)
            session.send("Network.enable")
            self._pages[page] = (session, CONDITIONS)
            page.on("domcontentloaded", lambda _: self.renew())
            page.on("close", self._forget)
            self.renew()

    def _forget(self, page):
        self._pages.pop(page, None)
        self.renew()

    def set_offline(self, offline):
        self._set_offline(offline)
        self._is_offline = offline
        self.renew()

    def renew(self):
        """Say it again: whatever session of a page ends takes it away."""
        offline = {"offline": True} if self._is_offline else {}
        for session, conditions in self._pages.values():
            with contextlib.suppress(Error):
                session.send("Network.emulateNetworkConditions", {**conditions, **offline})

    def emulate(self, page, conditions):
        self._pages[page] = (self._pages[page][0], conditions)
        self.renew()


_networks = weakref.WeakKeyDictionary()
_slowed = weakref.WeakKeyDictionary()


def give_network(context):
    """Let the pages of this context be online, except while the context is set offline."""
    if not has_network():
        _networks[context] = _Network(context)


def renew_network(context):
    """Give it once more: a session that was closed may have taken it away."""
    if network := _networks.get(context):
        network.renew()


def emulate_network(page, **conditions):
    """Let one page have another network, for as long as its context lasts.

    Args:
        page: A tab of a person's profile.
        **conditions: Those that differ from ``CONDITIONS``; throughputs in bytes a second.
    """
    conditions = {**CONDITIONS, **conditions}
    if page not in _slowed:
        # Through the context: a tab that was slowed down is not used again.
        _slowed[page] = page.context.new_cdp_session(page)
        _slowed[page].send("Network.enable")
    if network := _networks.get(page.context):
        network.emulate(page, conditions)
    else:
        _slowed[page].send("Network.emulateNetworkConditions", conditions)
