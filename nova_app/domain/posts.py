"""Posts and their comments as users see them, and the rules of changing them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.events import Reaction
from nova_app.domain.files import PostedFile
from nova_app.domain.limits import REACTION_KINDS_MAX
from nova_app.domain.models import UploadId, UserId
from nova_app.domain.visible_text import shows_something


class PostAction(StrEnum):
    """What happened to a post."""

    CREATED = "created"
    EDITED = "edited"
    DELETED = "deleted"
    REACTION = "reaction"
    COMMENTED = "commented"
    COMMENT_DELETED = "comment_deleted"


@dataclass(frozen=True, slots=True)
class PostView:
    """A post in its present form, with its author's name and picture.

    Attributes:
        files: In the order they were chosen.
        edited_at: None if it was never edited.
        is_deleted: It was deleted: it has no text, files, reactions or comments any more.
        reactions: In the order of their first one.
    """

    number: int
    post_id: str
    author_id: UserId
    author_name: str
    text: str
    created_at: datetime
    files: Sequence[PostedFile]
    author_avatar_id: str | None = None
    edited_at: datetime | None = None
    is_deleted: bool = False
    reactions: Sequence[Reaction] = ()
    comment_count: int = 0


@dataclass(frozen=True, slots=True)
class FoundPosts:
    """The posts that a search found, the newest first; ``index_type`` says which index answered."""

    posts: Sequence[PostView]
    has_more: bool
    index_type: str = ""


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment with its author's name and picture; ``number`` grows with each.

    One that ``is_deleted`` has no text any more.
    """

    number: int
    comment_id: str
    post_id: str
    author_id: UserId
    author_name: str
    text: str
    created_at: datetime
    author_avatar_id: str | None = None
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class EditPost:
    """A new text for a post."""

    actor_id: UserId
    key: str
    post_id: str
    text: str


@dataclass(frozen=True, slots=True)
class DeletePost:
    """The end of a post, with its files, reactions and comments."""

    actor_id: UserId
    key: str
    post_id: str


@dataclass(frozen=True, slots=True)
class ReactToPost:
    """An emoji of the actor at a post, set or removed."""

    actor_id: UserId
    key: str
    post_id: str
    emoji: str
    is_on: bool


PostChange = EditPost | DeletePost | ReactToPost
"""What a user may do to a stored post; ``(actor_id, key)`` names it for ever."""


@dataclass(frozen=True, slots=True)
class PostTarget:
    """The post that a change is about, as it is now, and whether the actor administers the server."""

    author_id: UserId
    text: str
    is_deleted: bool
    has_files: bool
    by_admin: bool
    kinds: Collection[str] = ()
    has_reacted: bool = False


@dataclass(frozen=True, slots=True)
class PostOutcome:
    """The outcome of a change: whether it changed anything, and the files that were removed from the post."""

    is_new: bool
    freed: Sequence[UploadId] = ()


@dataclass(frozen=True, slots=True)
class PostChanged:
    """A post appeared or changed; ``user_id`` did it, ``comment`` is the one that came or went, where one did."""

    action: PostAction
    post: PostView
    user_id: UserId
    comment: CommentView | None = None


@dataclass(frozen=True, slots=True)
class PostFigures:
    """How far a user has read the posts.

    Attributes:
        last_number: Of the newest post; 0 while there is none.
        unread: Posts of others after ``read_number`` that are there and not older than the account.
    """

    last_number: int
    read_number: int
    unread: int


def needs_change(change: PostChange, target: PostTarget) -> bool:
    """Return whether a change leads to anything new; what is as wanted already does not.

    Raises:
        Refused: ``NOT_ALLOWED``, ``POST_DELETED``, ``TEXT_EMPTY``, ``REACTION_LIMIT``.
    """
    is_author = target.author_id == change.actor_id
    if isinstance(change, DeletePost):
        if not is_author and not target.by_admin:
            raise Refused(ErrorCode.NOT_ALLOWED)
        return not target.is_deleted
    if isinstance(change, EditPost) and not is_author:
        raise Refused(ErrorCode.NOT_ALLOWED)
    if target.is_deleted:
        raise Refused(ErrorCode.POST_DELETED)
    return _needs_edit(change, target) if isinstance(change, EditPost) else _needs_reaction(change, target)


def _needs_edit(edit: EditPost, target: PostTarget) -> bool:
    if not target.has_files and not shows_something(edit.text):
        raise Refused(ErrorCode.TEXT_EMPTY)
    return edit.text != target.text


def _needs_reaction(react: ReactToPost, target: PostTarget) -> bool:
    is_new_kind = react.is_on and react.emoji not in target.kinds
    if is_new_kind and len(target.kinds) >= REACTION_KINDS_MAX:
        raise Refused(ErrorCode.REACTION_LIMIT, f"expected at most {REACTION_KINDS_MAX} different emoji")
    return react.is_on != target.has_reacted
