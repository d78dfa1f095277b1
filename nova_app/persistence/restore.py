"""``nova restore``: puts a backup into a data directory that no server uses."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from nova_app.persistence.backup import DATABASE, STAMP, UPLOADS, BackupFailed, Manifest, verify
from nova_app.persistence.revision import known_revisions
from nova_app.persistence.snapshot import DatabaseDamaged, files_of, refuse_damage
from nova_app.settings import Settings

LOCK = "nova.lock"
_NO_DATA = {LOCK, STAMP, "metrics.token"}
"""What may lie in a data directory that counts as empty."""


_NAMES = re.compile(rf"{re.escape(DATABASE)}|{UPLOADS}/([0-9a-f-]{{2}})/\1[0-9a-f-]+(\.thumb)?")
"""What a backup may hold: names from a file that somebody hands over are never taken as they are."""


class RestoreFailed(Exception):
    """Nothing was restored; the text is one line."""


def restore(settings: Settings, backup: Path, *, replace: bool, now: datetime) -> tuple[Manifest, Path | None]:
    """Check a backup and make it the data of this directory.

    Returns:
        Its manifest, and the directory that keeps what was replaced.

    Raises:
        RestoreFailed: The backup is not usable, a server is running, or there is data that may not be replaced.
    """
    directory = settings.data_dir
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with no_server(directory):
        if not replace and _has_data(settings):
            raise RestoreFailed(f"{directory} is not empty: choose another NOVA_DATA_DIR, or add --replace")
        fresh = directory / ".restoring"
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            manifest = _unpack(backup, fresh)
            return manifest, _swap(settings, fresh, now)
        except (OSError, sqlite3.Error, tarfile.TarError, BackupFailed, DatabaseDamaged) as fault:
            raise RestoreFailed(f"nothing was restored: {fault}") from fault
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


@contextlib.contextmanager
def no_server(directory: Path) -> Iterator[None]:
    """Hold the lock that a running server holds.

    Raises:
        RestoreFailed: A server, or another restore, has it.
    """
    with (directory / LOCK).open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            lock.seek(0)
            holder = " ".join(lock.read(200).split())
            raise RestoreFailed(f"a running Nova uses {directory} ({holder}): stop it first") from fault
        yield


def _has_data(settings: Settings) -> bool:
    there = {path.name for path in settings.data_dir.iterdir()} - _NO_DATA - {".restoring"}
    return bool(there) or settings.database_path.exists()


def _unpack(backup: Path, fresh: Path) -> Manifest:
    manifest = verify(backup)
    if manifest.revision not in known_revisions():
        raise BackupFailed(f"{backup} was made by a newer Nova ({manifest.version}): update Nova first")
    for part in manifest.parts:
        if not _NAMES.fullmatch(part.name):
            raise BackupFailed(f"expected a database and uploads in a backup, got {part.name!r}")
    fresh.mkdir(mode=0o700)
    with tarfile.open(backup, "r:") as tar:
        for part in manifest.parts:
            _extract(tar, part.name, fresh / part.name)
    refuse_damage(fresh / DATABASE)
    return manifest


def _extract(tar: tarfile.TarFile, name: str, path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = tar.extractfile(name)
    assert content is not None  # the backup was verified
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        shutil.copyfileobj(content, file)
        file.flush()
        os.fsync(file.fileno())


def _swap(settings: Settings, fresh: Path, now: datetime) -> Path | None:
    """Move the old data aside and the new into place; the database comes last."""
    uploads = settings.data_dir / UPLOADS
    old = [path for path in (*files_of(settings.database_path), uploads) if path.exists()]
    kept = settings.data_dir / f"replaced-{now:%Y%m%dT%H%M%SZ}" if old else None
    if kept is not None:
        kept.mkdir(mode=0o700)
        for path in old:
            shutil.move(path, kept / path.name)
    if (fresh / UPLOADS).exists():
        (fresh / UPLOADS).rename(uploads)
    settings.database_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.move(fresh / DATABASE, settings.database_path)
    return kept
