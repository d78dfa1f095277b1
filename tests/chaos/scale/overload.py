"""Ten times what a server sustains: what was accepted is kept, the rest is refused with a time, and then it is over."""

from __future__ import annotations

import asyncio
import statistics
from dataclasses import dataclass

from tests.chaos.scale.operations import Kind

FACTOR = 10
BUFFER_MAX_BYTES = 1 << 20
"""A client with more than this before it in its own connection writes no more: the server does not read it."""
OPEN_MAX = 320
"""A client with so many messages that were not answered writes no more: ten outboxes of a page."""
CALM_SECONDS = 0.5
GROWTH_MAX_MIB = 400
RECOVERED_MS = 500


@dataclass
class Overload:
    """What was found."""

    sustained: float = 0.0
    offered: int = 0
    accepted: int = 0
    refused: int = 0
    held_back: int = 0
    without_time: int = 0
    rss_before: float = 0.0
    rss_peak: float = 0.0
    rss_after: float = 0.0
    drained_seconds: float = 0.0
    latency_after_ms: float = 0.0

    @property
    def is_clean(self):
        """Whether the promises were kept; the model decides about what was accepted."""
        is_bounded = self.rss_peak - self.rss_before < GROWTH_MAX_MIB
        return is_bounded and not self.without_time and self.accepted > 0 and self.latency_after_ms < RECOVERED_MS

    def lines(self):
        """The lines of the report."""
        figures = {
            "sustained/s": f"{self.sustained:,.0f}",
            "offered": f"{self.offered:,}",
            "accepted": f"{self.accepted:,}",
            "refused with a time": f"{self.refused - self.without_time:,}",
            "refused without one": f"{self.without_time:,}",
            "kept back by the sender": f"{self.held_back:,}",
            "memory before, at most, after (MiB)": f"{self.rss_before:.0f}, {self.rss_peak:.0f}, {self.rss_after:.0f}",
            "answered after (s)": f"{self.drained_seconds:.1f}",
            "then a send takes (ms)": f"{self.latency_after_ms:.0f}",
        }
        return [row(*figures), row(*("---" for _ in figures)), row(*figures.values())]


def row(*cells):
    """A row of a table."""
    return f"| {' | '.join(map(str, cells))} |"


async def overload(world, memory, seconds, *, measured_seconds):
    """Measure what is sustained, offer ten times as much for so long, and wait until it is over."""
    found = Overload(sustained=await _sustained(world, measured_seconds), rss_before=memory())
    refused, without_time = sum(world.refusals.values()), world.refusals_without_time
    before = world.reference.messages
    for device in world.devices:
        device.is_impatient = True
    end, due, last = world.now() + seconds, 0.0, world.now()
    while world.now() < end:
        now = world.now()
        due, last = due + (now - last) * found.sustained * FACTOR, now
        while due >= 1:
            due -= 1
            found.offered += 1
            found.held_back += not _offer(world)
        for device in world.devices:
            device.flush()
        found.rss_peak = max(found.rss_peak, memory())
        await asyncio.sleep(0.01)
    begin = world.now()
    await world.settle()
    found.drained_seconds = world.now() - begin
    for device in world.devices:
        device.is_impatient = False
    found.accepted = world.reference.messages - before
    found.refused = sum(world.refusals.values()) - refused
    found.without_time = world.refusals_without_time - without_time
    found.latency_after_ms = await _calm_latency(world) * 1_000
    found.rss_peak, found.rss_after = max(found.rss_peak, memory()), memory()
    return found


def _offer(world):
    device = world.chance.choice(world.devices)
    if not device.is_welcomed or device.line.waiting_bytes > BUFFER_MAX_BYTES or len(device.outbox.frames) >= OPEN_MAX:
        return False
    return device.write(Kind.MESSAGE, world.chance.choice(device.account.rooms))


async def _sustained(world, seconds):
    """Accepted messages a second while everybody sends as much as the outbox of a page does."""
    before, begin = world.reference.messages, world.now()
    writing = world.start(world.write(10**9, 10**6))
    await asyncio.sleep(seconds)
    rate = (world.reference.messages - before) / (world.now() - begin)
    writing.cancel()
    await world.settle()
    return rate


async def _calm_latency(world):
    """The median time of single sends, once the budgets are filled again."""
    device = world.devices[0]
    device.latencies.clear()
    for _ in range(20):
        device.write(Kind.MESSAGE, device.account.rooms[0])
        await world.settle()
        await asyncio.sleep(CALM_SECONDS / 10)
    return statistics.median(device.latencies)
