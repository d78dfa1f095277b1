"""Conversations and their members."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response

from nova_app.api.auth import Caller
from nova_app.api.dependencies import Given
from nova_app.domain.models import ConversationId, ConversationKind
from nova_app.protocol.frames import event_body, summary_body
from nova_app.schemas.conversations import (
    ConversationAnswer,
    ConversationBody,
    ConversationsAnswer,
    MemberAnswer,
    MemberBody,
)

router = APIRouter(prefix="/conversations", tags=["conversations"])


@router.get("", response_model_exclude_unset=True)
async def list_conversations(caller: Caller, given: Given) -> ConversationsAnswer:
    """The caller's conversations, the most recently active first."""
    summaries = await given.conversations.list_summaries(caller.user_id)
    return ConversationsAnswer.model_validate({"items": [summary_body(s) for s in summaries], "has_more": False})


@router.post("", status_code=201, response_model_exclude_unset=True)
async def create_conversation(
    body: ConversationBody,
    caller: Caller,
    given: Given,
    response: Response,
    idempotency_key: Annotated[UUID | None, Header()] = None,
) -> ConversationAnswer:
    """Make a conversation; 200 with the existing one for a repeated key or a known pair."""
    summary, is_new = await given.conversations.create(
        caller.user_id,
        kind=ConversationKind(body.kind),
        title=body.title,
        usernames=body.members,
        creation_key=str(idempotency_key) if idempotency_key else None,
    )
    response.status_code = 201 if is_new else 200
    return ConversationAnswer.model_validate(summary_body(summary))


@router.get("/{conversation_id}", response_model_exclude_unset=True)
async def get_conversation(conversation_id: UUID, caller: Caller, given: Given) -> ConversationAnswer:
    """One conversation of the caller."""
    summary = await given.conversations.get_summary(caller.user_id, ConversationId(str(conversation_id)))
    return ConversationAnswer.model_validate(summary_body(summary))


@router.post("/{conversation_id}/members", status_code=201)
async def add_member(
    conversation_id: UUID, body: MemberBody, caller: Caller, given: Given, response: Response
) -> MemberAnswer | None:
    """Add somebody to a group; 204 if they were a member already."""
    change = await given.conversations.add_member(caller.user_id, ConversationId(str(conversation_id)), body.username)
    if change is None:
        response.status_code = 204
        return None
    return MemberAnswer.model_validate(event_body(change))


@router.delete("/{conversation_id}/members/me", status_code=204)
async def leave(conversation_id: UUID, caller: Caller, given: Given) -> None:
    """Leave a group; nothing of it reaches the caller any more."""
    await given.conversations.leave(caller.user_id, ConversationId(str(conversation_id)))
