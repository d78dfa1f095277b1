"""The events of a conversation that are no messages: the lines between them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from nova_app.api.auth import Caller
from nova_app.api.dependencies import Services
from nova_app.domain.models import ConversationId
from nova_app.protocol.bounds import SEQ_MAX
from nova_app.protocol.codes import LIMITS
from nova_app.protocol.event_frames import event_fields
from nova_app.schemas.events import EVENT_KINDS, EventsResponse
from nova_app.services.ids import invalid_field

router = APIRouter(prefix="/conversations/{conversation_id}/events", tags=["messages"])

Seq = Annotated[int | None, Query(ge=0, le=SEQ_MAX)]


@router.get("")
async def list_events(
    conversation_id: UUID,
    caller: Caller,
    services: Services,
    *,
    kinds: Annotated[str, Query(max_length=200)] = "member,title",
    before_seq: Seq = None,
    after_seq: Seq = None,
    limit: Annotated[int, Query(ge=1, le=LIMITS.history_page_max)] = LIMITS.history_page,
) -> EventsResponse:
    """The newest events of these kinds, those before a number or the first ones after one; always ascending."""
    wanted = [kind.strip() for kind in kinds.split(",")]
    if not set(wanted) <= EVENT_KINDS.keys():
        raise invalid_field("kinds", f"Expected some of {', '.join(EVENT_KINDS)}, separated by commas.")
    events, has_more = await services.messaging.read_changes(
        caller.user_id,
        ConversationId(str(conversation_id)),
        [EVENT_KINDS[kind] for kind in wanted],
        before_seq=before_seq,
        after_seq=after_seq,
        limit=limit,
    )
    return EventsResponse(items=[event_fields(event) for event in events], has_more=has_more)
