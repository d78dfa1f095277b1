"""Posts to all users, with files."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.file_ports import PostRepository
from nova_app.domain.files import PostView
from nova_app.domain.limits import FILES_MAX, TEXT_MAX_CHARS, is_storable
from nova_app.domain.models import Post, UploadId, UserId
from nova_app.domain.ports import Clock
from nova_app.domain.visible_text import shows_something


class Posts:
    """Publish and read posts."""

    def __init__(self, posts: PostRepository, clock: Clock) -> None:
        self._posts = posts
        self._clock = clock

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
            Refused: ``TEXT_EMPTY``, ``TEXT_TOO_LONG``, ``TOO_MANY_FILES``, ``FILE_NOT_READY``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        chosen = list(dict.fromkeys(upload_ids))
        _check(text, len(chosen))
        wanted = Post(
            id=str(uuid.uuid4()), author_id=author_id, creation_key=key, text=text, created_at=self._clock.now()
        )
        post_id, is_new = await self._posts.add_post(wanted, chosen)
        view = await self._posts.find_post(post_id)
        if view is None:
            raise Refused(ErrorCode.NOT_FOUND)
        return view, is_new

    async def read_page(self, *, before: int | None, limit: int) -> tuple[Sequence[PostView], bool]:
        """Return the newest posts, or those before a number; and whether there are more.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        found = await self._posts.read_page(before=before, limit=limit + 1)
        return found[:limit], len(found) > limit


def _check(text: str, files: int) -> None:
    if len(text) > TEXT_MAX_CHARS:
        raise Refused(ErrorCode.TEXT_TOO_LONG, f"expected at most {TEXT_MAX_CHARS} characters, got {len(text)}")
    if not files and not shows_something(text):
        raise Refused(ErrorCode.TEXT_EMPTY)
    if not is_storable(text):
        half = "The text has half a character in it (an unpaired surrogate)."
        raise Refused(ErrorCode.INVALID_FIELDS, half, fields={"text": half})
    if files > FILES_MAX:
        raise Refused(ErrorCode.TOO_MANY_FILES, f"expected at most {FILES_MAX} files, got {files}")
