"""What webhooks need from outside, as contracts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from nova_app.domain.models import ConversationId, Webhook
from nova_app.domain.webhooks import Job, Reply


@dataclass(frozen=True, slots=True)
class QueueState:
    """How many deliveries wait, in each state; ``oldest_at`` of those that still will be tried."""

    pending: int
    retry: int
    failed: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class WebhookLine:
    """A webhook, and whether it hears what happens: its maker must still have the right to."""

    webhook: Webhook
    is_active: bool


class WebhookRepository(Protocol):
    """The webhooks of conversations, and of posts, which have no conversation."""

    async def add_webhook(self, webhook: Webhook, *, at_most: int) -> bool:
        """Store it, unless the conversation, or the posts, have ``at_most`` already."""
        ...

    async def list_of(self, conversation_id: ConversationId | None) -> Sequence[WebhookLine]:
        """Return the conversation's webhooks, the oldest first."""
        ...

    async def delete(self, conversation_id: ConversationId | None, webhook_id: str) -> bool:
        """Delete one with its waiting deliveries; return whether it existed."""
        ...


class DeliveryQueue(Protocol):
    """Deliveries that wait, durable; filled in the transaction of the message itself."""

    async def claim(self, now: datetime, lease_until: datetime, *, busy: Collection[str]) -> Sequence[Job]:
        """Take what is due, in order, a few per webhook; no other worker gets it before ``lease_until``.

        Args:
            busy: Webhooks of which this worker holds something still.
        """
        ...

    async def is_held(self, job: Job) -> bool:
        """Return whether the delivery is still to be made: its message may have been deleted."""
        ...

    async def finish(self, job: Job) -> None:
        """Delete a delivery that succeeded. Does nothing if the lease was lost, as do the others."""
        ...

    async def retry(self, job: Job, at: datetime, error: str) -> None:
        """Schedule another try; this one counts."""
        ...

    async def release(self, jobs: Sequence[Job], at: datetime) -> None:
        """Release deliveries that were not tried."""
        ...

    async def fail(self, job: Job, error: str, *, is_over: bool) -> None:
        """Keep it for an operator; ``is_over`` ends the whole webhook."""
        ...

    async def measure(self) -> QueueState:
        """Return how many wait."""
        ...


class WebhookSender(Protocol):
    """Sends one request."""

    async def send(self, job: Job, now: datetime) -> Reply:
        """Try once; never raises for a failure of the target or the connection."""
        ...
