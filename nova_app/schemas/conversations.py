"""Bodies of conversations and their members."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from nova_app.schemas.base import RequestBody, Short
from nova_app.schemas.messages import AuthorResponse, MessageResponse


class ConversationRequest(RequestBody):
    """A new conversation; the creator is a member without being named."""

    kind: Literal["direct", "group"]
    title: Short = ""
    members: Annotated[list[Short], Field(max_length=1_000)] = []


class MemberRequest(RequestBody):
    """A user to add."""

    username: Short


class PersonResponse(AuthorResponse):
    """A member of a conversation; ``role`` is left out in direct conversations."""

    joined_seq: int
    role: Literal["owner", "admin", "member"] | None = None


class ConversationResponse(BaseModel):
    """A conversation as its member sees it."""

    id: UUID
    kind: Literal["direct", "group"]
    title: str
    members: list[PersonResponse]
    last_seq: int
    read_seq: int
    unread: int
    created_at: datetime
    created_by: UUID | None = None
    last_message: MessageResponse | None
    unread_mentions: int = 0


class ConversationsResponse(BaseModel):
    """The user's conversations, the most recently active first."""

    items: list[ConversationResponse]
    has_more: bool


class MemberResponse(BaseModel):
    """A membership that changed, with the number of its event."""

    conversation_id: UUID
    seq: int
    user_id: UUID
    username: str
    display_name: str
    action: Literal["joined", "left"]
    actor_id: UUID
    created_at: datetime
