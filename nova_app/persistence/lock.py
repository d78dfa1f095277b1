"""One server per data directory: an advisory lock that the kernel frees with its process."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

logger = logging.getLogger(__name__)

NAME = "nova.lock"
WAIT_SECONDS = 5.0
RETRY_SECONDS = 0.1
_BUSY = (errno.EAGAIN, errno.EACCES)
_held: set[Path] = set()
"""The directories that this process holds already: a command holds its own before the server in it asks."""


class DirectoryInUse(Exception):
    """Another process holds the directory; the text is one line for the person who starts this one."""


@contextlib.contextmanager
def holding_directory(directory: Path, address: str, *, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold a data directory while the block runs; one that this process holds already is left as it is.

    Args:
        address: Where this process serves, for the words of whoever comes second.
        wait_seconds: How long to wait for another process that is about to end.

    Raises:
        DirectoryInUse: Another process holds it.
        OSError: The lock file cannot be opened.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = directory.resolve() / NAME
    if path in _held:
        yield
        return
    with path.open("a+", encoding="utf-8") as file:
        _lock(file.fileno(), directory, path, wait_seconds)
        path.chmod(0o600)
        file.truncate(0)
        file.write(f"pid {os.getpid()}, {address}\n")
        file.flush()
        _held.add(path)
        try:
            yield
        finally:
            _held.discard(path)


def _lock(descriptor: int, directory: Path, path: Path, wait_seconds: float) -> None:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            if fault.errno not in _BUSY:
                logger.warning("%s cannot be locked (%s): take care that only one Nova uses it", directory, fault)
                return
        else:
            return
        if time.monotonic() >= deadline:
            holder = path.read_text(encoding="utf-8").strip() or "its process is not known"
            raise DirectoryInUse(f"{directory} is in use by another Nova ({holder}): stop it, or set NOVA_DATA_DIR")
        time.sleep(RETRY_SECONDS)
