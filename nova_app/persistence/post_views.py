"""Reads posts with their files, reactions and number of comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, func, select

from nova_app.domain.events import Reaction
from nova_app.domain.files import FileFacts, PostedFile
from nova_app.domain.limits import REACTION_USERS_MAX
from nova_app.domain.models import UserId
from nova_app.domain.posts import PostView
from nova_app.persistence.post_tables import Post, PostComment, PostFile, PostReaction
from nova_app.persistence.tables import Upload, User

POSTS: Any = select(Post, User.display_name, User.avatar_id).join(User, col(User.id) == col(Post.author_id))
"""All posts, deleted ones included, to be read by :func:`read_posts`."""


def read_posts(session: Session, statement: Any, viewer_id: str = "") -> list[PostView]:
    """Return the posts of a statement over ``POSTS``, in its order.

    Args:
        viewer_id: Comes first where reactions name users: of many, not all are named.
    """
    found = session.exec(statement).all()
    post_ids = [post.id for post, _, _ in found]
    files, reactions = _read_files(session, post_ids), _read_reactions(session, post_ids, viewer_id)
    comments = _count_comments(session, post_ids)
    return [
        PostView(
            number=post.number,
            post_id=post.id,
            author_id=UserId(post.author_id),
            author_name=name,
            text=post.text,
            created_at=post.created_at,
            files=files.get(post.id, ()),
            author_avatar_id=avatar_id,
            edited_at=post.edited_at,
            is_deleted=post.deleted_at is not None,
            reactions=reactions.get(post.id, ()),
            comment_count=comments.get(post.id, 0),
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


def _read_reactions(session: Session, post_ids: Sequence[str], viewer_id: str) -> Mapping[str, Sequence[Reaction]]:
    statement = (
        select(PostReaction.post_id, PostReaction.emoji, PostReaction.user_id)
        .where(col(PostReaction.post_id).in_(post_ids))
        .order_by(col(PostReaction.number))
    )
    users: dict[str, dict[str, list[UserId]]] = {}
    for post_id, emoji, user_id in session.exec(statement):
        users.setdefault(post_id, {}).setdefault(emoji, []).append(UserId(user_id))
    return {
        post_id: [_reaction(emoji, ids, viewer_id) for emoji, ids in by_emoji.items()]
        for post_id, by_emoji in users.items()
    }


def _reaction(emoji: str, ids: Sequence[UserId], viewer_id: str) -> Reaction:
    named = sorted(ids, key=lambda user_id: user_id != viewer_id)[:REACTION_USERS_MAX]
    return Reaction(emoji, len(ids), tuple(named))


def _count_comments(session: Session, post_ids: Sequence[str]) -> Mapping[str, int]:
    statement = (
        select(PostComment.post_id, func.count())
        .where(col(PostComment.post_id).in_(post_ids), col(PostComment.deleted_at).is_(None))
        .group_by(col(PostComment.post_id))
    )
    return dict(session.exec(statement).all())
