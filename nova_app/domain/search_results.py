"""What a search found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nova_app.domain.events import MessagePosted


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that matched, with the name of its conversation for the searching user."""

    message: MessagePosted
    conversation_name: str
    author_avatar_id: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, the newest first.

    Attributes:
        index_type: Which index answered; empty where none was asked.
        looked_at: How many of its rows were looked at.
    """

    hits: Sequence[Hit]
    has_more: bool
    index_type: str
    looked_at: int
