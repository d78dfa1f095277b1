"""Uploads, and who may see them.

    announced --parts, in order--> whole --inspected--> ready
        ^            |                      |
        +-- cut off -+                      +-- refused: gone

A part is kept as it arrives, so that after a cut the owner asks how much is there and
continues after it.  When two requests send parts of one file, the later one continues: the
earlier is usually a dead connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from nova_app.domain.errors import ErrorCode, NovaError, Refused
from nova_app.domain.file_ports import FileStore, UploadRepository
from nova_app.domain.limits import FILE_NAME_MAX_CHARS
from nova_app.domain.models import Upload, UploadId, UploadState, UserId
from nova_app.domain.ports import Clock
from nova_app.domain.visible_text import shows_something, without_faults
from nova_app.observability.usage import UPLOADS, UsageMetrics

logger = logging.getLogger(__name__)

RECEIVING_MAX = timedelta(days=2)
"""An incomplete upload is deleted after this time."""
ABANDONED_AFTER = timedelta(minutes=5)
"""An upload that was silent for so long gives way where its owner needs the room."""
UNUSED_MAX = timedelta(days=8)
"""Longer than a queued message, with its files, may wait in a browser."""


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """How large one file, all files of one owner, and all files may be; in bytes."""

    file_bytes: int
    quota_bytes: int
    total_bytes: int | None = None


@dataclass(slots=True)
class _WriteLock:
    """Lets one request write a file, the latest one; one chunk at a time."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    newest: int = 0
    holders: int = 0


