"""Names browsers by their user agent, so that the owner of a session recognises it.

Only the words that people use: a complete user agent is a fingerprint, and nobody can read it. The one parser of user
agents in Nova; why no library: docs/decisions/0002.
"""

from __future__ import annotations

from typing import Literal

BrowserLabel = Literal["chrome", "firefox", "safari", "edge", "other"]

_BROWSERS: tuple[tuple[str, str, BrowserLabel], ...] = (
    ("FBAN/", "Facebook", "other"),
    ("FBAV/", "Facebook", "other"),
    ("Instagram ", "Instagram", "other"),
    ("Edg", "Edge", "edge"),
    ("OPR/", "Opera", "chrome"),
    ("OPT/", "Opera", "safari"),
    ("SamsungBrowser/", "Samsung Internet", "chrome"),
    ("Firefox/", "Firefox", "firefox"),
    ("FxiOS/", "Firefox", "firefox"),
    ("CriOS/", "Chrome", "chrome"),
    ("GSA/", "Google app", "other"),
    ("Chrome/", "Chrome", "chrome"),
    ("Safari/", "Safari", "safari"),
)
"""A mark, the name that people use, and the value of the label in metrics. The first that is found counts: most
browsers also say Safari, and those built on Chromium also say Chrome."""

_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    # Says Mac, but exists only for iPhone and iPad: it asks for pages made for a desktop, as it does on iPads.
    ("EdgiOS/", "iPad"),
    ("FxiOS/", "iPad"),
    ("CriOS/", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_OF_APPLE = {"iPhone", "iPad", "macOS"}
"""Elsewhere a browser that says only Safari is one of many without a mark of its own."""
_READ_MAX = 1_024
"""So many characters are read: no browser's user agent is that long."""
UNKNOWN_DEVICE = "Unknown device"


def device_of(user_agent: str) -> str:
    """Return a browser and its system in words, such as ``Firefox on Linux``.

    Safari on an iPad says that it is on a Mac, so it is called that.

    Args:
        user_agent: The header, untrusted.

    Returns:
        One of a few known names, so nothing of the header itself; :data:`UNKNOWN_DEVICE`
        where neither is known.
    """
    (browser, _), system = _find_browser(user_agent), _find_system(user_agent)
    if browser == "Safari" and system not in _OF_APPLE:
        browser = ""
    return " on ".join(filter(None, (browser, system))) or UNKNOWN_DEVICE


def label_of(user_agent: str) -> BrowserLabel:
    """Return the value of the label ``browser`` in metrics."""
    return _find_browser(user_agent)[1]


def _find_browser(user_agent: str) -> tuple[str, BrowserLabel]:
    read = user_agent[:_READ_MAX]
    return next(((name, label) for mark, name, label in _BROWSERS if mark in read), ("", "other"))


def _find_system(user_agent: str) -> str:
    read = user_agent[:_READ_MAX]
    return next((name for mark, name in _SYSTEMS if mark in read), "")
