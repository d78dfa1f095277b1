"""The durable road: many senders at once, group commit against one transaction per message.

Both run interleaved in one process on the same disk; figures are medians over rounds.
Run with ``python benchmarks/durable.py [seconds]``; it ends by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import uvloop

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from nova_app.domain.events import Draft
from nova_app.domain.models import ConversationKind, User
from nova_app.persistence.storage import Storage, open_storage
from nova_app.settings import Settings

SENDERS = 50
ROUNDS = 7
GOAL = 8.0
GROUP, SINGLE = "group commit", "a transaction each"
RANDOM, LONE = "group, random client ids", "lone sender"


class Nobody:
    """A publisher without listeners."""

    def publish(self, events):
        pass

    def announce(self, user_ids, conversation_id):
        pass

    def relay(self, state):
        pass

    def revoke(self, session_id):
        pass


@dataclass(frozen=True)
class Round:
    """What one round measured."""

    per_second: float
    p50_ms: float
    p99_ms: float


async def main(seconds: float) -> int:
    """Measure, print, and give the exit code: 1 if the goal was missed."""
    slice_seconds = seconds / ROUNDS / 4
    with tempfile.TemporaryDirectory() as directory:
        async with contextlib.AsyncExitStack() as stack:
            group = await stack.enter_async_context(_opened(Path(directory) / "group"))
            single = await stack.enter_async_context(_opened(Path(directory) / "single", max_batch=1))
            rows: dict[str, list[Round]] = {name: [] for name in (GROUP, SINGLE, RANDOM, LONE)}
            for _ in range(ROUNDS):
                rows[GROUP].append(await _measure(group, SENDERS, slice_seconds, _growing_id))
                rows[SINGLE].append(await _measure(single, SENDERS, slice_seconds, _growing_id))
                rows[RANDOM].append(await _measure(group, SENDERS, slice_seconds, _random_id))
                rows[LONE].append(await _measure(group, 1, slice_seconds, _growing_id))
    return _report(rows)


@contextlib.asynccontextmanager
async def _opened(directory: Path, **options):
    async with open_storage(Settings(data_dir=directory), Nobody(), **options) as storage:
        now = datetime.now(UTC)
        members = [f"user{n}" for n in range(SENDERS)]
        for name in members:
            await storage.accounts.add_user(
                User(id=name, username=name, display_name=name, password_hash="", created_at=now)
            )
        await storage.conversations.create(
            conversation_id="room",
            kind=ConversationKind.GROUP,
            title="Room",
            creator_id=members[0],
            member_ids=members,
            creation_key=None,
            created_at=now,
        )
        yield storage


async def _measure(storage: Storage, senders: int, seconds: float, mint: Callable[[], str]) -> Round:
    latencies: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(_send(storage, f"user{n}", began + seconds, mint, latencies) for n in range(senders)))
    took = time.perf_counter() - began
    latencies.sort()
    return Round(
        per_second=len(latencies) / took,
        p50_ms=latencies[len(latencies) // 2] * 1000,
        p99_ms=latencies[len(latencies) * 99 // 100] * 1000,
    )


async def _send(storage: Storage, author: str, until: float, mint: Callable[[], str], latencies: list[float]) -> None:
    while (began := time.perf_counter()) < until:
        await storage.log.append([Draft(author, mint(), "room", "x" * 100)])
        latencies.append(time.perf_counter() - began)


def _random_id() -> str:
    return str(uuid.uuid4())


def _growing_id() -> str:
    """A version 7 UUID, as Nova's browser mints them."""
    value = (
        time.time_ns() // 1_000_000 << 80 | 0x7 << 76 | uuid.uuid4().int & ((1 << 76) - 1) & ~(0xC << 60) | 0x8 << 60
    )
    return str(uuid.UUID(int=value))


def _report(rows: dict[str, list[Round]]) -> int:
    print(f"{SENDERS} senders (or one), each waiting for its commit; synchronous=FULL; medians of {ROUNDS} rounds")
    for name, rounds in rows.items():
        rate, p50, p99 = (median(getattr(r, key) for r in rounds) for key in ("per_second", "p50_ms", "p99_ms"))
        print(f"  {name:26} {rate:9,.0f} messages/s   p50 {p50:7.2f} ms   p99 {p99:7.2f} ms")
    pairs = zip(rows[GROUP], rows[SINGLE], strict=True)
    ratio = median(group.per_second / single.per_second for group, single in pairs)
    print(f"  group commit is {ratio:.1f} times one transaction per message (goal: at least {GOAL:.0f})")
    return 0 if ratio >= GOAL else 1


if __name__ == "__main__":
    # The loop that Nova is served with.
    raise SystemExit(uvloop.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 14.0)))
