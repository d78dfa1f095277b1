"""The bodies of the HTTP API; they are also its OpenAPI description.

Lengths that need the rules of an account or a message are checked by the services,
so that every road refuses alike.  May import: domain, pydantic.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from nova_app.domain.errors import ErrorCode, ErrorKind
from nova_app.protocol.bounds import SEQ_MAX

Short = Annotated[str, Field(max_length=1_000)]


class Body(BaseModel):
    """A body that came in; unknown fields are passed over."""

    model_config = ConfigDict(str_strip_whitespace=False)


class ConversationBody(Body):
    """A new conversation; the creator is a member without being named."""

    kind: Literal["direct", "group"]
    title: Short = ""
    members: Annotated[list[Short], Field(max_length=1_000)] = []


class MemberBody(Body):
    """Somebody to add."""

    username: Short


class WebhookBody(Body):
    """A program elsewhere that is to hear of new messages."""

    url: Annotated[str, Field(max_length=10_000)]


class MessageBody(Body):
    """A message to send; its ``Idempotency-Key`` is its client id; the text may be empty if there are files."""

    text: Annotated[str, Field(max_length=65_536)] = ""
    upload_ids: Annotated[list[UUID], Field(max_length=100)] = []


class UploadBody(Body):
    """A file that will come in parts."""

    name: Short
    size_bytes: Annotated[int, Field(strict=True, ge=0, le=SEQ_MAX)]


class PostBody(Body):
    """Something to say to everybody; the text may be empty if there are files."""

    text: Annotated[str, Field(max_length=65_536)] = ""
    upload_ids: Annotated[list[UUID], Field(max_length=100)] = []


class AuthorAnswer(BaseModel):
    """Somebody who wrote a message."""

    user_id: UUID
    username: str
    display_name: str
    status: str
    avatar_url: str


class PersonAnswer(AuthorAnswer):
    """A member of a conversation."""

    joined_seq: int


class UploadAnswer(BaseModel):
    """A whole file.

    ``url`` and ``thumbnail_url`` are paths of this origin; ``width`` and ``height`` are in
    pixels, and 0 (without a thumbnail) where the file is no picture that can be shown.
    """

    id: UUID
    url: str
    thumbnail_url: str
    name: str
    content_type: str
    size_bytes: int
    width: int
    height: int


class MessageAnswer(BaseModel):
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
    files: list[UploadAnswer] = []


class ConversationAnswer(BaseModel):
    """A conversation as its member sees it."""

    id: UUID
    kind: Literal["direct", "group"]
    title: str
    members: list[PersonAnswer]
    last_seq: int
    read_seq: int
    unread: int
    created_at: datetime
    created_by: UUID | None = None
    last_message: MessageAnswer | None


class ConversationsAnswer(BaseModel):
    """The user's conversations, the most recently active first."""

    items: list[ConversationAnswer]
    has_more: bool


class MessagesAnswer(BaseModel):
    """A stretch of messages, ascending; ``last_seq`` is the newest number at the read.

    ``has_more`` is about the direction of reading. ``target_seq`` is the message that ``around_seq``
    or ``at`` meant; null if there is none, and then these are the newest. ``former_authors`` wrote
    some of these messages and are not members any more.
    """

    items: list[MessageAnswer]
    has_more: bool
    last_seq: int
    has_older: bool
    has_newer: bool
    target_seq: int | None
    former_authors: list[AuthorAnswer]


class MemberAnswer(BaseModel):
    """A membership that changed, with the number of its event."""

    conversation_id: UUID
    seq: int
    user_id: UUID
    username: str
    display_name: str
    action: Literal["joined", "left"]
    actor_id: UUID
    created_at: datetime


class SnippetPart(BaseModel):
    """A piece of a message's text; ``hit`` where it is what was looked for."""

    text: str
    hit: bool


class HitAnswer(MessageAnswer):
    """A message that was found; joined, the parts of ``snippet`` are a stretch of its text."""

    author_avatar_url: str
    conversation_name: str
    snippet: list[SnippetPart]


class SearchAnswer(BaseModel):
    """What was found, the newest first; which index answered, how much of it was looked at, and how long it took."""

    items: list[HitAnswer]
    has_more: bool
    index_type: str
    rows_looked_at: int
    took_ms: float


class UploadStateAnswer(BaseModel):
    """How much of a file has arrived; ``file`` once it is whole and checked."""

    id: UUID
    offset: int
    size_bytes: int
    file: UploadAnswer | None


class PostAnswer(BaseModel):
    """Something that was said to everybody; ``number`` grows with each post."""

    id: UUID
    number: int
    author_id: UUID
    author_name: str
    author_avatar_url: str
    text: str
    created_at: datetime
    files: list[UploadAnswer]


class PostsAnswer(BaseModel):
    """A stretch of posts, the newest first; the next begins ``before`` the last one's number."""

    items: list[PostAnswer]
    has_more: bool


class WebhookAnswer(BaseModel):
    """A webhook; not active any more once its target said that it is gone."""

    id: UUID
    url: str
    created_at: datetime
    is_active: bool


class NewWebhookAnswer(WebhookAnswer):
    """A webhook with the secret that proves its requests; shown this once."""

    secret: str


class WebhooksAnswer(BaseModel):
    """A conversation's webhooks."""

    items: list[WebhookAnswer]
    has_more: bool


class FigureAnswer(BaseModel):
    """A figure with its course, as an SVG path."""

    name: str
    value: str
    about: str
    path: str
    is_bad: bool


class ErrorCount(BaseModel):
    """How many errors of a kind pages reported since the start."""

    kind: str
    count: int


class AlertAnswer(BaseModel):
    """An alert that fires."""

    name: str
    severity: str
    summary: str
    runbook_url: str
    dashboard_url: str
    since: str


class StatusAnswer(BaseModel):
    """How Nova is doing; ``alerts_state`` is off, unreachable or known."""

    version: str
    revision: str
    since: datetime
    figures: list[FigureAnswer]
    kinds: list[ErrorCount]
    alerts_state: str
    alerts: list[AlertAnswer]
    dashboards_url: str


class Problem(BaseModel):
    """Every refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    kind: ErrorKind
    code: ErrorCode
    retryable: bool
    retry_after_seconds: float | None = None
    fields: dict[str, str] | None = None
    request_id: str
