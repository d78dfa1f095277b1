"""Edits, deletions and reactions of posts inside a transaction."""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple
from datetime import datetime

from sqlmodel import Session, col, delete, select

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.models import UploadId, UserId
from nova_app.domain.posts import DeletePost, EditPost, PostChange, PostOutcome, PostTarget, ReactToPost, needs_change
from nova_app.persistence.engine import raw_connection
from nova_app.persistence.enqueue_posts import forget_post, queue_post
from nova_app.persistence.post_index import index_post
from nova_app.persistence.post_tables import Post, PostComment, PostFile, PostReaction, PostRequest
from nova_app.persistence.tables import User


def change_post(session: Session, change: PostChange, at: datetime) -> PostOutcome:
    """Change a post; see ``PostRepository.change_post``."""
    content = _digest(change)
    request = session.get(PostRequest, (change.key, change.actor_id))
    if request is not None:
        if request.content != content:
            raise Refused(ErrorCode.KEY_REUSED, f"key {change.key} already names another change")
        return PostOutcome(is_new=False)
    post = session.exec(select(Post).where(Post.id == change.post_id)).first()
    if post is None:
        raise Refused(ErrorCode.NOT_FOUND)
    is_new = needs_change(change, _target(session, change, post))
    freed = _apply(session, change, post, at) if is_new else []
    if is_new:
        session.flush()
        index_post(raw_connection(session.connection()), post.id)
        _queue(session, change, at)
    session.add(PostRequest(key=change.key, actor_id=change.actor_id, content=content))
    return PostOutcome(is_new, freed)


def _target(session: Session, change: PostChange, post: Post) -> PostTarget:
    reactions = session.exec(
        select(PostReaction.emoji, PostReaction.user_id).where(PostReaction.post_id == post.id)
    ).all()
    emoji = change.emoji if isinstance(change, ReactToPost) else None
    return PostTarget(
        author_id=UserId(post.author_id),
        text=post.text,
        is_deleted=post.deleted_at is not None,
        has_files=bool(_files_of(session, post)),
        by_admin=bool(session.exec(select(User.is_admin).where(User.id == change.actor_id)).first()),
        kinds={kind for kind, _ in reactions},
        has_reacted=(emoji, change.actor_id) in reactions,
    )


def _files_of(session: Session, post: Post) -> list[UploadId]:
    found = session.exec(select(PostFile.upload_id).where(PostFile.post_id == post.id)).all()
    return [UploadId(upload_id) for upload_id in found]


def _apply(session: Session, change: PostChange, post: Post, at: datetime) -> list[UploadId]:
    """Change the post; return the files that it no longer shows."""
    match change:
        case EditPost():
            post.text, post.edited_at = change.text, at
            session.add(post)
        case ReactToPost(is_on=True):
            session.add(PostReaction(post_id=post.id, emoji=change.emoji, user_id=change.actor_id))
        case ReactToPost():
            mine = delete(PostReaction).where(
                col(PostReaction.post_id) == post.id,
                col(PostReaction.emoji) == change.emoji,
                col(PostReaction.user_id) == change.actor_id,
            )
            session.exec(mine)
        case DeletePost():
            return _delete(session, post, at)
    return []


def _delete(session: Session, post: Post, at: datetime) -> list[UploadId]:
    freed = _files_of(session, post)
    for table in (PostFile, PostReaction, PostComment):
        session.exec(delete(table).where(col(table.post_id) == post.id))
    post.text, post.deleted_at = "", at
    session.add(post)
    return freed


def _queue(session: Session, change: PostChange, at: datetime) -> None:
    match change:
        case EditPost():
            queue_post(session, "post.edited", change.post_id, change.actor_id, at)
        case DeletePost():
            forget_post(session, change.post_id)
            queue_post(session, "post.deleted", change.post_id, change.actor_id, at)
        case ReactToPost():
            kind = "post.reaction.added" if change.is_on else "post.reaction.removed"
            queue_post(session, kind, change.post_id, change.actor_id, at, emoji=change.emoji)


def _digest(change: PostChange) -> str:
    """Return what was asked for in a form that does not keep a deleted text."""
    return hashlib.sha256(json.dumps([type(change).__name__, *astuple(change)]).encode()).hexdigest()
