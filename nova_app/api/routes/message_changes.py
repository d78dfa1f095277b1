"""One message: its edits, its deletion, its reactions."""

from __future__ import annotations

import uuid
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Path

from nova_app.api.auth import Caller
from nova_app.api.dependencies import Services
from nova_app.domain.events import Identity
from nova_app.domain.message_changes import Delete, Edit, React
from nova_app.domain.models import ClientId, ConversationId, MessageId, UserId
from nova_app.protocol.bodies import message_body, to_fields
from nova_app.schemas.messages import EditRequest, MessageResponse, VersionResponse, VersionsResponse

router = APIRouter(prefix="/conversations/{conversation_id}/messages/{message_id}", tags=["messages"])

Key = Annotated[UUID | None, Header(alias="Idempotency-Key", description="The change's client id; made up if absent.")]
Emoji = Annotated[str, Path(max_length=100)]


@router.patch("", response_model_exclude_unset=True)
async def edit_message(
    conversation_id: UUID,
    message_id: UUID,
    body: EditRequest,
    caller: Caller,
    services: Services,
    *,
    idempotency_key: Key = None,
) -> MessageResponse:
    """Give one's own message another text; a repeated key changes nothing."""
    place = _place(caller, conversation_id, message_id, idempotency_key)
    await services.changes.change_one(Edit(*place, body.text, body.base_seq))
    message = await services.changes.get_message(caller.user_id, place[2], place[3])
    return MessageResponse.model_validate(to_fields(message_body(message, caller.user_id)))


@router.delete("", status_code=204)
async def delete_message(
    conversation_id: UUID, message_id: UUID, caller: Caller, services: Services, *, idempotency_key: Key = None
) -> None:
    """Delete a message: one's own, or as an admin of the conversation anybody's."""
    await services.changes.change_one(Delete(*_place(caller, conversation_id, message_id, idempotency_key)))


@router.put("/reactions/{emoji}", status_code=204)
async def set_reaction(
    conversation_id: UUID,
    message_id: UUID,
    emoji: Emoji,
    caller: Caller,
    services: Services,
    *,
    idempotency_key: Key = None,
) -> None:
    """React to a message; a repeat changes nothing."""
    place = _place(caller, conversation_id, message_id, idempotency_key)
    await services.changes.change_one(React(*place, emoji, is_on=True))


@router.delete("/reactions/{emoji}", status_code=204)
async def remove_reaction(
    conversation_id: UUID,
    message_id: UUID,
    emoji: Emoji,
    caller: Caller,
    services: Services,
    *,
    idempotency_key: Key = None,
) -> None:
    """Take one's own reaction back."""
    place = _place(caller, conversation_id, message_id, idempotency_key)
    await services.changes.change_one(React(*place, emoji, is_on=False))


@router.get("/versions")
async def list_versions(
    conversation_id: UUID, message_id: UUID, caller: Caller, services: Services
) -> VersionsResponse:
    """Every text that a message had, the first one first; none once it was deleted."""
    versions = await services.changes.read_versions(
        caller.user_id, ConversationId(str(conversation_id)), MessageId(str(message_id))
    )
    items = [VersionResponse(seq=item.seq, text=item.text, edited_at=item.created_at) for item in versions]
    return VersionsResponse(items=items, has_more=False)


def _place(
    caller: Identity, conversation_id: UUID, message_id: UUID, key: UUID | None
) -> tuple[UserId, ClientId, ConversationId, MessageId]:
    """Return what every change begins with."""
    client_id = ClientId(str(key or uuid.uuid4()))
    return caller.user_id, client_id, ConversationId(str(conversation_id)), MessageId(str(message_id))
