"""Bodies of search."""

from __future__ import annotations

from pydantic import BaseModel

from nova_app.schemas.messages import MessageResponse
from nova_app.schemas.posts import PostResponse


class SnippetPart(BaseModel):
    """A part of a message's text; ``hit`` where it matches the query."""

    text: str
    hit: bool


class HitResponse(MessageResponse):
    """A message that matched; joined, the parts of ``snippet`` are an excerpt of its text."""

    author_avatar_url: str
    conversation_name: str
    snippet: list[SnippetPart]


class PostHitResponse(PostResponse):
    """A post that matched; joined, the parts of ``snippet`` are an excerpt of its text."""

    snippet: list[SnippetPart]


class SearchResponse(BaseModel):
    """The matches, the newest first; beside messages only the newest posts, all of them for ``is:post``.

    Which index answered, how many of its rows were read, and how long it took.
    """

    items: list[HitResponse]
    posts: list[PostHitResponse]
    has_more: bool
    index_type: str
    rows_looked_at: int
    took_ms: float
