"""Bodies of events that are no messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

EVENT_KINDS: Mapping[str, str] = {
    "member": "member",
    "title": "renamed",
    "edited": "edited",
    "deleted": "deleted",
    "reaction": "reaction",
}
"""The kinds of events that can be listed, and the type of the frame of each."""


class EventsResponse(BaseModel):
    """Events in the form of their frames, ascending; ``has_more`` is about the direction of reading."""

    items: list[dict[str, Any]]
    has_more: bool
