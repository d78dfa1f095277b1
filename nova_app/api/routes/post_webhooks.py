"""The webhooks of posts, for admins of the server."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from nova_app.api.auth import Caller
from nova_app.api.dependencies import Services
from nova_app.api.routes.webhooks import webhook_response
from nova_app.observability.audit import AuditEvent, record
from nova_app.schemas.webhooks import NewWebhookResponse, WebhookRequest, WebhooksResponse

router = APIRouter(prefix="/posts/webhooks", tags=["webhooks"])


@router.get("")
async def list_post_webhooks(caller: Caller, services: Services) -> WebhooksResponse:
    """The webhooks of posts, without their secrets."""
    await services.administration.require_admin(caller)
    found = await services.webhooks.list_of_posts()
    return WebhooksResponse(
        items=[webhook_response(line.webhook, is_active=line.is_active) for line in found], has_more=False
    )


@router.post("", status_code=201)
async def create_post_webhook(body: WebhookRequest, caller: Caller, services: Services) -> NewWebhookResponse:
    """Send what happens to posts to an address from now on; the secret is shown only once."""
    await services.administration.require_admin(caller)
    webhook = await services.webhooks.create_for_posts(caller.user_id, body.url)
    record(AuditEvent.WEBHOOK_CREATED, account=caller.user_id, conversation="posts", webhook=webhook.id)
    return NewWebhookResponse(**webhook_response(webhook).model_dump(), secret=webhook.secret)


@router.delete("/{webhook_id}", status_code=204)
async def delete_post_webhook(webhook_id: UUID, caller: Caller, services: Services) -> None:
    """Stop the webhook and delete its waiting deliveries."""
    await services.administration.require_admin(caller)
    await services.webhooks.delete_of_posts(str(webhook_id))
    record(AuditEvent.WEBHOOK_ENDED, account=caller.user_id, conversation="posts", webhook=str(webhook_id))
