"""The durable road: Nova's storage beside SQLite alone, in one process on the servers' core.

``python -m benchmarks.side_by_side.works.durable SECONDS`` prints one round's figures as JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median

import uvloop

from benchmarks.durable import Nobody
from benchmarks.side_by_side.load.generator import Figures
from benchmarks.side_by_side.machine import SERVER_CORE, pinned_to
from benchmarks.side_by_side.peers.base import ROOT
from benchmarks.side_by_side.peers.frames import room_name
from benchmarks.side_by_side.peers.nova_members import make, user_id
from nova_app.domain.events import Draft
from nova_app.domain.models import ClientId, ConversationId
from nova_app.persistence.storage import Storage, open_storage
from nova_app.settings import Settings

SENDERS = 50
BATCH = 32
PARTS = 4
TEXT = "x" * 100


def run_once(seconds: float) -> dict[str, Figures]:
    """One round in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.side_by_side.works.durable", str(seconds)]
    with pinned_to(SERVER_CORE):
        said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found: dict[str, Figures] = json.loads(said)
    return found


async def _measure(seconds: float) -> dict[str, Figures]:
    with tempfile.TemporaryDirectory(prefix="nova-bench-") as name:
        raw = _Raw(Path(name) / "raw.db")
        async with _opened(Path(name)) as storage:
            one = seconds / PARTS
            raw_lone, raw_batches = raw.insert(1, one), raw.insert(BATCH, one)
            lone, many = await _append(storage, 1, one), await _append(storage, SENDERS, one)
    return {
        "nova": {"durable_per_second": many[0], "lone_p50_ms": lone[1]},
        "raw": {"durable_per_second": raw_batches[0], "lone_p50_ms": raw_lone[1]},
    }


class _Raw:
    """SQLite alone: the columns of a message, its two unique keys, and FULL durability."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute(
            "CREATE TABLE message (id TEXT PRIMARY KEY, conversation_id TEXT, seq INTEGER, author_id TEXT,"
            " client_id TEXT, text TEXT, created_at TEXT, UNIQUE (conversation_id, seq))"
        )
        self._seq = 0

    def insert(self, batch: int, seconds: float) -> tuple[float, float]:
        """Messages a second, and the median of a transaction in milliseconds."""
        took, begin = [], time.perf_counter()
        while (at := time.perf_counter()) < begin + seconds:
            rows = [self._row() for _ in range(batch)]
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            self._db.execute("COMMIT")
            took.append(time.perf_counter() - at)
        return len(took) * batch / (time.perf_counter() - begin), median(took) * 1000

    def _row(self) -> tuple[object, ...]:
        self._seq += 1
        return _growing_id(), room_name(0), self._seq, user_id(0), _growing_id(), TEXT, "2026-01-01T00:00:00.000000Z"


@contextlib.asynccontextmanager
async def _opened(directory: Path) -> AsyncIterator[Storage]:
    await make(directory, 1, SENDERS)
    async with open_storage(Settings(data_dir=directory), Nobody(), is_migrating=False) as storage:
        yield storage


async def _append(storage: Storage, senders: int, seconds: float) -> tuple[float, float]:
    """Messages a second, and the median of what one sender waits in milliseconds."""
    took: list[float] = []
    begin = time.perf_counter()

    async def send(author: int) -> None:
        while (at := time.perf_counter()) < begin + seconds:
            draft = Draft(user_id(author), ClientId(_growing_id()), ConversationId(room_name(0)), TEXT)
            await storage.log.append([draft])
            took.append(time.perf_counter() - at)

    await asyncio.gather(*map(send, range(senders)))
    return len(took) / (time.perf_counter() - begin), median(took) * 1000


_count = 0


def _growing_id() -> str:
    """A version 7 UUID, as Nova's browser mints them, and cheap to make."""
    global _count  # noqa: PLW0603 - ids differ within a process
    _count += 1
    digits = f"{time.time_ns() // 1_000_000:012x}"
    return f"{digits[:8]}-{digits[8:]}-7{_count >> 12 & 0xFFF:03x}-8{_count & 0xFFF:03x}-{_count:012x}"


if __name__ == "__main__":
    print(json.dumps(uvloop.run(_measure(float(sys.argv[1])))))
