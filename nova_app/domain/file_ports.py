"""What the services need from outside to keep files; see ``domain.ports``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from nova_app.domain.files import FileFacts
from nova_app.domain.models import Upload, UploadId, UserId


class UploadRepository(Protocol):
    """What is known about files; their bytes are in a ``FileStore``."""

    async def add_upload(self, upload: Upload, *, quota_bytes: int, total_bytes: int | None = None) -> UploadId:
        """Store an announced file, or find the one with the same owner and key.

        Raises:
            Refused: ``QUOTA_EXCEEDED``: the owner's files, or all files, would be larger than this.
        """
        ...

    async def find_upload(self, upload_id: UploadId) -> Upload | None:
        """Return the file with this id."""
        ...

    async def finish(self, upload_id: UploadId, facts: FileFacts) -> None:
        """Note that a file is whole; a repeat changes nothing."""
        ...

    async def may_read(self, upload_id: UploadId, user_id: UserId) -> bool:
        """Return whether the user owns this file, or can see a post or a message that shows it."""
        ...

    async def delete(self, upload_id: UploadId) -> bool:
        """Delete a file unless something shows it; return whether it was deleted."""
        ...

    async def list_receiving(self, owner_id: UserId) -> Sequence[Upload]:
        """Return the owner's files that are not whole yet."""
        ...

    async def list_stale(self, *, begun_before: datetime, unused_since: datetime) -> Sequence[UploadId]:
        """Return files that never became whole, and whole ones that nothing shows."""
        ...


class FileStore(Protocol):
    """The bytes of files."""

    def path(self, upload_id: UploadId) -> Path:
        """Return where the bytes of a whole file are."""
        ...

    def thumbnail_path(self, upload_id: UploadId) -> Path:
        """Return where its small picture is, if it is an image."""
        ...

    async def size(self, upload_id: UploadId) -> int:
        """Return how many bytes have arrived; 0 for none, and after ``discard_received``."""
        ...

    async def write(self, upload_id: UploadId, offset: int, data: bytes) -> None:
        """Write bytes at this offset; everything after them is discarded.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``: the disk is full or cannot be written.
        """
        ...

    async def received_at(self, upload_id: UploadId) -> datetime | None:
        """Return when the last byte arrived; None while there is none."""
        ...

    async def inspect(self, upload_id: UploadId, owner_id: UserId) -> FileFacts:
        """Find out what a whole file is, and store it so that it is safe to show.

        An image is written again from its pixels, with a thumbnail beside it. What has
        arrived stays as it is, so that a repeat finds the same.

        Args:
            owner_id: Owners take turns, so that nobody waits for another's many files.

        Raises:
            Refused: ``IMAGE_UNREADABLE``, ``IMAGE_TOO_LARGE``.
            Unavailable: ``STORAGE_UNAVAILABLE``, ``OVERLOADED``.
        """
        ...

    async def discard_received(self, upload_id: UploadId) -> None:
        """Remove what arrived of a file that is stored now."""
        ...

    async def discard_old_parts(self, *, before: datetime) -> None:
        """Remove what arrived before this moment and was left by a process that ended."""
        ...

    async def delete(self, upload_id: UploadId) -> None:
        """Remove the bytes; does nothing if there are none."""
        ...
