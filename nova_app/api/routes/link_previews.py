"""The previews of the links of one message."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from nova_app.api.auth import Caller
from nova_app.api.dependencies import Services
from nova_app.domain.models import ConversationId, MessageId
from nova_app.schemas.messages import LinkPreviewResponse, LinkPreviewsResponse

router = APIRouter(prefix="/conversations/{conversation_id}/messages/{message_id}/previews", tags=["messages"])


@router.get("")
async def list_previews(
    conversation_id: UUID, message_id: UUID, caller: Caller, services: Services
) -> LinkPreviewsResponse:
    """The previews of a message's links, in the order of its text; none where the server does not offer them."""
    previews = await services.link_previews.read_previews(
        caller.user_id, ConversationId(str(conversation_id)), MessageId(str(message_id))
    )
    items = [
        LinkPreviewResponse(url=item.url, host=item.host, title=item.title, description=item.description)
        for item in previews
    ]
    return LinkPreviewsResponse(items=items, has_more=False)


@router.delete("", status_code=204)
async def dismiss_previews(conversation_id: UUID, message_id: UUID, caller: Caller, services: Services) -> None:
    """Show no previews at one's own message from now on, to nobody; a repeat changes nothing."""
    await services.link_previews.dismiss(
        caller.user_id, ConversationId(str(conversation_id)), MessageId(str(message_id))
    )
