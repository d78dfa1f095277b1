"""Bodies of posts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from nova_app.protocol.bounds import SEQ_MAX
from nova_app.schemas.base import RequestBody
from nova_app.schemas.messages import ReactionResponse
from nova_app.schemas.uploads import UploadResponse

Text = Annotated[str, Field(max_length=65_536)]


class PostRequest(RequestBody):
    """A post to publish; the text may be empty if there are files."""

    text: Text = ""
    upload_ids: Annotated[list[UUID], Field(max_length=100)] = []


class PostEditRequest(RequestBody):
    """Another text for a post; it may be empty if the post has files."""

    text: Text


class CommentRequest(RequestBody):
    """A comment to add."""

    text: Text


class PostsReadRequest(RequestBody):
    """The number of the newest post that was read."""

    read_number: Annotated[int, Field(strict=True, ge=0, le=SEQ_MAX)]


class PostResponse(BaseModel):
    """A post; ``number`` grows with each.

    ``edited_at`` is left out where it was never edited. ``deleted`` marks a post that was published with this key and
    deleted since; lists leave it out.
    """

    id: UUID
    number: int
    author_id: UUID
    author_name: str
    author_avatar_url: str
    text: str
    created_at: datetime
    files: list[UploadResponse]
    reactions: list[ReactionResponse]
    comment_count: int
    edited_at: datetime | None = None
    deleted: bool = False


class PostsResponse(BaseModel):
    """A page of posts, the newest first; the next begins ``before`` the last one's number.

    With ``after_number``, the oldest first.
    """

    items: list[PostResponse]
    has_more: bool


class CommentResponse(BaseModel):
    """A comment under a post; ``number`` grows with each.

    ``deleted`` marks one that was added with this key and deleted since; lists leave it out.
    """

    id: UUID
    number: int
    post_id: UUID
    author_id: UUID
    author_name: str
    author_avatar_url: str
    text: str
    created_at: datetime
    deleted: bool = False


class CommentsResponse(BaseModel):
    """Consecutive comments, ascending; ``has_more`` is about the direction of reading."""

    items: list[CommentResponse]
    has_more: bool


class PostsReadResponse(BaseModel):
    """How far the user has read the posts; ``unread`` is exact to 999, 1000 means more."""

    last_number: int
    read_number: int
    unread: int
