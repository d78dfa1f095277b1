"""What Nova stores is for its own user only: the modes of new files, and of those that are there already."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

PRIVATE_UMASK = 0o077
SHARED_UMASK = 0o022
OTHERS = 0o077
OWN_FILES = ("nova.db", "nova.db-wal", "nova.db-shm", "nova.lock", "probe.json", "metrics.token")


@contextlib.contextmanager
def shared_files() -> Iterator[None]:
    """Let everyone read what is made while the block runs, such as built pages."""
    before = os.umask(SHARED_UMASK)
    try:
        yield
    finally:
        os.umask(before)


def make_private(directory: Path, database: Path) -> list[str]:
    """Take the access of other users to Nova's data away.

    Files that Nova does not know keep their modes. The working directory and those above it stay as they are.

    Returns:
        A line for each path that was open, and for each that cannot be changed.
    """
    beside = [database.with_name(f"{database.name}{end}") for end in ("", "-wal", "-shm")]
    paths = {directory, directory / "uploads", *(directory / name for name in OWN_FILES), *beside}
    lines = [_close(path) for path in sorted(paths) if path.exists()]
    return [line for line in lines if line]


def _close(path: Path) -> str:
    """Take the access of others away; return what is to be said about it, empty where nothing was open."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if not mode & OTHERS:
        return ""
    if path.is_dir() and Path.cwd().is_relative_to(path.resolve()):
        return f"{path} holds Nova's data and can be read by other users (mode {mode:04o})"
    try:
        path.chmod(mode & ~OTHERS)
    except OSError as fault:
        return f"{path} can be read by other users (mode {mode:04o}), and that cannot be changed: {fault.strerror}"
    return f"{path} could be read by other users (mode {mode:04o}); it is {mode & ~OTHERS:04o} now"
