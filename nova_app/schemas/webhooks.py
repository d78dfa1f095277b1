"""Bodies of webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from nova_app.schemas.base import RequestBody


class WebhookRequest(RequestBody):
    """A URL that is to receive new messages."""

    url: Annotated[str, Field(max_length=10_000)]


class WebhookResponse(BaseModel):
    """A webhook; inactive once its target answered 410 or ``created_by`` lost the right to hear what it hears."""

    id: UUID
    url: str
    created_at: datetime
    created_by: UUID
    is_active: bool


class NewWebhookResponse(WebhookResponse):
    """A webhook with the secret that signs its requests; shown only once."""

    secret: str


class WebhooksResponse(BaseModel):
    """A conversation's webhooks."""

    items: list[WebhookResponse]
    has_more: bool
