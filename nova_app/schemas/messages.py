"""Bodies of messages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from nova_app.schemas.base import RequestBody
from nova_app.schemas.uploads import UploadResponse


class MessageRequest(RequestBody):
    """A message to send; its ``Idempotency-Key`` is its client id; the text may be empty if there are files."""

    text: Annotated[str, Field(max_length=65_536)] = ""
    upload_ids: Annotated[list[UUID], Field(max_length=100)] = []


class AuthorResponse(BaseModel):
    """The author of a message."""

    user_id: UUID
    username: str
    display_name: str
    status: str
    avatar_url: str


class MessageResponse(BaseModel):
    """A stored message; ``seq`` counts the conversation's durable events from 1.

    ``author_name`` is what the author is called now, also after they left. ``files`` is left out
    where it has none.
    """

    conversation_id: UUID
    message_id: UUID
    seq: int
    client_id: UUID
    author_id: UUID
    author_name: str
    text: str
    created_at: datetime
    files: list[UploadResponse] = []


class MessagesResponse(BaseModel):
    """Consecutive messages, ascending; ``last_seq`` is the newest number at the time of the read.

    ``has_more`` is about the direction of reading. ``target_seq`` is the message that ``around_seq``
    or ``at`` meant; null if there is none, and then these are the newest. ``former_authors`` wrote
    some of these messages and are not members any more.
    """

    items: list[MessageResponse]
    has_more: bool
    last_seq: int
    has_older: bool
    has_newer: bool
    target_seq: int | None
    former_authors: list[AuthorResponse]
