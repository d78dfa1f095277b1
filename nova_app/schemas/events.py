"""Bodies of events that are no messages."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

EVENT_KINDS = ("member", "title", "edited", "deleted", "reaction")
"""The kinds of events that can be listed; there are no changes of titles yet."""


class EventsResponse(BaseModel):
    """Events in the form of their frames, ascending; ``has_more`` is about the direction of reading."""

    items: list[dict[str, Any]]
    has_more: bool
