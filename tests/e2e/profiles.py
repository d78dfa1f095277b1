"""Browser profiles that are emptied and used again.

A page in a profile of its own loads and compiles every script anew, which costs more than most tests do. What a
site can keep (cookies, storage, workers, caches it asked for) goes between two tests; what the browser keeps for
speed stays.
"""

from __future__ import annotations

import contextlib
import json
from urllib.parse import urlsplit

from playwright.sync_api import Error

EVERYTHING = "cookies,local_storage,indexeddb,service_workers,cache_storage,websql,file_systems"


class Profiles:
    """The emptied profiles of one browser, by the site they are for and the options they were made with."""

    def __init__(self, browser):
        self._browser = browser
        self._free = {}
        self._taken = {}

    def take(self, origin, options, *, is_fresh=False):
        """Give a profile in which nothing of an earlier test is left.

        Args:
            origin: The site it is for: scripts are kept for the speed of one site.
            options: What Playwright makes the context with.
            is_fresh: Nothing may be in the browser's cache either.
        """
        key = (origin, json.dumps(options, sort_keys=True))
        free = None if is_fresh else self._free.get(key)
        context = free.pop() if free else self._browser.new_context(base_url=origin, **options)
        self._taken[context] = key
        return context

    def spoil(self, context):
        """Close this profile when it is given back: something was done to it that cannot be undone."""
        self._taken.pop(context, None)

    def give_back(self, context):
        """Empty a profile for the next test; it is closed if that fails or its options cannot be restored."""
        key = self._taken.pop(context, None)
        # Permissions that the options gave would be taken away with those that a test gave.
        if key is None or "permissions" in key[1]:
            context.close()
            return
        try:
            _empty(context, key[0])
        except Error:
            with contextlib.suppress(Error):
                context.close()
            return
        self._free.setdefault(key, []).append(context)

    def close_all(self):
        """Close every free profile: the next tests are about another site."""
        for context in [context for free in self._free.values() for context in free]:
            context.close()
        self._free.clear()


def _empty(context, origin):
    context.unroute_all(behavior="ignoreErrors")
    context.set_offline(False)
    context.clear_permissions()
    origins = {origin, *(_origin_of(page.url) for page in context.pages)}
    for page in context.pages:
        page.close()
    page = context.new_page()
    session = context.new_cdp_session(page)
    for site in origins - {"about://"}:
        session.send("Storage.clearDataForOrigin", {"origin": site, "storageTypes": EVERYTHING})
    session.detach()
    page.close()
    context.clear_cookies()


def _origin_of(url):
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
