"""What is known about files, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, delete, select

from nova_app.domain.authorization import Action, may
from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.files import FileFacts
from nova_app.domain.models import Upload, UploadId, UploadState, UserId
from nova_app.persistence.membership import to_standing
from nova_app.persistence.post_tables import PostFile
from nova_app.persistence.reader import Reader
from nova_app.persistence.tables import Conversation, Member, Message, MessageFile, User, to_entity, to_row
from nova_app.persistence.tables import Upload as UploadRow
from nova_app.persistence.writer import Writer


class SqlUploadRepository:
    """An ``UploadRepository`` over the reader and the writer."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def add_upload(self, upload: Upload, *, quota_bytes: int, total_bytes: int | None = None) -> UploadId:
        return await self._writer.run(lambda session: _find_or_add(session, upload, quota_bytes, total_bytes))

    async def find_upload(self, upload_id: UploadId) -> Upload | None:
        row = await self._reader.run(lambda session: session.get(UploadRow, upload_id))
        return None if row is None else to_entity(Upload, row)

    async def finish(self, upload_id: UploadId, facts: FileFacts) -> None:

        def write(session: Session) -> None:
            upload = session.get(UploadRow, upload_id)
            if upload is None or upload.state == UploadState.READY:
                return
            upload.state, upload.content_type = UploadState.READY, facts.content_type
            upload.size_bytes, upload.width, upload.height = facts.size_bytes, facts.width, facts.height
            session.add(upload)

        await self._writer.run(write)

    async def may_read(self, upload_id: UploadId, user_id: UserId) -> bool:
        open_to = or_(col(UploadRow.owner_id) == user_id, _is_public())
        statement = select(UploadRow.id).where(UploadRow.id == upload_id, open_to)
        places = _places_of(upload_id, user_id)

        def read(session: Session) -> bool:
            if session.exec(statement).first() is not None:
                return True
            return any(may(to_standing(*place), Action.READ) for place in session.exec(places))

        return await self._reader.run(read)

    async def delete(self, upload_id: UploadId) -> bool:

        def write(session: Session) -> bool:
            return session.exec(delete(UploadRow).where(col(UploadRow.id) == upload_id, ~_is_shown())).rowcount > 0

        return await self._writer.run(write)

    async def list_receiving(self, owner_id: UserId) -> Sequence[Upload]:
        statement = select(UploadRow).where(UploadRow.owner_id == owner_id, UploadRow.state == UploadState.RECEIVING)
        rows = await self._reader.run(lambda session: session.exec(statement).all())
        return [to_entity(Upload, row) for row in rows]

    async def list_stale(self, *, begun_before: datetime, unused_since: datetime) -> Sequence[UploadId]:
        statement = select(UploadRow.id).where(
            or_(
                (col(UploadRow.state) == UploadState.RECEIVING) & (col(UploadRow.created_at) < begun_before),
                (col(UploadRow.created_at) < unused_since) & ~_is_shown(),
            )
        )
        found = await self._reader.run(lambda session: session.exec(statement).all())
        return [UploadId(upload_id) for upload_id in found]


def _is_shown() -> ColumnElement[bool]:
    said = select(MessageFile.upload_id).where(col(MessageFile.upload_id) == col(UploadRow.id)).exists()
    return or_(_is_public(), said)


def _is_public() -> ColumnElement[bool]:
    """Return whether the file is part of a post or an avatar, which all users may see."""
    in_post = select(PostFile.upload_id).where(col(PostFile.upload_id) == col(UploadRow.id)).exists()
    of_person = select(User.id).where(col(User.avatar_id) == col(UploadRow.id)).exists()
    return or_(in_post, of_person)


def _places_of(upload_id: UploadId, user_id: UserId) -> Any:
    """Return a statement for the user's place in each conversation that has a message with the file."""
    return (
        select(Conversation.kind, Member.role)
        .join(Member, col(Member.conversation_id) == col(Conversation.id))
        .join(Message, col(Message.conversation_id) == col(Conversation.id))
        .join(MessageFile, col(MessageFile.message_number) == col(Message.number))
        .where(MessageFile.upload_id == upload_id, Member.user_id == user_id)
        .distinct()
    )


def _find_or_add(session: Session, upload: Upload, quota_bytes: int, total_bytes: int | None) -> UploadId:
    first = _find_same(session, upload)
    if first is not None:
        return UploadId(first)
    stored = select(func.sum(UploadRow.size_bytes))
    _refuse_excess(session.exec(stored.where(UploadRow.owner_id == upload.owner_id)).one() or 0, upload, quota_bytes)
    if total_bytes is not None:
        _refuse_excess(session.exec(stored).one() or 0, upload, total_bytes)
    session.add(to_row(UploadRow, upload))
    session.flush()
    return UploadId(upload.id)


def _refuse_excess(used: int, upload: Upload, at_most: int) -> None:
    if used + upload.size_bytes > at_most:
        detail = f"expected at most {at_most} bytes of files, got {used} and {upload.size_bytes} more"
        raise Refused(ErrorCode.QUOTA_EXCEEDED, detail)


def _find_same(session: Session, upload: Upload) -> str | None:
    if upload.creation_key is None:
        return None
    same = select(UploadRow.id).where(
        UploadRow.owner_id == upload.owner_id, UploadRow.creation_key == upload.creation_key
    )
    return session.exec(same).first()
