"""The prober's conversations: one a day, so that what it writes can be removed whole."""

from __future__ import annotations

from datetime import date

TITLE = "Nova's prober"


def title_of(day: date) -> str:
    """Return the title of a day's conversation."""
    return f"{TITLE} {day.isoformat()}"


def is_outdated(title: str, day: date) -> bool:
    """Return whether a conversation is the prober's, of another day."""
    return title.startswith(TITLE) and title != title_of(day)
