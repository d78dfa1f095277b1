"""Link previews in SQL: each is stored once, for as long as a message links it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from nova_app.domain.link_previews import LinkPreview
from nova_app.domain.models import MessageId
from nova_app.persistence.change_tables import LinkPreview as LinkPreviewRow
from nova_app.persistence.change_tables import MessageLink
from nova_app.persistence.engine import raw_connection
from nova_app.persistence.reader import Reader
from nova_app.persistence.writer import Writer

_IS_THERE = "SELECT 1 FROM message WHERE id = ? AND deleted_seq = 0"
_STORE = "INSERT INTO link_preview (url, title, description) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_LINK = """
INSERT INTO message_link (message_id, url, is_dismissed) VALUES (?1, ?2, ?3)
ON CONFLICT DO UPDATE SET is_dismissed = max(is_dismissed, ?3)
"""


class SqlLinkPreviewRepository:
    """A ``LinkPreviewRepository`` over the reader and the writer."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def find_previews(self, urls: Sequence[str]) -> Mapping[str, LinkPreview]:
        statement = select(LinkPreviewRow).where(col(LinkPreviewRow.url).in_(urls))
        rows = await self._reader.run(lambda session: session.exec(statement).all())
        return {row.url: LinkPreview(row.url, row.title, row.description) for row in rows}

    async def find_links(self, message_id: MessageId) -> Mapping[str, bool]:
        statement = select(MessageLink).where(MessageLink.message_id == message_id)
        rows = await self._reader.run(lambda session: session.exec(statement).all())
        return {row.url: row.is_dismissed for row in rows}

    async def keep(self, message_id: MessageId, urls: Sequence[str], fetched: Sequence[LinkPreview]) -> None:

        def write(session: Session) -> None:
            connection = raw_connection(session.connection())
            if not connection.execute(_IS_THERE, (message_id,)).fetchone():
                return
            connection.executemany(_STORE, [(item.url, item.title, item.description) for item in fetched])
            connection.executemany(_LINK, [(message_id, url, False) for url in urls])

        await self._writer.run(write)

    async def dismiss(self, message_id: MessageId, urls: Sequence[str]) -> None:

        def write(session: Session) -> None:
            connection = raw_connection(session.connection())
            if connection.execute(_IS_THERE, (message_id,)).fetchone():
                connection.executemany(_LINK, [(message_id, url, True) for url in urls])

        await self._writer.run(write)
