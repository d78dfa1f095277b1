"""The icons of the screen: which of lucide's is used for what."""

from __future__ import annotations

import reflex as rx

_LUCIDE = {
    "back": "arrow-left",
    "compose": "pencil-line",
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
    "feed": "newspaper",
    "calendar": "calendar",
    "search": "search",
    "gear": "settings-2",
    "pulse": "activity",
    "bubble": "message-circle",
    "person": "user-round",
    "eye": "eye",
    "eye-off": "eye-off",
    "download": "download",
    "plus": "plus",
}


def icon(name: str) -> rx.Component:
    """Render an icon for the eye only; the text is beside it or in the control's label."""
    return rx.icon(_LUCIDE[name], class_name="icon", custom_attrs={"aria-hidden": "true"})
