"""What is not asked of the browser tests, each with its reason."""

from __future__ import annotations

ONE_WIDTH = {
    "back": ("narrow", "beside the list there is nothing to go back to"),
    "message-menu-reply": ("narrow", "on a wide page the bar itself has the button"),
    "message-menu-edit": ("narrow", "on a wide page the bar itself has the button"),
}
"""Controls that exist at one width only, and why."""

NOT_IN_STATE = {
    ("jump-retry", "offline"): "without a network it fails again at once, with the same words",
    ("timeline-scroll", "empty"): "where nothing was written there is nothing to scroll",
}
"""States in which a control is there, and what it does in them is not asked for: (control, state) and why."""

SENDS = ("empty", "wrong", "right")
"""How every form is sent at least once."""

FORMLESS = {
    "composer+Enter": "composer",
    "composer-send": "composer",
    "post-publish": "post-text",
    "post-text": "post-text",
}
"""What sends a field that stands in no form, or lets it be sent, and which field."""
