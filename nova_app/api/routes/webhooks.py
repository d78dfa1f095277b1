"""A conversation's webhooks."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from nova_app.api.auth import Caller
from nova_app.api.dependencies import Services
from nova_app.domain.models import ConversationId, Webhook
from nova_app.observability.audit import AuditEvent, record
from nova_app.schemas.webhooks import NewWebhookResponse, WebhookRequest, WebhookResponse, WebhooksResponse

router = APIRouter(prefix="/conversations/{conversation_id}/webhooks", tags=["webhooks"])


@router.get("")
async def list_webhooks(conversation_id: UUID, caller: Caller, services: Services) -> WebhooksResponse:
    """The conversation's webhooks, without their secrets."""
    found = await services.webhooks.list_of(caller.user_id, ConversationId(str(conversation_id)))
    return WebhooksResponse(
        items=[webhook_response(line.webhook, is_active=line.is_active) for line in found], has_more=False
    )


@router.post("", status_code=201)
async def create_webhook(
    conversation_id: UUID, body: WebhookRequest, caller: Caller, services: Services
) -> NewWebhookResponse:
    """Send every new message to an address from now on; the secret is shown only once."""
    webhook = await services.webhooks.create(caller.user_id, ConversationId(str(conversation_id)), body.url)
    record(AuditEvent.WEBHOOK_CREATED, account=caller.user_id, conversation=str(conversation_id), webhook=webhook.id)
    return NewWebhookResponse(**webhook_response(webhook).model_dump(), secret=webhook.secret)


@router.delete("/{webhook_id}", status_code=204)
async def delete_webhook(conversation_id: UUID, webhook_id: UUID, caller: Caller, services: Services) -> None:
    """Stop the webhook and delete its waiting deliveries."""
    await services.webhooks.delete(caller.user_id, ConversationId(str(conversation_id)), str(webhook_id))
    record(AuditEvent.WEBHOOK_ENDED, account=caller.user_id, conversation=str(conversation_id), webhook=str(webhook_id))


def webhook_response(webhook: Webhook, *, is_active: bool = True) -> WebhookResponse:
    """Return a webhook as it is sent."""
    return WebhookResponse(
        id=UUID(webhook.id),
        url=webhook.url,
        created_at=webhook.created_at,
        created_by=UUID(webhook.created_by),
        is_active=is_active,
    )
