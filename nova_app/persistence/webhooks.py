"""Webhooks in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel import Session, col, delete, func, select

from nova_app.domain.models import ConversationId, Webhook
from nova_app.domain.webhook_ports import WebhookLine
from nova_app.persistence.reader import Reader
from nova_app.persistence.tables import Delivery, to_entity, to_row
from nova_app.persistence.tables import Webhook as WebhookRow
from nova_app.persistence.webhook_rights import LISTENING
from nova_app.persistence.writer import Writer

_LISTENING = f"SELECT w.id FROM webhook AS w WHERE {LISTENING}"  # noqa: S608 - constants


class SqlWebhookRepository:
    """A ``WebhookRepository`` over the reader and the writer."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def add_webhook(self, webhook: Webhook, *, at_most: int) -> bool:

        def write(session: Session) -> bool:
            mine = select(func.count()).where(WebhookRow.conversation_id == webhook.conversation_id)
            if session.exec(mine).one() >= at_most:
                return False
            session.add(to_row(WebhookRow, webhook))
            return True

        return await self._writer.run(write)

    async def list_of(self, conversation_id: ConversationId | None) -> Sequence[WebhookLine]:
        statement = (
            select(WebhookRow)
            .where(WebhookRow.conversation_id == conversation_id)
            .order_by(col(WebhookRow.created_at), col(WebhookRow.id))
        )

        def read(session: Session) -> Sequence[WebhookLine]:
            listening = set(session.connection().execute(text(_LISTENING)).scalars())
            return [WebhookLine(to_entity(Webhook, row), row.id in listening) for row in session.exec(statement).all()]

        return await self._reader.run(read)

    async def delete(self, conversation_id: ConversationId | None, webhook_id: str) -> bool:

        def write(session: Session) -> bool:
            found = session.get(WebhookRow, webhook_id)
            if found is None or found.conversation_id != conversation_id:
                return False
            session.exec(delete(Delivery).where(col(Delivery.webhook_id) == webhook_id))
            session.delete(found)
            return True

        return await self._writer.run(write)
