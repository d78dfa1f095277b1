"""Bodies of webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from nova_app.schemas.base import Body


class WebhookBody(Body):
    """A program elsewhere that is to hear of new messages."""

    url: Annotated[str, Field(max_length=10_000)]


class WebhookAnswer(BaseModel):
    """A webhook; not active any more once its target said that it is gone."""

    id: UUID
    url: str
    created_at: datetime
    is_active: bool


class NewWebhookAnswer(WebhookAnswer):
    """A webhook with the secret that proves its requests; shown this once."""

    secret: str


class WebhooksAnswer(BaseModel):
    """A conversation's webhooks."""

    items: list[WebhookAnswer]
    has_more: bool
