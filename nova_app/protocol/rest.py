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

Short = Annotated[str, Field(max_length=1_000)]


class Body(BaseModel):
    """A body that came in; unknown fields are passed over."""

    model_config = ConfigDict(str_strip_whitespace=False)


class RegisterBody(Body):
    """A new account."""

    username: Short
    display_name: Short
    password: Short


class LoginBody(Body):
    """Somebody who signs in."""

    username: Short
    password: Short


class TokenBody(Body):
    """A key for a program."""

    name: Annotated[str, Field(min_length=1, max_length=64)]


class ProfileBody(Body):
    """What a user changes about themself."""

    display_name: Short


class ConversationBody(Body):
    """A new conversation; the creator is a member without being named."""

    kind: Literal["direct", "group"]
    title: Short = ""
    members: Annotated[list[Short], Field(max_length=1_000)] = []


class MemberBody(Body):
    """Somebody to add."""

    username: Short


class MessageBody(Body):
    """A message to send; its ``Idempotency-Key`` is its client id."""

    text: Annotated[str, Field(max_length=65_536)]


class UserAnswer(BaseModel):
    """A user, as that user sees themself."""

    user_id: UUID
    username: str
    display_name: str
    created_at: datetime


class TokenAnswer(BaseModel):
    """A program's key; shown this once."""

    token: str


class PersonAnswer(BaseModel):
    """A member of a conversation."""

    user_id: UUID
    username: str
    display_name: str


class MessageAnswer(BaseModel):
    """A stored message; ``seq`` counts the conversation's durable events from 1."""

    conversation_id: UUID
    message_id: UUID
    seq: int
    client_id: UUID
    author_id: UUID
    text: str
    created_at: datetime


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
    last_message: MessageAnswer | None


class ConversationsAnswer(BaseModel):
    """The user's conversations, the most recently active first."""

    items: list[ConversationAnswer]
    has_more: bool


class MessagesAnswer(BaseModel):
    """A stretch of messages, ascending; ``last_seq`` is the newest number at the read."""

    items: list[MessageAnswer]
    has_more: bool
    last_seq: int


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
