"""Names browsers by their user agent, so that their owner recognises a session.

Only the words people use for it: a full agent string is a fingerprint, and nobody can read it.
"""

from __future__ import annotations

# The first that is found counts: Edge and Opera also say Chrome, and Chrome also says Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
UNKNOWN_DEVICE = "Unknown device"


def device_of(user_agent: str) -> str:
    """Return a browser and its system in words, such as ``Firefox on Linux``.

    Args:
        user_agent: The header, untrusted.

    Returns:
        One of a few known names, so nothing of the header itself; :data:`UNKNOWN_DEVICE`
        where neither is known.
    """
    browser = _first(_BROWSERS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    return " on ".join(filter(None, (browser, system))) or UNKNOWN_DEVICE


def _first(names: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for mark, name in names if mark in text), "")
