"""What commands did beside a server, kept in a file until a server writes it into its log.

A command has no log of its own that anybody keeps: the trail is one, that of the server.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

NAME = "audit.jsonl"


def append_pending(directory: Path, event: Mapping[str, str | int]) -> None:
    """Add an event.

    Raises:
        OSError: It cannot be written.
    """
    descriptor = os.open(directory / NAME, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with _locked(descriptor):
        if os.geteuid() == 0:
            # The server, which empties the file, is another user.
            owner = directory.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        # On a line of its own, also after a line that was cut off.
        os.write(descriptor, f"\n{json.dumps(event)}\n".encode())
        os.fsync(descriptor)


def take_pending(directory: Path, write: Callable[[Mapping[str, Any]], None]) -> None:
    """Give every event to ``write``, the oldest first, and empty the file; a line that was cut off is dropped.

    Raises:
        OSError: The file cannot be read or emptied.
    """
    try:
        descriptor = os.open(directory / NAME, os.O_RDWR)
    except FileNotFoundError:
        return
    with _locked(descriptor):
        for line in _read(descriptor).splitlines():
            with contextlib.suppress(ValueError):
                event = json.loads(line)
                if isinstance(event, dict):
                    write(event)
        os.ftruncate(descriptor, 0)


@contextlib.contextmanager
def _locked(descriptor: int) -> Iterator[None]:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _read(descriptor: int) -> str:
    with os.fdopen(os.dup(descriptor), encoding="utf-8", errors="replace") as file:
        return file.read()
