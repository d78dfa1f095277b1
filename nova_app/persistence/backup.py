"""``nova backup``: database, files and a manifest with checksums as one tar, made while Nova runs.

nova.db                  the database at one moment
uploads/ab/<id>          the files it knows, with their small pictures
manifest.json            version, revision, and size and SHA-256 of everything; the last part, so that a tar that was
                         cut off has none
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import json
import os
import sqlite3
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from nova_app.domain.models import UploadState, to_text
from nova_app.persistence.files import DirectoryFileStore
from nova_app.persistence.snapshot import (
    DatabaseDamaged,
    copy_database,
    files_of,
    open_existing,
    read_revision,
    refuse_damage,
)
from nova_app.settings import Settings

DATABASE, MANIFEST, UPLOADS = "nova.db", "manifest.json", "uploads"
FORMAT = 1
STAMP = "backup.json"
"""In the data directory: when a backup last succeeded, for the metrics of the running server."""
_CHUNK = 1024 * 1024


class BackupFailed(Exception):
    """There is no backup; the text is one line for the person who wanted it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the tar."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. ``missing`` are files that the database knows and the disk did not have."""

    version: str
    revision: str
    created_at: str
    parts: Sequence[Part]
    missing: Sequence[str] = ()
    format: int = FORMAT

    @property
    def size_bytes(self) -> int:
        """The size of all parts."""
        return sum(part.size_bytes for part in self.parts)


@dataclass(slots=True)
class HashingReader:
    """Reads a file and keeps the hash of what was read."""

    source: BinaryIO
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        data = self.source.read(size)
        self.digest.update(data)
        return data


def make_backup(settings: Settings, target: Path, *, version: str, now: datetime) -> Manifest:
    """Write a backup under this name; until it is whole and checked, what was there stays.

    Raises:
        BackupFailed: It could not be made; nothing under the name has changed.
    """
    partial = target.with_name(f".{target.name}.partial")
    copy = target.with_name(f".{target.name}.database")
    try:
        with _owning(partial) as file:
            try:
                copy_database(settings.database_path, copy)
                refuse_damage(copy)
                manifest = _write(file, copy, settings, version=version, now=now)
                verify(partial)
                partial.replace(target)
                _sync_directory(target.parent)
            finally:
                partial.unlink(missing_ok=True)
                for path in files_of(copy):
                    path.unlink(missing_ok=True)
    except (OSError, sqlite3.Error, tarfile.TarError, DatabaseDamaged) as fault:
        raise BackupFailed(f"no backup was made: {_reason_of(fault, target, partial)}") from fault
    _note_success(settings.data_dir, target, manifest, now)
    return manifest


def verify(path: Path) -> Manifest:
    """Read a backup to its end and compare everything in it with its manifest.

    Raises:
        BackupFailed: It is no backup, or not whole.
    """
    try:
        with tarfile.open(path, "r:") as tar:
            found = {member.name: _hash_of(tar, member) for member in tar if member.name != MANIFEST}
            manifest = read_manifest(tar)
    except (OSError, tarfile.TarError) as fault:
        raise BackupFailed(f"{path} is no whole backup of Nova: {fault}") from fault
    expected = {part.name: part for part in manifest.parts}
    if found != expected:
        wrong = sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))
        raise BackupFailed(f"{path} is damaged: {wrong[0]} is not what its manifest says")
    return manifest


def read_manifest(tar: tarfile.TarFile) -> Manifest:
    """Return the manifest of an open backup.

    Raises:
        BackupFailed: It has none, or one of another kind.
    """
    try:
        content = tar.extractfile(MANIFEST)
        values = json.load(content) if content else {}
        parts = [Part(**part) for part in values.pop("parts")]
        manifest = Manifest(parts=parts, **values)
    except (KeyError, TypeError, ValueError) as fault:
        raise BackupFailed("expected a backup of Nova, got a file without its manifest") from fault
    if manifest.format != FORMAT:
        raise BackupFailed(f"expected a backup of format {FORMAT}, got {manifest.format}: update Nova")
    return manifest


def last_success(data_dir: Path) -> float:
    """Return when a backup of this directory last succeeded, as seconds since 1970; 0 for never."""
    try:
        return float(json.loads((data_dir / STAMP).read_text(encoding="utf-8"))["finished_at_seconds"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0.0


@contextlib.contextmanager
def _owning(partial: Path) -> Iterator[BinaryIO]:
    """Open the file that grows; one process at a time, and what a killed one left is written over."""
    descriptor = os.open(partial, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise _already_running() from fault
        if not partial.exists() or partial.stat().st_ino != os.fstat(descriptor).st_ino:
            raise _already_running()  # and has just finished: this is its backup
        file.truncate(0)
        yield file


def _reason_of(fault: Exception, target: Path, partial: Path) -> str:
    """Return what went wrong, about the file that was asked for and not the one that is written first."""
    if not isinstance(fault, OSError) or fault.strerror is None:
        return str(fault)
    is_own = fault.filename is None or Path(str(fault.filename)) == partial
    return f"{target if is_own else fault.filename}: {fault.strerror}"


def _already_running() -> BackupFailed:
    return BackupFailed("no backup was made: another one to the same file is running")


def _write(file: BinaryIO, copy: Path, settings: Settings, *, version: str, now: datetime) -> Manifest:
    with contextlib.closing(open_existing(copy)) as connection:
        revision = read_revision(connection)
        ready = "SELECT id, width FROM upload WHERE state = ? ORDER BY id"
        uploads = connection.execute(ready, (UploadState.READY,)).fetchall()
    files = DirectoryFileStore(settings.data_dir / UPLOADS)
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        parts = [_add(tar, copy, DATABASE)]
        missing = []
        for upload_id, width in uploads:
            for path in [files.path(upload_id), *([files.thumbnail_path(upload_id)] if width else [])]:
                try:
                    parts.append(_add(tar, path, f"{UPLOADS}/{path.parent.name}/{path.name}"))
                except FileNotFoundError:
                    missing.append(path.name)
        manifest = Manifest(version, revision, to_text(now), parts, missing)
        _add_text(tar, MANIFEST, json.dumps(asdict(manifest), indent=1), now)
    file.flush()
    os.fsync(file.fileno())
    return manifest


def _add(tar: tarfile.TarFile, path: Path, name: str) -> Part:
    with path.open("rb") as source:
        info = tar.gettarinfo(arcname=name, fileobj=source)
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        info.mode = 0o600
        reader = HashingReader(source)
        tar.addfile(info, reader)
    return Part(name, info.size, reader.digest.hexdigest())


def _add_text(tar: tarfile.TarFile, name: str, text: str, now: datetime) -> None:
    data = text.encode()
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = len(data), 0o600, int(now.timestamp())
    tar.addfile(info, io.BytesIO(data))


def _hash_of(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Part:
    content = tar.extractfile(member)
    if content is None:
        raise BackupFailed(f"expected only files in a backup, got {member.name!r}")
    digest = hashlib.sha256()
    while chunk := content.read(_CHUNK):
        digest.update(chunk)
    return Part(member.name, member.size, digest.hexdigest())


def _note_success(data_dir: Path, target: Path, manifest: Manifest, now: datetime) -> None:
    """Let the running server know; a backup without it is still one."""
    noted = {"finished_at_seconds": now.timestamp(), "file": str(target), "size_bytes": manifest.size_bytes}
    partial = data_dir / f".{STAMP}.partial"
    with contextlib.suppress(OSError):
        partial.write_text(json.dumps(noted), encoding="utf-8")
        partial.replace(data_dir / STAMP)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
