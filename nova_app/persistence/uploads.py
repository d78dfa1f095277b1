"""What is known about files, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, delete, select

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.files import FileFacts
from nova_app.domain.models import (
    Member,
    Message,
    MessageFile,
    PostFile,
    Upload,
    UploadId,
    UploadState,
    User,
    UserId,
)
from nova_app.persistence.reader import Reader
from nova_app.persistence.writer import Writer


class SqlUploadRepository:
    """An ``UploadRepository`` over the reader and the writer."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def add_upload(self, upload: Upload, *, quota_bytes: int) -> UploadId:
        return await self._writer.run(lambda session: _find_or_add(session, upload, quota_bytes))

    async def find_upload(self, upload_id: UploadId) -> Upload | None:
        return await self._reader.run(lambda session: session.get(Upload, upload_id))

    async def finish(self, upload_id: UploadId, facts: FileFacts) -> None:

        def write(session: Session) -> None:
            upload = session.get(Upload, upload_id)
            if upload is None or upload.state == UploadState.READY:
                return
            upload.state, upload.content_type = UploadState.READY, facts.content_type
            upload.size_bytes, upload.width, upload.height = facts.size_bytes, facts.width, facts.height
            session.add(upload)

        await self._writer.run(write)

    async def may_read(self, upload_id: UploadId, user_id: UserId) -> bool:
        may = or_(col(Upload.owner_id) == user_id, _is_public(), _is_said_to(user_id))
        statement = select(Upload.id).where(Upload.id == upload_id, may)
        return await self._reader.run(lambda session: session.exec(statement).first() is not None)

    async def delete(self, upload_id: UploadId) -> bool:

        def write(session: Session) -> bool:
            return session.exec(delete(Upload).where(col(Upload.id) == upload_id, ~_is_shown())).rowcount > 0

        return await self._writer.run(write)

    async def list_stale(self, *, begun_before: datetime, unused_since: datetime) -> Sequence[UploadId]:
        statement = select(Upload.id).where(
            or_(
                (col(Upload.state) == UploadState.RECEIVING) & (col(Upload.created_at) < begun_before),
                (col(Upload.created_at) < unused_since) & ~_is_shown(),
            )
        )
        found = await self._reader.run(lambda session: session.exec(statement).all())
        return [UploadId(upload_id) for upload_id in found]


def _is_shown() -> ColumnElement[bool]:
    said = select(MessageFile.upload_id).where(col(MessageFile.upload_id) == col(Upload.id)).exists()
    return or_(_is_public(), said)


def _is_public() -> ColumnElement[bool]:
    """Return whether the file is part of a post or an avatar, which all users may see."""
    in_post = select(PostFile.upload_id).where(col(PostFile.upload_id) == col(Upload.id)).exists()
    of_person = select(User.id).where(col(User.avatar_id) == col(Upload.id)).exists()
    return or_(in_post, of_person)


def _is_said_to(user_id: UserId) -> ColumnElement[bool]:
    """Return whether the file is part of a message in one of the user's conversations."""
    return (
        select(MessageFile.upload_id)
        .join(Message, col(Message.number) == col(MessageFile.message_number))
        .join(Member, col(Member.conversation_id) == col(Message.conversation_id))
        .where(col(MessageFile.upload_id) == col(Upload.id), col(Member.user_id) == user_id)
        .exists()
    )


def _find_or_add(session: Session, upload: Upload, quota_bytes: int) -> UploadId:
    first = _find_same(session, upload)
    if first is not None:
        return UploadId(first)
    used = session.exec(select(func.sum(Upload.size_bytes)).where(Upload.owner_id == upload.owner_id)).one() or 0
    if used + upload.size_bytes > quota_bytes:
        detail = f"expected at most {quota_bytes} bytes of files, got {used} and {upload.size_bytes} more"
        raise Refused(ErrorCode.QUOTA_EXCEEDED, detail)
    session.add(upload)
    session.flush()
    return UploadId(upload.id)


def _find_same(session: Session, upload: Upload) -> str | None:
    if upload.creation_key is None:
        return None
    same = select(Upload.id).where(Upload.owner_id == upload.owner_id, Upload.creation_key == upload.creation_key)
    return session.exec(same).first()
