"""Browser profiles that are emptied and used again.

A page in a profile of its own loads and compiles every script anew, which costs more than most tests do; a tab of
its own costs as much again for its process. What a site can keep (cookies, storage, workers, caches it asked for,
the history of the tab) goes between two tests; what the browser keeps for speed stays.
"""

from __future__ import annotations

import contextlib
import json
import weakref
from urllib.parse import urlsplit

from playwright.sync_api import Error

EVERYTHING = "cookies,local_storage,indexeddb,service_workers,cache_storage,websql,file_systems"
LASTING = (
    *("add_init_script", "add_locator_handler", "emulate_media", "expose_binding", "expose_function", "on", "once"),
    *("route_from_har", "route_web_socket", "set_default_navigation_timeout", "set_default_timeout"),
    "set_extra_http_headers",
)
"""What is done to a tab by these stays there: it is closed after the test."""
PARK_MS = 5_000
DEFAULT_VIEWPORT = {"width": 1280, "height": 720}
"""Playwright's own."""

_reusable = weakref.WeakSet()


def first_tab(context):
    """The tab that an emptied profile has kept, or a new one."""
    return next((page for page in context.pages if page in _reusable), None) or context.new_page()


def watch_tab(page):
    """Let this tab be used again, unless something is done to it that stays."""
    _reusable.add(page)
    for name in LASTING:
        setattr(page, name, _discarding(page, getattr(page, name)))


def _discarding(page, method):
    def discard(*args, **options):
        _reusable.discard(page)
        return method(*args, **options)

    return discard


def _release_tab(page):
    for name in LASTING:
        with contextlib.suppress(AttributeError):
            delattr(page, name)


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
        context = free.pop() if free else self._make(origin, options)
        self._taken[context] = key
        return context

    def _make(self, origin, options):
        context = self._browser.new_context(base_url=origin, **options)
        open_session = context.new_cdp_session

        def new_cdp_session(page):
            _reusable.discard(page)
            return open_session(page)

        context.new_cdp_session = new_cdp_session
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
            _empty(context, *key)
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


def _empty(context, origin, options):
    context.unroute_all(behavior="ignoreErrors")
    context.set_offline(False)
    context.clear_permissions()
    origins = {origin, *(_origin_of(page.url) for page in context.pages)}
    kept = next((page for page in context.pages if page in _reusable), None)
    for page in context.pages:
        if page != kept:
            page.close()
    page = kept or context.new_page()
    if kept:
        _park(kept, origin)
        kept.set_viewport_size(json.loads(options).get("viewport", DEFAULT_VIEWPORT))
    session = type(context).new_cdp_session(context, page)
    for site in origins - {"about://"}:
        session.send("Storage.clearDataForOrigin", {"origin": site, "storageTypes": EVERYTHING})
    session.send("Page.resetNavigationHistory")
    session.detach()
    if not kept:
        page.close()
    context.clear_cookies()


def _park(page, origin):
    """Leave the tab at an empty page of the site, with nothing in it and no pointer over it."""
    _release_tab(page)
    page.unroute_all(behavior="ignoreErrors")
    # This address only: a page that is left in the middle still gets its scripts as they are.
    page.route(f"{origin}/parked", lambda route: route.fulfill(body="", content_type="text/html"))
    page.goto(f"{origin}/parked", timeout=PARK_MS)
    page.unroute_all(behavior="ignoreErrors")
    page.evaluate("sessionStorage.clear(); window.name = ''")
    page.mouse.move(-10, -10)


def _origin_of(url):
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
