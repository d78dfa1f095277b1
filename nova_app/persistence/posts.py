"""Posts in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select, update

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.limits import UNREAD_MAX
from nova_app.domain.models import Comment, Post, UploadId, UploadState, UserId
from nova_app.domain.posts import CommentView, PostChange, PostFigures, PostOutcome, PostView
from nova_app.persistence.engine import raw_connection
from nova_app.persistence.enqueue_posts import queue_post
from nova_app.persistence.post_changes import change_post
from nova_app.persistence.post_comments import delete_comment, find_or_add_comment, select_comments, to_comment
from nova_app.persistence.post_index import index_post
from nova_app.persistence.post_tables import Post as PostRow
from nova_app.persistence.post_tables import PostFile
from nova_app.persistence.post_views import POSTS, read_posts
from nova_app.persistence.reader import Reader
from nova_app.persistence.tables import Upload, User, to_row
from nova_app.persistence.writer import Writer


class SqlPostRepository:
    """A ``PostRepository`` over the reader and the writer."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def add_post(self, post: Post, upload_ids: Sequence[UploadId]) -> tuple[str, bool]:
        return await self._writer.run(lambda session: _find_or_add(session, post, upload_ids))

    async def change_post(self, change: PostChange, at: datetime) -> PostOutcome:
        return await self._writer.run(lambda session: change_post(session, change, at))

    async def find_post(self, post_id: str) -> PostView | None:
        statement = POSTS.where(col(PostRow.id) == post_id)
        views = await self._reader.run(lambda session: read_posts(session, statement))
        return views[0] if views else None

    async def read_page(self, viewer_id: UserId, *, before: int | None, limit: int) -> Sequence[PostView]:
        statement = _PRESENT.order_by(col(PostRow.number).desc()).limit(limit)
        if before is not None:
            statement = statement.where(col(PostRow.number) < before)
        return await self._reader.run(lambda session: read_posts(session, statement, viewer_id))

    async def read_after(self, viewer_id: UserId, after: int, *, limit: int) -> Sequence[PostView]:
        statement = _PRESENT.where(col(PostRow.number) > after).order_by(col(PostRow.number)).limit(limit)
        return await self._reader.run(lambda session: read_posts(session, statement, viewer_id))

    async def add_comment(self, comment: Comment) -> tuple[CommentView, bool]:
        return await self._writer.run(lambda session: find_or_add_comment(session, comment))

    async def delete_comment(self, actor_id: UserId, post_id: str, comment_id: str, at: datetime) -> CommentView | None:
        return await self._writer.run(lambda session: delete_comment(session, actor_id, (post_id, comment_id), at))

    async def read_comments(
        self, post_id: str, *, before: int | None, after: int | None, limit: int
    ) -> Sequence[CommentView]:
        statement = select_comments(post_id, before=before, after=after).limit(limit)
        return await self._reader.run(lambda session: list(map(to_comment, session.exec(statement))))

    async def find_figures(self, user_id: UserId) -> PostFigures:
        return await self._reader.run(lambda session: _find_figures(session, user_id))

    async def mark_read(self, user_id: UserId, number: int) -> bool:
        return await self._writer.run(lambda session: _mark_read(session, user_id, number))


_PRESENT = POSTS.where(col(PostRow.deleted_at).is_(None))


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
    session.flush()
    index_post(raw_connection(session.connection()), post.id)
    queue_post(session, "post.created", post.id, UserId(post.author_id), post.created_at)
    return post.id, True


def _find_figures(session: Session, user_id: UserId) -> PostFigures:
    read_number, joined_at = session.exec(select(User.posts_read, User.created_at).where(User.id == user_id)).one()
    unread = (
        select(PostRow.number)
        .where(
            col(PostRow.number) > read_number,
            PostRow.author_id != user_id,
            col(PostRow.deleted_at).is_(None),
            PostRow.created_at >= joined_at,
        )
        .limit(UNREAD_MAX)
    )
    return PostFigures(
        last_number=_newest(session),
        read_number=read_number,
        unread=session.exec(select(func.count()).select_from(unread.subquery())).one(),
    )


def _mark_read(session: Session, user_id: UserId, number: int) -> bool:
    reached = min(number, _newest(session))
    statement = update(User).where(col(User.id) == user_id, col(User.posts_read) < reached).values(posts_read=reached)
    return session.exec(statement).rowcount > 0


def _newest(session: Session) -> int:
    return session.exec(select(func.max(PostRow.number))).one() or 0
