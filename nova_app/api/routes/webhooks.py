"""A conversation's webhooks."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from nova_app.api.auth import Caller
from nova_app.api.dependencies import Given
from nova_app.domain.models import ConversationId, Webhook
from nova_app.schemas.webhooks import NewWebhookAnswer, WebhookAnswer, WebhookBody, WebhooksAnswer

router = APIRouter(prefix="/conversations/{conversation_id}/webhooks", tags=["webhooks"])


@router.get("")
async def list_webhooks(conversation_id: UUID, caller: Caller, given: Given) -> WebhooksAnswer:
    """The conversation's webhooks, without their secrets."""
    found = await given.webhooks.list_of(caller.user_id, ConversationId(str(conversation_id)))
    return WebhooksAnswer(items=[_answer(webhook) for webhook in found], has_more=False)


@router.post("", status_code=201)
async def create_webhook(conversation_id: UUID, body: WebhookBody, caller: Caller, given: Given) -> NewWebhookAnswer:
    """Tell an address of every new message from now on; the secret is shown this once."""
    webhook = await given.webhooks.create(caller.user_id, ConversationId(str(conversation_id)), body.url)
    return NewWebhookAnswer(**_answer(webhook).model_dump(), secret=webhook.secret)


@router.delete("/{webhook_id}", status_code=204)
async def delete_webhook(conversation_id: UUID, webhook_id: UUID, caller: Caller, given: Given) -> None:
    """Stop telling, and forget what waits."""
    await given.webhooks.delete(caller.user_id, ConversationId(str(conversation_id)), str(webhook_id))


def _answer(webhook: Webhook) -> WebhookAnswer:
    return WebhookAnswer(
        id=UUID(webhook.id), url=webhook.url, created_at=webhook.created_at, is_active=webhook.ended_at is None
    )
