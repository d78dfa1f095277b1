"""Bodies of search."""

from __future__ import annotations

from pydantic import BaseModel

from nova_app.schemas.messages import MessageResponse


class SnippetPart(BaseModel):
    """A piece of a message's text; ``hit`` where it is what was looked for."""

    text: str
    hit: bool


class HitResponse(MessageResponse):
    """A message that was found; joined, the parts of ``snippet`` are a stretch of its text."""

    author_avatar_url: str
    conversation_name: str
    snippet: list[SnippetPart]


class SearchResponse(BaseModel):
    """What was found, the newest first; which index answered, how much of it was looked at, and how long it took."""

    items: list[HitResponse]
    has_more: bool
    index_type: str
    rows_looked_at: int
    took_ms: float
