"""What the services need from outside to keep posts; see ``domain.ports``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from nova_app.domain.models import Comment, Post, UploadId, UserId
from nova_app.domain.posts import CommentView, PostChange, PostChanged, PostFigures, PostOutcome, PostView


class PostRepository(Protocol):
    """The feed of posts, and the comments under them."""

    async def add_post(self, post: Post, upload_ids: Sequence[UploadId]) -> tuple[str, bool]:
        """Store a post with its files, or find the one with the same author and key.

        Returns:
            Its id, and whether it is new.

        Raises:
            Refused: ``FILE_NOT_READY``: a file is not whole, or not the author's.
        """
        ...

    async def change_post(self, change: PostChange, at: datetime) -> PostOutcome:
        """Change a post once; a repeat of the actor's key changes nothing.

        Raises:
            Refused: ``NOT_FOUND``; ``KEY_REUSED`` if the key names another change; see ``posts.needs_change``.
        """
        ...

    async def find_post(self, post_id: str) -> PostView | None:
        """Return the post with this id, deleted or not."""
        ...

    async def read_page(self, viewer_id: UserId, *, before: int | None, limit: int) -> Sequence[PostView]:
        """Return the newest posts, or those before a number; the newest first.

        Args:
            viewer_id: Comes first where reactions name users.
        """
        ...

    async def read_after(self, viewer_id: UserId, after: int, *, limit: int) -> Sequence[PostView]:
        """Return the posts after a number, the oldest first."""
        ...

    async def add_comment(self, comment: Comment) -> tuple[CommentView, bool]:
        """Store a comment, or find the one with the same author and key.

        Returns:
            The comment, and whether it is new.

        Raises:
            Refused: ``NOT_FOUND``, ``POST_DELETED``; ``KEY_REUSED`` if the key names a comment of another post.
        """
        ...

    async def delete_comment(self, actor_id: UserId, post_id: str, comment_id: str, at: datetime) -> CommentView | None:
        """Delete a comment; return it, or None if it was deleted before.

        Raises:
            Refused: ``NOT_FOUND``; ``NOT_ALLOWED`` unless the actor wrote it or administers the server.
        """
        ...

    async def read_comments(
        self, post_id: str, *, before: int | None, after: int | None, limit: int
    ) -> Sequence[CommentView]:
        """Return the newest comments, those before a number (both the newest first), or those after one in order."""
        ...

    async def find_figures(self, user_id: UserId) -> PostFigures:
        """Return how far a user has read."""
        ...

    async def mark_read(self, user_id: UserId, number: int) -> bool:
        """Move the user's read position forward, never past the newest post; return whether it moved."""
        ...


class PostPublisher(Protocol):
    """Sends what happens to posts to the sockets of all users."""

    def publish_post(self, changed: PostChanged) -> None:
        """Send a change to everybody."""
        ...

    def publish_figures(self, user_id: UserId, figures: PostFigures) -> None:
        """Send a user's own figures to their sockets."""
        ...