class Uploads:
    """Receive and return files."""

    def __init__(
        self, uploads: UploadRepository, files: FileStore, clock: Clock, limits: UploadLimits, usage: UsageMetrics
    ) -> None:
        self._usage = usage
        self._uploads = uploads
        self._files = files
        self._clock = clock
        self._limits = limits
        self._write_locks: dict[UploadId, _WriteLock] = {}

    @property
    def file_bytes(self) -> int:
        """The maximum file size."""
        return self._limits.file_bytes

    def path(self, upload_id: UploadId) -> Path:
        """Return the path of a complete file; check access with ``find_readable`` first."""
        return self._files.path(upload_id)

    def thumbnail_path(self, upload_id: UploadId) -> Path:
        """Return the path of an image's thumbnail; check access first, too."""
        return self._files.thumbnail_path(upload_id)

    async def announce(self, owner_id: UserId, *, name: str, size_bytes: int, key: str) -> Upload:
        """Announce a file that is uploaded in parts; a repeat of the key by the same owner returns the first one.

        Raises:
            Refused: ``FILE_TOO_LARGE``, ``FILE_EMPTY``, ``QUOTA_EXCEEDED``; ``KEY_REUSED`` if the
                key belongs to a file of another size.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        with self._usage.outcome(UPLOADS, success=""):
            if size_bytes < 1:
                raise Refused(ErrorCode.FILE_EMPTY)
            if size_bytes > self._limits.file_bytes:
                raise _too_large(self._limits.file_bytes)
            upload = await self._begin(owner_id, name, size_bytes, key)
        if upload.state == UploadState.RECEIVING and upload.size_bytes != size_bytes:
            raise Refused(ErrorCode.KEY_REUSED, f"expected {upload.size_bytes} bytes under this key, got {size_bytes}")
        return upload

    async def begin(self, owner_id: UserId, *, name: str, at_most: int, key: str | None) -> Upload:
        """Begin a file whose size is not known; a repeat of the key by the same owner returns the first one.

        Args:
            at_most: So many bytes count against the owner's quota until it is whole.

        Raises:
            Refused: ``QUOTA_EXCEEDED``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        with self._usage.outcome(UPLOADS, success=""):
            return await self._begin(owner_id, name, at_most, key)

    async def _begin(self, owner_id: UserId, name: str, at_most: int, key: str | None) -> Upload:
        wanted = Upload(
            id=str(uuid.uuid4()),
            owner_id=owner_id,
            creation_key=key,
            name=clean_name(name),
            size_bytes=at_most,
            state=UploadState.RECEIVING,
            created_at=self._clock.now(),
        )
        try:
            upload_id = await self._add(wanted)
        except Refused:
            if not await self._drop_abandoned(owner_id):
                raise
            upload_id = await self._add(wanted)
        return await self.find_own(owner_id, upload_id)

    async def _add(self, wanted: Upload) -> UploadId:
        limits = self._limits
        return await self._uploads.add_upload(wanted, quota_bytes=limits.quota_bytes, total_bytes=limits.total_bytes)

    async def _drop_abandoned(self, owner_id: UserId) -> int:
        """Delete the owner's uploads that nobody goes on with; return how many."""
        before, dropped = self._clock.now() - ABANDONED_AFTER, 0
        for upload in await self._uploads.list_receiving(owner_id):
            upload_id = UploadId(upload.id)
            seen_at = await self._files.received_at(upload_id) or upload.created_at
            if upload_id not in self._write_locks and max(seen_at, upload.created_at) < before:
                dropped += await self._drop(upload_id)
        return dropped

    async def find_own(self, owner_id: UserId, upload_id: UploadId) -> Upload:
        """Return a file of this owner, whole or not.

        Raises:
            Refused: ``NOT_FOUND``.
        """
        upload = await self._uploads.find_upload(upload_id)
        if upload is None or upload.owner_id != owner_id:
            raise Refused(ErrorCode.NOT_FOUND)
        return upload

    async def find_readable(self, user_id: UserId, upload_id: UploadId) -> Upload:
        """Return a whole file that this user may see now.

        Raises:
            Refused: ``NOT_FOUND``, also for files that this user may not see.
        """
        upload = await self._uploads.find_upload(upload_id)
        is_ready = upload is not None and upload.state == UploadState.READY
        if upload is None or not is_ready or not await self._uploads.may_read(upload_id, user_id):
            raise Refused(ErrorCode.NOT_FOUND)
        return upload

    async def offset(self, upload: Upload) -> int:
        """Return how many bytes of it have arrived."""
        return upload.size_bytes if upload.state == UploadState.READY else await self._files.size(UploadId(upload.id))

    async def append(self, upload: Upload, offset: int, chunks: AsyncIterable[bytes]) -> Upload:
        """Append a part as it arrives, and finish the file with its last byte.

        What arrived before a cut stays. A file that is ready stays as it is.

        Args:
            offset: Where the part begins: where the last one ended, or 0 to start again.

        Returns:
            The file as it is now.

        Raises:
            Refused: ``OFFSET_MISMATCH``; ``FILE_TOO_LARGE`` for more than was announced;
                ``TAKEN_OVER`` when a later part came; ``IMAGE_UNREADABLE``, ``IMAGE_TOO_LARGE``:
                the file is deleted then.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        if upload.state == UploadState.READY:
            return upload
        upload_id = UploadId(upload.id)
        async with self._write_lock(upload_id) as write_lock:
            end = await self._receive(upload, offset, chunks, write_lock)
            if end < upload.size_bytes:
                return upload
            async with write_lock.lock:
                return await self._finish(upload)

    async def receive(self, upload: Upload, chunks: AsyncIterable[bytes]) -> Upload:
        """Receive a whole file whose size is only known at its end; otherwise like ``append``.

        Raises:
            Refused: As ``append``; ``FILE_EMPTY``.
        """
        if upload.state == UploadState.READY:
            return upload
        async with self._write_lock(UploadId(upload.id)) as write_lock:
            try:
                if await self._receive(upload, 0, chunks, write_lock) == 0:
                    raise Refused(ErrorCode.FILE_EMPTY)
            except BaseException as fault:
                if not (isinstance(fault, Refused) and fault.code is ErrorCode.TAKEN_OVER):
                    await self._give_up(UploadId(upload.id))
                raise
            async with write_lock.lock:
                return await self._finish(upload)

    async def cancel(self, owner_id: UserId, upload_id: UploadId) -> None:
        """Delete a file that nothing shows; a repeat does nothing.

        Raises:
            Refused: ``NOT_FOUND``.
        """
        await self.find_own(owner_id, upload_id)
        async with self._write_lock(upload_id) as write_lock, write_lock.lock:
            await self._drop(upload_id)

    async def drop_unused(self, upload_ids: Sequence[UploadId]) -> None:
        """Delete those of these files that nothing shows any more.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``: the sweep deletes them later.
        """
        for upload_id in upload_ids:
            async with self._write_lock(upload_id) as write_lock, write_lock.lock:
                await self._drop(upload_id)

    async def sweep(self) -> int:
        """Delete incomplete files and files that nothing shows; return how many."""
        now = self._clock.now()
        await self._files.discard_old_parts(before=now - RECEIVING_MAX)
        stale = await self._uploads.list_stale(begun_before=now - RECEIVING_MAX, unused_since=now - UNUSED_MAX)
        return sum([await self._drop(upload_id) for upload_id in stale])

    async def _receive(self, upload: Upload, offset: int, chunks: AsyncIterable[bytes], write_lock: _WriteLock) -> int:
        upload_id, mine = UploadId(upload.id), write_lock.newest
        async with write_lock.lock:
            there = await self._files.size(upload_id)
        if offset not in (0, there):
            raise Refused(ErrorCode.OFFSET_MISMATCH, f"expected a part that begins at {there}, got {offset}")
        async for chunk in chunks:
            async with write_lock.lock:
                if write_lock.newest != mine:
                    raise Refused(ErrorCode.TAKEN_OVER)
                if offset + len(chunk) > upload.size_bytes:
                    raise _too_large(upload.size_bytes)
                await self._files.write(upload_id, offset, chunk)
            offset += len(chunk)
        return offset

    async def _finish(self, upload: Upload) -> Upload:
        upload_id = UploadId(upload.id)
        now = await self.find_own(UserId(upload.owner_id), upload_id)
        if now.state == UploadState.READY:
            return now
        with self._usage.outcome(UPLOADS, success="ok"):
            try:
                facts = await self._files.inspect(upload_id, UserId(upload.owner_id))
            except Refused:
                await self._drop(upload_id)
                raise
            await self._uploads.finish(upload_id, facts)
        await self._files.discard_received(upload_id)
        self._usage.received(facts.size_bytes)
        return await self.find_own(UserId(upload.owner_id), upload_id)

    async def _drop(self, upload_id: UploadId) -> bool:
        is_gone = await self._uploads.delete(upload_id)
        if is_gone:
            await self._files.delete(upload_id)
        return is_gone

    async def _give_up(self, upload_id: UploadId) -> None:
        """Drop what was cut at once: its sender knows no id to go on with or to cancel."""
        try:
            await asyncio.shield(self._drop(upload_id))
        except (RuntimeError, NovaError):
            # The server stops and its threads are gone, or the disk fails: the next sweep takes it.
            logger.debug("a cut upload is left to the sweep", exc_info=True)

    @contextlib.asynccontextmanager
    async def _write_lock(self, upload_id: UploadId) -> AsyncIterator[_WriteLock]:
        write_lock = self._write_locks.setdefault(upload_id, _WriteLock())
        write_lock.newest += 1
        write_lock.holders += 1
        try:
            yield write_lock
        finally:
            write_lock.holders -= 1
            if write_lock.holders == 0:
                del self._write_locks[upload_id]


def clean_name(name: str) -> str:
    """Return a file's name for people: without folders, one line, never empty, and read as it is written.

    It is shown and offered for saving, and never used as a path.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = without_faults(last).strip(" .")[-FILE_NAME_MAX_CHARS:]
    return plain if shows_something(plain) else "file"


def _too_large(limit: int) -> Refused:
    return Refused(ErrorCode.FILE_TOO_LARGE, f"expected at most {limit} bytes, got more")
