"""Ten times what a server sustains: what was accepted is kept, the rest is refused with a time, and then it is over.

A third of the accounts are hostile meanwhile: their devices know no bound of their own and write on until the server
does not read any more. A member who keeps the bounds writes beside them.
"""

from __future__ import annotations

import asyncio
import statistics
from dataclasses import dataclass

from tests.chaos.scale.operations import Kind

FACTOR = 10
HOSTILE_SHARE = 3
BURST = 16
"""A hostile device writes so many messages at once."""
BUFFER_MAX_BYTES = 64 << 10
"""A line with more than this before it cannot be written to: the server does not read what came before."""
BEHIND_SECONDS = 0.25
"""What this machine could not offer in that time is not offered later."""
POLITE_SECONDS = 0.5
CALM_SECONDS = 0.05
CALM_SENDS = 20
GROWTH_MAX_MIB = 400
RECOVERED_MS = 500


@dataclass
class Overload:
    """What was found.

    Attributes:
        refused: Refusals by the server, ``without_time`` of them without saying when to try again.
        unread: What could not even be written, as the server did not read on.
        polite_ms: How long a send of the account that kept its bounds took meanwhile, at p95.
    """

    sustained: float = 0.0
    offered: int = 0
    accepted: int = 0
    refused: int = 0
    unread: int = 0
    without_time: int = 0
    rss_before: float = 0.0
    rss_peak: float = 0.0
    rss_after: float = 0.0
    polite_ms: float = 0.0
    drained_seconds: float = 0.0
    latency_after_ms: float = 0.0

    @property
    def is_clean(self):
        """Whether the promises were kept; the model decides about what was accepted."""
        is_bounded = self.rss_peak - self.rss_before < GROWTH_MAX_MIB
        return is_bounded and not self.without_time and self.accepted > 0 and self.latency_after_ms < RECOVERED_MS

    def cells(self):
        """The figures of a table, by the heads of its columns."""
        return {
            "sustained/s": f"{self.sustained:,.0f}",
            "offered": f"{self.offered:,}",
            "accepted and kept": f"{self.accepted:,}",
            "refused with a time": f"{self.refused - self.without_time:,}",
            "refused without one": f"{self.without_time:,}",
            "not read by the server": f"{self.unread:,}",
            "memory before, at most, after (MiB)": f"{self.rss_before:.0f}, {self.rss_peak:.0f}, {self.rss_after:.0f}",
            "who keeps the bounds waits, p95 (ms)": f"{self.polite_ms:,.0f}",
            "all answered after (s)": f"{self.drained_seconds:.1f}",
            "then a send takes (ms)": f"{self.latency_after_ms:.0f}",
        }


async def overload(world, memory, seconds, *, measured_seconds):
    """Measure what is sustained, offer ten times as much for so long, and wait until it is over."""
    found = Overload(sustained=await _sustained(world, measured_seconds), rss_before=memory())
    refused, without_time = sum(world.refusals.values()), world.refusals_without_time
    before, polite = world.reference.messages, world.devices[0]
    hostile = [device for account in world.accounts[1::HOSTILE_SHARE] for device in world.devices_of(account)]
    for device in hostile:
        device.is_impatient = True
        device.line.narrow(BUFFER_MAX_BYTES)
    polite.latencies.clear()
    writing = world.start(_write_politely(polite))
    await _flood(world, hostile, found, memory, seconds)
    writing.cancel()
    begin = world.now()
    await world.settle()
    found.drained_seconds = world.now() - begin
    for device in hostile:
        device.is_impatient = False
    found.polite_ms = _p95(polite.latencies) * 1_000
    found.accepted = world.reference.messages - before
    found.refused = sum(world.refusals.values()) - refused
    found.without_time = world.refusals_without_time - without_time
    found.latency_after_ms = await _calm_latency(world) * 1_000
    found.rss_peak, found.rss_after = max(found.rss_peak, memory()), memory()
    return found


async def _flood(world, hostile, found, memory, seconds):
    """Offer ten times what is sustained for so long."""
    rate = found.sustained * FACTOR
    end, due, last = world.now() + seconds, 0.0, world.now()
    while world.now() < end:
        now = world.now()
        due, last = due + min(now - last, BEHIND_SECONDS) * rate, now
        while due >= BURST:
            due -= BURST
            found.offered += BURST
            found.unread += BURST - _offer(world, hostile)
        found.rss_peak = max(found.rss_peak, memory())
        await asyncio.sleep(0.01)


def _offer(world, hostile):
    """Let a device write some messages; how many its line took."""
    device = world.chance.choice(hostile)
    if not device.is_welcomed or device.line.waiting_bytes > BUFFER_MAX_BYTES:
        return 0
    room = world.chance.choice(device.account.rooms)
    for _ in range(BURST):
        device.write(Kind.MESSAGE, room)
    device.flush()
    return BURST


async def _write_politely(device):
    while True:
        device.write(Kind.MESSAGE, device.account.rooms[0])
        device.flush()
        await asyncio.sleep(POLITE_SECONDS)


def _p95(latencies):
    return sorted(latencies)[int(0.95 * (len(latencies) - 1))] if latencies else 0.0


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
    for _ in range(CALM_SENDS):
        device.write(Kind.MESSAGE, device.account.rooms[0])
        await world.settle()
        await asyncio.sleep(CALM_SECONDS)
    return statistics.median(device.latencies)
