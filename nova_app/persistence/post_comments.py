"""Comments under posts in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.models import Comment, UserId
from nova_app.domain.posts import CommentView
from nova_app.persistence.enqueue_posts import forget_comment, queue_comment
from nova_app.persistence.post_tables import Post, PostComment
from nova_app.persistence.tables import User, to_row

_COMMENTS: Any = select(PostComment, User.display_name, User.avatar_id).join(
    User, col(User.id) == col(PostComment.author_id)
)


def select_comments(post_id: str, *, before: int | None, after: int | None) -> Any:
    """Return a statement over a post's comments, to be read by :func:`to_comment`.

    The newest first, or those before a number; or those after one in order.
    """
    statement = _COMMENTS.where(PostComment.post_id == post_id, col(PostComment.deleted_at).is_(None))
    if before is not None:
        statement = statement.where(col(PostComment.number) < before)
    if after is None:
        return statement.order_by(col(PostComment.number).desc())
    return statement.where(col(PostComment.number) > after).order_by(col(PostComment.number))


def to_comment(row: Any) -> CommentView:
    """Return a row as the comment it is outside."""
    comment, name, avatar_id = row
    return CommentView(
        number=comment.number,
        comment_id=comment.id,
        post_id=comment.post_id,
        author_id=UserId(comment.author_id),
        author_name=name,
        text=comment.text,
        created_at=comment.created_at,
        author_avatar_id=avatar_id,
        is_deleted=comment.deleted_at is not None,
    )


def find_or_add_comment(session: Session, comment: Comment) -> tuple[CommentView, bool]:
    """Store a comment; see ``PostRepository.add_comment``."""
    same = _COMMENTS.where(PostComment.author_id == comment.author_id, PostComment.creation_key == comment.creation_key)
    first = session.exec(same).first()
    if first is not None:
        if first[0].post_id != comment.post_id:
            raise Refused(ErrorCode.KEY_REUSED, f"key {comment.creation_key} already names another comment")
        return to_comment(first), False
    post = session.exec(select(Post.deleted_at).where(Post.id == comment.post_id)).all()
    if not post:
        raise Refused(ErrorCode.NOT_FOUND)
    if post[0] is not None:
        raise Refused(ErrorCode.POST_DELETED)
    session.add(to_row(PostComment, comment))
    session.flush()
    added = to_comment(session.exec(_COMMENTS.where(PostComment.id == comment.id)).one())
    queue_comment(session, "post.comment.added", added, added.author_id, added.created_at)
    return added, True


def delete_comment(session: Session, actor_id: UserId, place: tuple[str, str], at: datetime) -> CommentView | None:
    """Delete a comment; see ``PostRepository.delete_comment``.

    Args:
        place: The ids of the post and of the comment.
    """
    post_id, comment_id = place
    found = session.exec(_COMMENTS.where(PostComment.id == comment_id, PostComment.post_id == post_id)).first()
    if found is None:
        raise Refused(ErrorCode.NOT_FOUND)
    comment: PostComment = found[0]
    if comment.author_id != actor_id and not session.exec(select(User.is_admin).where(User.id == actor_id)).one():
        raise Refused(ErrorCode.NOT_ALLOWED)
    if comment.deleted_at is not None:
        return None
    comment.text, comment.deleted_at = "", at
    session.add(comment)
    session.flush()
    deleted = to_comment(found)
    forget_comment(session, deleted)
    queue_comment(session, "post.comment.deleted", deleted, actor_id, at)
    return deleted
