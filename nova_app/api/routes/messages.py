"""The messages of a conversation."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from nova_app.api.auth import Caller
from nova_app.api.dependencies import Services
from nova_app.domain.errors import NovaError
from nova_app.domain.events import Draft
from nova_app.domain.history import MOMENT_MAX_CHARS, choose_target
from nova_app.domain.models import ClientId, ConversationId, MessageId, UploadId
from nova_app.protocol.bodies import message_body, person_body, to_fields
from nova_app.protocol.bounds import SEQ_MAX
from nova_app.protocol.codes import LIMITS
from nova_app.protocol.event_frames import event_fields
from nova_app.schemas.messages import MessageRequest, MessageResponse, MessagesResponse

router = APIRouter(prefix="/conversations/{conversation_id}/messages", tags=["messages"])

Seq = Annotated[int | None, Query(ge=0, le=SEQ_MAX)]


@router.get("", response_model_exclude_unset=True)
async def list_messages(
    conversation_id: UUID,
    caller: Caller,
    services: Services,
    *,
    before_seq: Seq = None,
    after_seq: Seq = None,
    around_seq: Seq = None,
    at: Annotated[str | None, Query(max_length=MOMENT_MAX_CHARS)] = None,
    limit: Annotated[int, Query(ge=1, le=LIMITS.history_page_max)] = LIMITS.history_page,
) -> MessagesResponse:
    """The newest messages, those before or after a number, or those around one; always ascending.

    ``at`` is a day or a moment with its offset: those around the first message at or after it.
    """
    messaging, room = services.messaging, ConversationId(str(conversation_id))
    target = choose_target(around_seq, at, has_range=before_seq is not None or after_seq is not None)
    if target is None:
        page = await messaging.read_page(caller.user_id, room, before_seq=before_seq, after_seq=after_seq, limit=limit)
    else:
        page = await messaging.read_around(caller.user_id, room, target, limit=limit)
    return MessagesResponse.model_validate(
        {
            "items": [to_fields(message_body(message, caller.user_id)) for message in page.items],
            "has_more": page.has_more,
            "last_seq": page.last_seq,
            "has_older": page.has_older,
            "has_newer": page.has_newer,
            "target_seq": page.target_seq,
            "former_authors": [to_fields(person_body(person)) for person in page.former_authors],
            "events": [event_fields(event) for event in page.events],
        }
    )


@router.post("", status_code=201, response_model_exclude_unset=True)
async def send_message(
    conversation_id: UUID,
    body: MessageRequest,
    caller: Caller,
    services: Services,
    *,
    response: Response,
    idempotency_key: Annotated[UUID, Header()],
) -> MessageResponse:
    """Store a message once; 200 with the first one for a repeated key."""
    draft = Draft(
        caller.user_id,
        ClientId(str(idempotency_key)),
        ConversationId(str(conversation_id)),
        body.text,
        tuple(UploadId(str(upload_id)) for upload_id in body.upload_ids),
        MessageId(str(body.reply_to)) if body.reply_to else None,
        {UploadId(str(upload_id)): text for upload_id, text in body.alt_texts.items()},
    )
    (result,) = await services.messaging.post([draft])
    if isinstance(result, NovaError):
        raise result
    response.status_code = 200 if result.duplicate else 201
    return MessageResponse.model_validate(to_fields(message_body(result.message, caller.user_id)))
