"""Webhooks: URLs that receive the messages of a conversation."""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence

from nova_app.domain.authorization import Action
from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.models import ConversationId, UserId, Webhook
from nova_app.domain.ports import Clock
from nova_app.domain.webhook_ports import WebhookLine, WebhookRepository
from nova_app.domain.webhooks import SECRET_BYTES, new_secret, url_fault
from nova_app.services.conversations import Conversations

PER_CONVERSATION = 10


class Webhooks:
    """Every member of a conversation may see, add and remove its webhooks."""

    def __init__(self, webhooks: WebhookRepository, conversations: Conversations, clock: Clock) -> None:
        self._webhooks = webhooks
        self._conversations = conversations
        self._clock = clock

    async def create(self, user_id: UserId, conversation_id: ConversationId, url: str) -> Webhook:
        """Send new messages to this address from now on.

        Returns:
            The webhook; its secret is shown only once.

        Raises:
            Refused: ``NOT_FOUND``; ``INVALID_FIELDS`` with a sentence for ``url``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        await self._conversations.authorize(user_id, conversation_id, Action.MANAGE_WEBHOOKS)
        return await self._create(user_id, conversation_id, url)

    async def list_of(self, user_id: UserId, conversation_id: ConversationId) -> Sequence[WebhookLine]:
        """Return the conversation's webhooks, the oldest first.

        Raises:
            Refused: ``NOT_FOUND``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        await self._conversations.authorize(user_id, conversation_id, Action.MANAGE_WEBHOOKS)
        return await self._webhooks.list_of(conversation_id)

    async def delete(self, user_id: UserId, conversation_id: ConversationId, webhook_id: str) -> None:
        """Stop the webhook and delete its waiting deliveries.

        Raises:
            Refused: ``NOT_FOUND``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        await self._conversations.authorize(user_id, conversation_id, Action.MANAGE_WEBHOOKS)
        if not await self._webhooks.delete(conversation_id, webhook_id):
            raise Refused(ErrorCode.NOT_FOUND)

    async def create_for_posts(self, user_id: UserId, url: str) -> Webhook:
        """Send what happens to posts to this address from now on; for admins of the server.

        Raises:
            Refused: ``INVALID_FIELDS`` with a sentence for ``url``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        return await self._create(user_id, None, url)

    async def list_of_posts(self) -> Sequence[WebhookLine]:
        """Return the webhooks of posts, the oldest first.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        return await self._webhooks.list_of(None)

    async def delete_of_posts(self, webhook_id: str) -> None:
        """Stop a webhook of posts and delete its waiting deliveries.

        Raises:
            Refused: ``NOT_FOUND``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        if not await self._webhooks.delete(None, webhook_id):
            raise Refused(ErrorCode.NOT_FOUND)

    async def _create(self, user_id: UserId, conversation_id: ConversationId | None, url: str) -> Webhook:
        fault = url_fault(url)
        if fault is not None:
            raise _bad_url(fault)
        webhook = Webhook(
            id=str(uuid.uuid4()),
            conversation_id=conversation_id,
            url=url,
            secret=new_secret(os.urandom(SECRET_BYTES)),
            created_by=user_id,
            created_at=self._clock.now(),
        )
        if not await self._webhooks.add_webhook(webhook, at_most=PER_CONVERSATION):
            raise _bad_url(f"There are {PER_CONVERSATION} webhooks already. Remove one first.")
        return webhook


def _bad_url(text: str) -> Refused:
    return Refused(ErrorCode.INVALID_FIELDS, fields={"url": text})
