"""The icons of the screen: which of lucide's is used for what."""

from __future__ import annotations

import reflex as rx
from reflex_components_lucide.icon import Icon

_LUCIDE = {
    "back": "arrow-left",
    "compose": "square-pen",
    "send": "arrow-up",
    "down": "arrow-down",
    "previous": "chevron-left",
    "next": "chevron-right",
    "up": "arrow-up",
    "mention": "at-sign",
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
    "device": "monitor",
    "key": "key-round",
    "password": "square-asterisk",
    "invite": "user-plus",
    "repair": "wrench",
    "fold": "chevron-down",
    "comment": "message-square",
    "emoji": "smile",
    "format": "case-sensitive",
    "bold": "bold",
    "italic": "italic",
    "strike": "strikethrough",
    "list": "list",
    "quote": "text-quote",
    "code": "code",
    "react": "smile-plus",
    "reply": "reply",
    "pencil": "pencil",
    "more": "ellipsis",
    "info": "info",
    "trash": "trash-2",
    "muted": "bell-off",
    "bell": "bell",
    "pin": "pin",
    "add-person": "user-round-plus",
    "remove-person": "user-round-minus",
    "admin": "shield",
    "panel": "panel-right",
}


def icon(name: str) -> rx.Component:
    """Render an icon for the eye only; the text is beside it or in the control's label."""
    # Not by rx.icon, which mypy takes for a module whenever it reads its cache.
    return Icon.create(_LUCIDE[name], class_name="icon", custom_attrs={"aria-hidden": "true"})
