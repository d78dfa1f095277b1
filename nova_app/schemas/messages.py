"""Bodies of messages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from nova_app.protocol.bounds import SEQ_MAX
from nova_app.schemas.base import RequestBody
from nova_app.schemas.uploads import SentFileResponse


class MessageRequest(RequestBody):
    """A message to send; its ``Idempotency-Key`` is its client id; the text may be empty if there are files.

    ``alt_texts`` describe files for people who do not see them, by the ids of their uploads.
    """

    text: Annotated[str, Field(max_length=65_536)] = ""
    upload_ids: Annotated[list[UUID], Field(max_length=100)] = []
    reply_to: UUID | None = None
    alt_texts: Annotated[dict[UUID, str], Field(max_length=100)] = {}


class EditRequest(RequestBody):
    """Another text for a message; ``base_seq`` is the ``version_seq`` that its author saw.

    Without it the edit overwrites whatever the text is by now.
    """

    text: Annotated[str, Field(max_length=65_536)]
    base_seq: Annotated[int | None, Field(ge=0, le=SEQ_MAX)] = None


class QuoteResponse(BaseModel):
    """The message that another one replies to; ``deleted`` once it is gone."""

    message_id: UUID
    seq: int
    author_id: UUID
    author_name: str
    text: str
    deleted: bool = False


class ReactionResponse(BaseModel):
    """An emoji at a message: how many users set it, and at most 20 of them."""

    emoji: str
    count: int
    user_ids: list[UUID]


class VersionResponse(BaseModel):
    """A text that a message had from ``edited_at`` on."""

    seq: int
    text: str
    edited_at: datetime


class VersionsResponse(BaseModel):
    """Every text of a message, the first one first."""

    items: list[VersionResponse]
    has_more: bool


class LinkPreviewResponse(BaseModel):
    """What a page that a message links to says about itself; ``host`` is where the link leads."""

    url: str
    host: str
    title: str
    description: str


class LinkPreviewsResponse(BaseModel):
    """The previews of a message's links, in the order of its text."""

    items: list[LinkPreviewResponse]
    has_more: bool


class AuthorResponse(BaseModel):
    """The author of a message."""

    user_id: UUID
    username: str
    display_name: str
    status: str
    avatar_url: str


class MessageResponse(BaseModel):
    """A stored message; ``seq`` counts the conversation's durable events from 1.

    ``author_name`` is what the author is called now, also after they left. ``version_seq`` is the number of the
    newest edit, else the message's own. ``files``, ``edited_at``, ``deleted``, ``reply_to`` and ``mentions_all`` are
    left out where it has none.
    """

    conversation_id: UUID
    message_id: UUID
    seq: int
    client_id: UUID
    author_id: UUID
    author_name: str
    text: str
    created_at: datetime
    files: list[SentFileResponse] = []
    version_seq: int = 0
    edited_at: datetime | None = None
    deleted: bool = False
    reply_to: QuoteResponse | None = None
    mentions: list[UUID] = []
    mentions_all: bool = False
    reactions: list[ReactionResponse] = []


class MessagesResponse(BaseModel):
    """Consecutive messages, ascending; ``last_seq`` is the newest number at the time of the read.

    ``has_more`` is about the direction of reading. ``target_seq`` is the message that ``around_seq``
    or ``at`` meant; null if there is none, and then these are the newest. ``former_authors`` wrote
    some of these messages and are not members any more. ``events`` are the memberships and renames
    between these messages, in the form of their frames.
    """

    items: list[MessageResponse]
    has_more: bool
    last_seq: int
    has_older: bool
    has_newer: bool
    target_seq: int | None
    former_authors: list[AuthorResponse]
    events: list[dict[str, Any]] = []
