"""Whether Nova can serve: a check that writes, on a clock of its own, so that asking costs nothing and never waits."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

from sqlmodel import Session

from nova_app.domain.errors import NovaError
from nova_app.persistence.reader import Reader
from nova_app.persistence.revision import find_faults
from nova_app.persistence.writer import Writer

CHECK_SECONDS = 2.0
STALE_SECONDS = 10.0
"""A check that is older says nothing any more: something keeps the next one from ending."""
MIB = 1024 * 1024
_TOUCH = "INSERT OR REPLACE INTO readiness (id, checked_at) VALUES (1, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"
# As much as a message needs: what only fits into pages that are there already would not be found out.
_GROW = "INSERT INTO readiness (id, checked_at) VALUES (2, hex(zeroblob(8192)))"
_SHRINK = "DELETE FROM readiness WHERE id = 2"


class Readiness:
    """Remembers what the last check found of each part."""

    def __init__(
        self,
        reader: Reader,
        writer: Writer,
        *,
        files: Path,
        disk_reserve_bytes: int,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Know nothing yet.

        Args:
            files: The directory of the uploaded files.
            disk_reserve_bytes: With less free space there, Nova is not ready.
        """
        self._reader = reader
        self._writer = writer
        self._files = files
        self.disk_reserve_bytes = disk_reserve_bytes
        self._seconds = seconds
        self._checked_at = float("-inf")
        self._faults: Mapping[str, str | None] = {}

    def age(self) -> float:
        """Return how many seconds ago the last check ended; infinite before the first."""
        return self._seconds() - self._checked_at

    def report(self) -> Mapping[str, str | None]:
        """Name each part with its fault in a line, or None where it is fine."""
        if self.age() <= STALE_SECONDS:
            return self._faults
        age = "no check has ended yet" if not self._faults else f"the last check ended {self.age():.0f} s ago"
        return {**self._faults, "checks": f"{age}, expected one every {CHECK_SECONDS:.0f} s"}

    async def check(self) -> None:
        """Check every part, and remember what was found."""
        database, migrations, files, disk = await asyncio.gather(
            _fault_of(self._write()),
            _fault_of(self._reader.run(lambda session: find_faults(session.connection()))),
            asyncio.to_thread(_find_file_fault, self._files),
            asyncio.to_thread(_find_disk_fault, self._files, self.disk_reserve_bytes),
        )
        # One process publishes in memory: there is no broker that could be away.
        self._faults = {
            "database": database,
            "files": files,
            "disk": disk,
            "broker": None,
            "migrations": migrations,
        }
        self._checked_at = self._seconds()

    async def _write(self) -> None:
        await self._writer.run(_write_and_take_back)


def _write_and_take_back(session: Session) -> None:
    connection = session.connection()
    for statement in (_TOUCH, _GROW, _SHRINK):
        connection.exec_driver_sql(statement)


def _find_file_fault(directory: Path) -> str | None:
    path = directory / f".ready-{os.getpid()}"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(b"ready")
        path.unlink()
    except OSError as fault:
        return f"{directory} cannot be written: {fault.strerror or fault}"
    return None


def _find_disk_fault(directory: Path, reserve_bytes: int) -> str | None:
    existing = next(path for path in (directory, *directory.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    if free >= reserve_bytes:
        return None
    return f"{free // MIB} MiB are free, expected at least {reserve_bytes // MIB} MiB (NOVA_DISK_RESERVE_MB)"


async def _fault_of(check: Coroutine[Any, Any, str | None]) -> str | None:
    try:
        return await check
    except NovaError as fault:
        return fault.detail
