"""The icons of the screen: which of lucide's is used for what."""

from __future__ import annotations

import reflex as rx
from reflex_components_lucide.icon import Icon

_LUCIDE = {
    "back": "arrow-left",
    "compose": "square-pen",
    "send": "arrow-up",
    "down": "arrow-down",
    "clock": "clock",
    "check": "check",
    "checks": "check-check",
    "alert": "circle-alert",
    "leave": "log-out",
    "close": "x",
    "clip": "paperclip",
    "file": "file",
    "feed": "megaphone",
    "calendar": "calendar",
    "search": "search",
    "gear": "settings-2",
    "pulse": "activity",
    "link": "link-2",
    "link-off": "link-2-off",
    "person": "user-round",
    "eye": "eye",
    "eye-off": "eye-off",
    "download": "download",
    "bubble": "message-circle",
    "lock": "lock",
    "contrast": "contrast",
    "bell": "bell",
    "device": "monitor",
    "key": "key-round",
    "password": "square-asterisk",
    "invite": "user-plus",
    "repair": "wrench",
    "fold": "chevron-down",
}


def icon(name: str) -> rx.Component:
    """Render an icon for the eye only; the text is beside it or in the control's label."""
    # Not by rx.icon, which mypy takes for a module whenever it reads its cache.
    return Icon.create(_LUCIDE[name], class_name="icon", custom_attrs={"aria-hidden": "true"})
