"""Bodies of posts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from nova_app.schemas.base import RequestBody
from nova_app.schemas.uploads import UploadResponse


class PostRequest(RequestBody):
    """A post to publish; the text may be empty if there are files."""

    text: Annotated[str, Field(max_length=65_536)] = ""
    upload_ids: Annotated[list[UUID], Field(max_length=100)] = []


class PostResponse(BaseModel):
    """A post; ``number`` grows with each."""

    id: UUID
    number: int
    author_id: UUID
    author_name: str
    author_avatar_url: str
    text: str
    created_at: datetime
    files: list[UploadResponse]


class PostsResponse(BaseModel):
    """A page of posts, the newest first; the next begins ``before`` the last one's number."""

    items: list[PostResponse]
    has_more: bool
