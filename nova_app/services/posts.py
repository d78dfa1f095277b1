"""Posts to all users, with files, reactions and comments."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from nova_app.domain.emoji import qualified_emoji
from nova_app.domain.errors import ErrorCode, Refused, Unavailable
from nova_app.domain.limits import FILES_MAX, TEXT_MAX_CHARS, is_storable
from nova_app.domain.models import Comment, Post, UploadId, UserId
from nova_app.domain.ports import Clock
from nova_app.domain.post_ports import PostPublisher, PostRepository
from nova_app.domain.posts import (
    CommentView,
    DeletePost,
    EditPost,
    PostAction,
    PostChange,
    PostChanged,
    PostFigures,
    PostView,
    ReactToPost,
)
from nova_app.domain.visible_text import shows_something
from nova_app.observability.usage import UsageMetrics
from nova_app.services.budgets import Budgets
from nova_app.services.cost_table import Budget

_LABELS = {EditPost: "edit", DeletePost: "delete", ReactToPost: "react"}
_ACTIONS = {EditPost: PostAction.EDITED, DeletePost: PostAction.DELETED, ReactToPost: PostAction.REACTION}


class Posts:
    """Publish, read and change posts."""

    def __init__(
        self,
        *,
        posts: PostRepository,
        publisher: PostPublisher,
        clock: Clock,
        drop_files: Callable[[Sequence[UploadId]], Awaitable[object]],
        usage: UsageMetrics,
        budgets: Budgets,
    ) -> None:
        """Create the service from its ports.

        Args:
            drop_files: Deletes those files that nothing shows any more.
        """
        self._posts = posts
        self._publisher = publisher
        self._clock = clock
        self._drop_files = drop_files
        self._usage = usage
        self._budgets = budgets

    async def publish(
        self, author_id: UserId, *, text: str, upload_ids: Sequence[UploadId], key: str
    ) -> tuple[PostView, bool]:
        """Store a post once; a repeat of the key by the same author returns the first.

        Args:
            text: May be empty if there are files.
            upload_ids: Whole files of the author, in the order they are shown.

        Returns:
            The post, and whether it is new.

        Raises:
            Refused: ``TEXT_EMPTY``, ``TEXT_TOO_LONG``, ``TOO_MANY_FILES``, ``FILE_NOT_READY``, ``TOO_MANY_ATTEMPTS``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        with self._usage.changing_post("create") as counted:
            chosen = list(dict.fromkeys(upload_ids))
            _check_text(text, may_be_empty=bool(chosen))
            if len(chosen) > FILES_MAX:
                raise Refused(ErrorCode.TOO_MANY_FILES, f"expected at most {FILES_MAX} files, got {len(chosen)}")
            self._budgets.spend(author_id, Budget.POSTS)
            wanted = Post(
                id=str(uuid.uuid4()), author_id=author_id, creation_key=key, text=text, created_at=self._clock.now()
            )
            post_id, is_new = await self._posts.add_post(wanted, chosen)
            counted.is_duplicate = not is_new
            view = await self._get(post_id)
        if is_new:
            self._publisher.publish_post(PostChanged(PostAction.CREATED, view, author_id))
        return view, is_new

    async def change(self, change: PostChange) -> PostView:
        """Change a post once, and tell everybody; what is as wanted already is left as it is.

        Returns:
            The post as it is now.

        Raises:
            Refused: ``NOT_FOUND``, ``NOT_ALLOWED``, ``POST_DELETED``, ``TEXT_EMPTY``, ``TEXT_TOO_LONG``,
                ``INVALID_FIELDS``, ``REACTION_LIMIT``, ``KEY_REUSED``, ``TOO_MANY_ATTEMPTS``, ``TOO_MANY_REACTIONS``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        with self._usage.changing_post(_LABELS[type(change)]) as counted:
            budget = Budget.REACTIONS if isinstance(change, ReactToPost) else Budget.POSTS
            change = _checked(change)
            self._budgets.spend(change.actor_id, budget)
            outcome = await self._posts.change_post(change, self._clock.now())
            counted.is_duplicate = not outcome.is_new
            view = await self._get(change.post_id)
        if outcome.is_new:
            self._publisher.publish_post(PostChanged(_ACTIONS[type(change)], view, change.actor_id))
        if outcome.freed:
            # The deletion is committed; what fails here is left to the sweep.
            with contextlib.suppress(Unavailable):
                await self._drop_files(outcome.freed)
        return view

    async def read_page(self, user_id: UserId, *, before: int | None, limit: int) -> tuple[Sequence[PostView], bool]:
        """Return the newest posts, or those before a number; and whether there are more.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        found = await self._posts.read_page(user_id, before=before, limit=limit + 1)
        return found[:limit], len(found) > limit

    async def read_after(self, user_id: UserId, after: int, *, limit: int) -> tuple[Sequence[PostView], bool]:
        """Return the posts after a number, the oldest first; and whether there are more.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        found = await self._posts.read_after(user_id, after, limit=limit + 1)
        return found[:limit], len(found) > limit

    async def comment(self, author_id: UserId, post_id: str, *, text: str, key: str) -> tuple[CommentView, bool]:
        """Store a comment once, and tell everybody; a repeat of the key returns the first.

        Returns:
            The comment, and whether it is new.

        Raises:
            Refused: ``NOT_FOUND``, ``POST_DELETED``, ``TEXT_EMPTY``, ``TEXT_TOO_LONG``, ``KEY_REUSED``,
                ``TOO_MANY_ATTEMPTS``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        with self._usage.changing_post("comment") as counted:
            _check_text(text, may_be_empty=False)
            self._budgets.spend(author_id, Budget.POSTS)
            wanted = Comment(
                id=str(uuid.uuid4()),
                post_id=post_id,
                author_id=author_id,
                creation_key=key,
                text=text,
                created_at=self._clock.now(),
            )
            comment, is_new = await self._posts.add_comment(wanted)
            counted.is_duplicate = not is_new
            view = await self._get(post_id)
        if is_new:
            self._publisher.publish_post(PostChanged(PostAction.COMMENTED, view, author_id, comment))
        return comment, is_new

    async def delete_comment(self, actor_id: UserId, post_id: str, comment_id: str) -> None:
        """Delete a comment, and tell everybody; a repeat changes nothing.

        Raises:
            Refused: ``NOT_FOUND``, ``NOT_ALLOWED``, ``TOO_MANY_ATTEMPTS``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        with self._usage.changing_post("delete_comment") as counted:
            self._budgets.spend(actor_id, Budget.POSTS)
            comment = await self._posts.delete_comment(actor_id, post_id, comment_id, self._clock.now())
            counted.is_duplicate = comment is None
        if comment is not None:
            changed = PostChanged(PostAction.COMMENT_DELETED, await self._get(post_id), actor_id, comment)
            self._publisher.publish_post(changed)

    async def read_comments(
        self, post_id: str, *, before: int | None, after: int | None, limit: int
    ) -> tuple[Sequence[CommentView], bool]:
        """Return the newest comments, or those before or after a number, ascending; and whether there are more.

        Raises:
            Refused: ``NOT_FOUND``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        await self._get(post_id)
        found = await self._posts.read_comments(post_id, before=before, after=after, limit=limit + 1)
        items, has_more = found[:limit], len(found) > limit
        return items if after is not None else items[::-1], has_more

    async def get_figures(self, user_id: UserId) -> PostFigures:
        """Return how far a user has read.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        return await self._posts.find_figures(user_id)

    async def mark_read(self, user_id: UserId, number: int) -> PostFigures:
        """Note that a user has read the posts up to this number, and tell their other devices.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        has_moved = await self._posts.mark_read(user_id, number)
        figures = await self._posts.find_figures(user_id)
        if has_moved:
            self._publisher.publish_figures(user_id, figures)
        return figures

    async def _get(self, post_id: str) -> PostView:
        view = await self._posts.find_post(post_id)
        if view is None:
            raise Refused(ErrorCode.NOT_FOUND)
        return view


def _checked(change: PostChange) -> PostChange:
    if isinstance(change, EditPost):
        # Whether the post has files, and may do without a text, is known where it is stored.
        _check_text(change.text, may_be_empty=True)
    if isinstance(change, ReactToPost):
        emoji = qualified_emoji(change.emoji)
        if emoji is None:
            raise Refused(ErrorCode.INVALID_FIELDS, "Expected one emoji.", fields={"emoji": "Expected one emoji."})
        return replace(change, emoji=emoji)
    return change


def _check_text(text: str, *, may_be_empty: bool) -> None:
    if len(text) > TEXT_MAX_CHARS:
        raise Refused(ErrorCode.TEXT_TOO_LONG, f"expected at most {TEXT_MAX_CHARS} characters, got {len(text)}")
    if not may_be_empty and not shows_something(text):
        raise Refused(ErrorCode.TEXT_EMPTY)
    if not is_storable(text):
        half = "The text has half a character in it (an unpaired surrogate)."
        raise Refused(ErrorCode.INVALID_FIELDS, half, fields={"text": half})
