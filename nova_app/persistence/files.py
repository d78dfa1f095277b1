"""The bytes of files, in a directory, under random names.

<directory>/ab/<id>.part     what has arrived; grows while it is received
<directory>/ab/<id>          the file, once it is whole; a picture is written again
<directory>/ab/<id>.thumb    a small picture of an image
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from nova_app.domain.errors import ErrorCode, Unavailable
from nova_app.domain.files import FileFacts
from nova_app.domain.media import HEAD_BYTES, playable_type
from nova_app.domain.models import UploadId, UserId
from nova_app.persistence.decoders import Decoders

logger = logging.getLogger(__name__)

WRITERS = 4
_T = TypeVar("_T")


class DirectoryFileStore:
    """A ``FileStore`` under one directory; the disk is only touched in threads."""

    def __init__(self, directory: Path, *, reserve_bytes: int = 0) -> None:
        """Keep files here; the directory is made when the first one comes.

        Args:
            reserve_bytes: Room that files leave on the disk, so that messages can still be stored.
        """
        self._directory = directory
        self._reserve_bytes = reserve_bytes
        self._writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="nova-files")
        self.decoders = Decoders()

    def path(self, upload_id: UploadId) -> Path:
        """Return where the bytes of a whole file are."""
        return self._directory / upload_id[:2] / upload_id

    def thumbnail_path(self, upload_id: UploadId) -> Path:
        """Return where its small picture is, if it is an image."""
        return self.path(upload_id).with_suffix(".thumb")

    def _part(self, upload_id: UploadId) -> Path:
        return self.path(upload_id).with_suffix(".part")

    async def size(self, upload_id: UploadId) -> int:
        return await self._run(self._writers, lambda: _size(self._part(upload_id)))

    async def write(self, upload_id: UploadId, offset: int, data: bytes) -> None:
        await self._run(self._writers, lambda: _write(self._part(upload_id), offset, data, self._reserve_bytes))

    async def inspect(self, upload_id: UploadId, owner_id: UserId) -> FileFacts:
        received, stored, thumbnail = self._part(upload_id), self.path(upload_id), self.thumbnail_path(upload_id)
        try:
            facts = await self.decoders.inspect(received, stored, thumbnail, owner_id)
        except OSError as fault:
            raise _not_kept() from fault
        if facts.width:
            return facts
        head = await self._run(self._writers, lambda: _head(received))
        return replace(facts, content_type=playable_type(head) or facts.content_type)

    async def received_at(self, upload_id: UploadId) -> datetime | None:
        return await self._run(self._writers, lambda: _changed_at(self._part(upload_id)))

    async def discard_received(self, upload_id: UploadId) -> None:
        await self._run(self._writers, lambda: _delete(self._part(upload_id)))

    async def delete(self, upload_id: UploadId) -> None:
        paths = (self._part(upload_id), self.path(upload_id), self.thumbnail_path(upload_id))
        await self._run(self._writers, lambda: _delete(*paths))

    async def discard_old_parts(self, *, before: datetime) -> None:
        await self._run(self._writers, lambda: _delete_old(self._directory, before.timestamp()))

    async def close(self) -> None:
        """Wait for running work."""
        await asyncio.to_thread(self._writers.shutdown)
        await self.decoders.close()

    async def _run(self, executor: ThreadPoolExecutor, work: Callable[[], _T]) -> _T:
        try:
            return await asyncio.get_running_loop().run_in_executor(executor, work)
        except OSError as fault:
            raise _not_kept() from fault


def _not_kept() -> Unavailable:
    """Log the error that is handled now, and return what the client learns of it."""
    logger.exception("a file could not be kept")
    return Unavailable(ErrorCode.STORAGE_UNAVAILABLE)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _changed_at(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def _delete(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _delete_old(directory: Path, before: float) -> None:
    for path in directory.glob("*/*.part"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()


def _write(path: Path, offset: int, data: bytes, reserve_bytes: int) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if shutil.disk_usage(path.parent).free < reserve_bytes + len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.ftruncate(descriptor, offset)
        written = 0
        while written < len(data):
            written += os.pwrite(descriptor, data[written:], offset + written)
    finally:
        os.close(descriptor)
