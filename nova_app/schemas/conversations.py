"""Bodies of conversations and their members."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StrictBool

from nova_app.protocol.bounds import SEQ_MAX
from nova_app.schemas.base import RequestBody, Short
from nova_app.schemas.messages import AuthorResponse, MessageResponse


class ConversationRequest(RequestBody):
    """A new conversation; the creator is a member without being named."""

    kind: Literal["direct", "group"]
    title: Short = ""
    members: Annotated[list[Short], Field(max_length=1_000)] = []


class RenameRequest(RequestBody):
    """Another title for a group."""

    title: Short


class MemberRequest(RequestBody):
    """Users to add: several as ``usernames``, or one as ``username``."""

    username: Short | None = None
    usernames: Annotated[list[Short] | None, Field(max_length=1_000)] = None


class RoleRequest(RequestBody):
    """Another role for a member."""

    role: Literal["owner", "admin", "member"]


class MySettingsRequest(RequestBody):
    """What a member sets for themself; what is left out stays as it is.

    ``muted_until`` is null, ``forever`` or a moment; ``notify`` null means the user's default. ``read_seq`` may go
    back, which marks later messages as unread.
    """

    pinned: StrictBool | None = None
    muted_until: Annotated[str | None, Field(max_length=40)] = None
    notify: Literal["all", "mentions", "none"] | None = None
    read_seq: Annotated[int | None, Field(ge=0, le=SEQ_MAX)] = None


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
    pinned: bool = False
    muted_until: str | None = None
    notify: Literal["all", "mentions", "none"] | None = None


class ConversationsResponse(BaseModel):
    """A page of the user's conversations, the most recently active first; the next one is ``before=<next_before>``."""

    items: list[ConversationResponse]
    has_more: bool
    next_before: str | None = None


class MemberResponse(BaseModel):
    """A membership that changed, with the number of its event."""

    conversation_id: UUID
    seq: int
    user_id: UUID
    username: str
    display_name: str
    action: Literal["joined", "left", "removed"]
    actor_id: UUID
    created_at: datetime
    actor_name: str


class MembersResponse(BaseModel):
    """The memberships that began; ``has_more`` is always false."""

    items: list[MemberResponse]
    has_more: bool
