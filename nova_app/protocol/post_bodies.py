"""The shapes of posts and comments that the HTTP API and the messaging socket share."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from nova_app.domain.models import to_text
from nova_app.domain.posts import CommentView, PostAction, PostChanged, PostFigures, PostView
from nova_app.protocol.bodies import FileBody, ReactionBody, avatar_url, file_body, to_fields


class PostBody(msgspec.Struct, frozen=True):
    """A post in its present form; ``edited_at`` and ``deleted`` are left out where they do not apply."""

    id: str
    number: int
    author_id: str
    author_name: str
    author_avatar_url: str
    text: str
    created_at: str
    files: tuple[FileBody, ...]
    reactions: tuple[ReactionBody, ...]
    comment_count: int
    edited_at: str | UnsetType = UNSET
    deleted: Literal[True] | UnsetType = UNSET


class CommentBody(msgspec.Struct, frozen=True):
    """A comment under a post; ``number`` grows with each."""

    id: str
    number: int
    post_id: str
    author_id: str
    author_name: str
    author_avatar_url: str
    text: str
    created_at: str
    deleted: Literal[True] | UnsetType = UNSET


class PostChangeBody(msgspec.Struct, frozen=True):
    """What happened to a post, and the post as it is now; ``user_id`` did it."""

    action: PostAction
    post: PostBody
    user_id: str
    comment: CommentBody | UnsetType = UNSET


class PostFiguresBody(msgspec.Struct, frozen=True):
    """How far the user has read the posts, and how many are unread: exact to 999, 1000 means more."""

    last_number: int
    read_number: int
    unread: int


ChangeT = TypeVar("ChangeT", bound=PostChangeBody)
FiguresT = TypeVar("FiguresT", bound=PostFiguresBody)


def post_body(view: PostView) -> PostBody:
    """Return a post as it is sent."""
    return PostBody(
        id=view.post_id,
        number=view.number,
        author_id=view.author_id,
        author_name=view.author_name,
        author_avatar_url=avatar_url(view.author_avatar_id),
        text=view.text,
        created_at=to_text(view.created_at),
        files=tuple(map(file_body, view.files)),
        reactions=tuple(ReactionBody(r.emoji, r.count, tuple(r.user_ids)) for r in view.reactions),
        comment_count=view.comment_count,
        edited_at=to_text(view.edited_at) if view.edited_at and not view.is_deleted else UNSET,
        deleted=view.is_deleted or UNSET,
    )


def comment_body(view: CommentView) -> CommentBody:
    """Return a comment as it is sent."""
    return CommentBody(
        id=view.comment_id,
        number=view.number,
        post_id=view.post_id,
        author_id=view.author_id,
        author_name=view.author_name,
        author_avatar_url=avatar_url(view.author_avatar_id),
        text=view.text,
        created_at=to_text(view.created_at),
        deleted=view.is_deleted or UNSET,
    )


def post_change_as(kind: type[ChangeT], changed: PostChanged) -> ChangeT:
    """Return what happened to a post as a body, or as a frame that has the same fields."""
    comment = UNSET if changed.comment is None else comment_body(changed.comment)
    return kind(changed.action, post_body(changed.post), changed.user_id, comment)


def figures_as(kind: type[FiguresT], figures: PostFigures) -> FiguresT:
    """Return how far a user has read the posts as a body, or as a frame that has the same fields."""
    return kind(figures.last_number, figures.read_number, figures.unread)


def figures_body(figures: PostFigures) -> PostFiguresBody:
    """Return how far a user has read the posts as it is sent."""
    return figures_as(PostFiguresBody, figures)


def post_fields(view: PostView) -> dict[str, Any]:
    """Return a post as plain JSON fields, for the HTTP API."""
    return to_fields(post_body(view))
