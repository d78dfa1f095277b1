"""Conversations, and what their members set for themselves."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from nova_app.api.auth import Caller
from nova_app.api.dependencies import Services
from nova_app.domain.events import ListPlace
from nova_app.domain.models import ConversationId, ConversationKind
from nova_app.protocol.bodies import summary_body, to_fields
from nova_app.schemas.conversations import (
    ConversationRequest,
    ConversationResponse,
    ConversationsResponse,
    MySettingsRequest,
    RenameRequest,
)
from nova_app.services.own_settings import OwnSettings

router = APIRouter(prefix="/conversations", tags=["conversations"])

_COLUMNS = {"pinned": "is_pinned", "muted_until": "muted_until", "notify": "notify"}


PAGE_MAX = 100
_PLACE = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z_[0-9a-f-]{36}$"


@router.get("", response_model_exclude_unset=True)
async def list_conversations(
    caller: Caller,
    services: Services,
    *,
    before: Annotated[str | None, Query(pattern=_PLACE)] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = PAGE_MAX,
) -> ConversationsResponse:
    """The caller's conversations, the most recently active first; or those that follow a page's ``next_before``."""
    summaries, has_more = await services.conversations.read_page(
        caller.user_id, before=_parse_place(before), limit=limit
    )
    items = [to_fields(summary_body(summary)) for summary in summaries]
    rest = {"next_before": "_".join(summaries[-1].place)} if has_more else {}
    return ConversationsResponse.model_validate({"items": items, "has_more": has_more, **rest})


def _parse_place(text: str | None) -> ListPlace | None:
    if text is None:
        return None
    active_at, _, conversation_id = text.partition("_")
    return ListPlace(active_at, ConversationId(conversation_id))


@router.post("", status_code=201, response_model_exclude_unset=True)
async def create_conversation(
    body: ConversationRequest,
    caller: Caller,
    services: Services,
    response: Response,
    idempotency_key: Annotated[UUID | None, Header()] = None,
) -> ConversationResponse:
    """Make a conversation; 200 with the existing one for a repeated key or a known pair."""
    summary, is_new = await services.conversations.create(
        caller.user_id,
        kind=ConversationKind(body.kind),
        title=body.title,
        usernames=body.members,
        creation_key=str(idempotency_key) if idempotency_key else None,
    )
    response.status_code = 201 if is_new else 200
    return ConversationResponse.model_validate(to_fields(summary_body(summary)))


@router.get("/{conversation_id}", response_model_exclude_unset=True)
async def get_conversation(conversation_id: UUID, caller: Caller, services: Services) -> ConversationResponse:
    """One conversation of the caller."""
    summary = await services.conversations.get_summary(caller.user_id, ConversationId(str(conversation_id)))
    return ConversationResponse.model_validate(to_fields(summary_body(summary)))


@router.patch("/{conversation_id}", response_model_exclude_unset=True)
async def rename(
    conversation_id: UUID, body: RenameRequest, caller: Caller, services: Services
) -> ConversationResponse:
    """Give a group another title, as one of its admins."""
    room = ConversationId(str(conversation_id))
    summary = await services.group_members.rename(caller.user_id, room, body.title)
    return ConversationResponse.model_validate(to_fields(summary_body(summary)))


@router.patch("/{conversation_id}/me", response_model_exclude_unset=True)
async def change_my_settings(
    conversation_id: UUID, body: MySettingsRequest, caller: Caller, services: Services
) -> ConversationResponse:
    """Change what the caller set for themself here; what is left out stays."""
    named = body.model_dump(exclude_unset=True)
    values = {column: named[field] for field, column in _COLUMNS.items() if field in named}
    if values.get("is_pinned", ...) is None:
        values["is_pinned"] = False
    summary = await services.own_settings.change(
        caller.user_id, ConversationId(str(conversation_id)), OwnSettings(values, named.get("read_seq"))
    )
    return ConversationResponse.model_validate(to_fields(summary_body(summary)))
