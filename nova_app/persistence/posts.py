"""Posts in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.files import FileFacts, PostedFile, PostView
from nova_app.domain.models import Post, UploadId, UploadState, UserId
from nova_app.persistence.reader import Reader
from nova_app.persistence.tables import Post as PostRow
from nova_app.persistence.tables import PostFile, Upload, User, to_row
from nova_app.persistence.writer import Writer


class SqlPostRepository:
    """A ``PostRepository`` over the reader and the writer."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def add_post(self, post: Post, upload_ids: Sequence[UploadId]) -> tuple[str, bool]:
        return await self._writer.run(lambda session: _find_or_add(session, post, upload_ids))

    async def find_post(self, post_id: str) -> PostView | None:
        statement = _POSTS.where(col(PostRow.id) == post_id)
        views = await self._reader.run(lambda session: _read(session, statement))
        return views[0] if views else None

    async def read_page(self, *, before: int | None, limit: int) -> Sequence[PostView]:
        statement = _POSTS.order_by(col(PostRow.number).desc()).limit(limit)
        if before is not None:
            statement = statement.where(col(PostRow.number) < before)
        return await self._reader.run(lambda session: _read(session, statement))


_POSTS: Any = select(PostRow, User.display_name, User.avatar_id).join(User, col(User.id) == col(PostRow.author_id))


def _find_or_add(session: Session, post: Post, upload_ids: Sequence[UploadId]) -> tuple[str, bool]:
    same = select(PostRow.id).where(PostRow.author_id == post.author_id, PostRow.creation_key == post.creation_key)
    first = session.exec(same).first()
    if first is not None:
        return first, False
    own = select(Upload.id).where(
        col(Upload.id).in_(upload_ids), Upload.owner_id == post.author_id, Upload.state == UploadState.READY
    )
    missing = set(upload_ids) - set(session.exec(own).all())
    if missing:
        raise Refused(ErrorCode.FILE_NOT_READY, f"expected whole files of your own, got {', '.join(sorted(missing))}")
    session.add(to_row(PostRow, post))
    session.flush()
    session.add_all(
        PostFile(post_id=post.id, position=position, upload_id=upload_id)
        for position, upload_id in enumerate(upload_ids)
    )
    return post.id, True


def _read(session: Session, statement: Any) -> list[PostView]:
    found = session.exec(statement).all()
    files = _read_files(session, [post.id for post, _, _ in found])
    return [
        PostView(
            post.number,
            post.id,
            UserId(post.author_id),
            name,
            post.text,
            post.created_at,
            files.get(post.id, ()),
            author_avatar_id=avatar_id,
        )
        for post, name, avatar_id in found
    ]


def _read_files(session: Session, post_ids: Sequence[str]) -> Mapping[str, Sequence[PostedFile]]:
    statement = (
        select(PostFile.post_id, Upload)
        .join(Upload, col(Upload.id) == col(PostFile.upload_id))
        .where(col(PostFile.post_id).in_(post_ids))
        .order_by(col(PostFile.post_id), col(PostFile.position))
    )
    files: dict[str, list[PostedFile]] = {}
    for post_id, upload in session.exec(statement):
        facts = FileFacts(upload.content_type, upload.size_bytes, upload.width, upload.height)
        files.setdefault(post_id, []).append(PostedFile(upload.id, upload.name, facts))
    return files
