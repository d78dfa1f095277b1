"""The icons of the screen: which of lucide's is used for what."""

from __future__ import annotations

import reflex as rx
from reflex_components_lucide.icon import Icon

_LUCIDE = {
    "back": "arrow-left",
    "compose": "pencil-line",
    "send": "arrow-up",
    "down": "arrow-down",
    "clock": "clock",
    "check": "check",
    "checks": "check-check",
    "read": "circle-check",
    "alert": "circle-alert",
    "leave": "log-out",
    "close": "x",
    "clip": "paperclip",
    "file": "file",
    "feed": "newspaper",
    "calendar": "calendar",
    "search": "search",
    "gear": "settings-2",
    "pulse": "activity",
    "bubble": "message-circle",
}


def icon(name: str) -> rx.Component:
    """Render an icon for the eye only; the text is beside it or in the control's label."""
    # Not by rx.icon, which mypy takes for a module whenever it reads its cache.
    return Icon.create(_LUCIDE[name], class_name="icon", custom_attrs={"aria-hidden": "true"})
