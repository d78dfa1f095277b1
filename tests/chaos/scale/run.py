"""Very many messages through every fault at once, against a reference model; then ten times the load.

    python -m tests.chaos.scale.run --messages 1000000 --seed 7

Everything runs on this machine and ends by itself; the exit code is 1 if a promise was broken.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import uvloop

from tests.chaos.scale.faults import Disk, Faults
from tests.chaos.scale.history import compare
from tests.chaos.scale.hostile import Hostile
from tests.chaos.scale.operations import HOSTILE_LANE
from tests.chaos.scale.overload import overload
from tests.chaos.scale.reference import Lane
from tests.chaos.scale.report import Report
from tests.chaos.scale.world import World
from tests.e2e.conftest import ROOT, WITHOUT_LIMITS_PER_ADDRESS, Server

MESSAGES_PER_ROUND = 50_000
ROUNDS_MAX = 12
"""Each one stops the writing for about half a minute."""
SEED_BITS = 32


@dataclass(frozen=True)
class Plan:
    """How much there is of everything; the defaults are those of a long run."""

    messages: int
    seed: int
    people: int = 24
    rooms: int = 12
    members: int = 6
    devices: int = 2
    rate: float = 1_500
    annoy_seconds: float = 1.0
    knocks_per_second: float = 30
    measured_seconds: float = 5
    overload_seconds: float = 30
    writing_seconds_max: float = 2_400
    """What was not written by then is left out, so that what was is compared within the hour."""
    seconds_max: float = 3_600
    may_mount: bool = True


SMALL = Plan(
    messages=1_500,
    seed=0,
    people=8,
    rooms=4,
    members=4,
    devices=1,
    rate=400,
    measured_seconds=1,
    overload_seconds=2,
    writing_seconds_max=120,
    seconds_max=240,
    may_mount=False,
)
"""Every fault once, in seconds; nothing is mounted, so that nothing stays behind wherever it ends."""


def at_scale(plan, keep=None):
    """Run, and write the report to the file ``keep``; its lines, and whether every promise was kept."""
    report = uvloop.run(run(plan))
    print(*report.lines(), sep="\n", flush=True)
    if keep is not None:
        report.write(keep)
    return report.lines(), report.is_clean


async def run(plan):
    """Everything of one plan, on a server of its own."""
    with contextlib.ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nova-scale-")))
        disk = Disk(directory / "data", may_mount=plan.may_mount)
        stack.callback(disk.remove)
        clock = directory / "clock"
        clock.write_text("0")
        server = Server(
            directory, module="tests.chaos.scale.movable_clock", **WITHOUT_LIMITS_PER_ADDRESS, CHAOS_CLOCK=str(clock)
        )
        server.start()
        stack.callback(server.stop)
        async with asyncio.timeout(plan.seconds_max):
            return await _run_on(plan, server, disk, clock)


async def _run_on(plan, server, disk, clock):
    world, begin = World(server, plan.seed), time.monotonic()
    report = Report(asdict(plan))
    try:
        await world.populate(plan.people, plan.rooms, members=plan.members, devices=plan.devices)
        faults, hostile = Faults(world, disk, clock), await _hostile(world)
        report.faults = faults.counts
        await _write_through_faults(plan, world, faults, hostile, report.problems)
        latency, settled = _latency(world), time.monotonic()
        with _noting(report.problems):
            if plan.overload_seconds:
                report.overload = await overload(
                    world, lambda: memory_of(server), plan.overload_seconds, measured_seconds=plan.measured_seconds
                )
        overloaded = time.monotonic()
        report.verdict = await compare(world)
        minutes = [settled - begin, overloaded - settled, time.monotonic() - overloaded]
        report.figures = _minutes(minutes) | latency | _figures(world, faults, hostile, disk)
        report.problems += _look_at(server)
    finally:
        await world.end()
    return report


async def _write_through_faults(plan, world, faults, hostile, problems):
    """Write it all, or what there is time for, while everything happens; then wait until everybody has it."""
    beside = [
        world.start(faults.annoy(plan.annoy_seconds)),
        world.start(hostile.knock(plan.knocks_per_second)),
        world.start(hostile.trespass(plan.annoy_seconds)),
    ]
    rounds = min(ROUNDS_MAX, max(1, plan.messages // MESSAGES_PER_ROUND))
    happening = world.start(faults.run(plan.messages, rounds))
    await world.write(plan.messages, plan.rate, until=world.now() + plan.writing_seconds_max)
    written = world.reference.messages
    if written < plan.messages:
        problems.append(f"{written:,} messages were written in {plan.writing_seconds_max:.0f} s, not {plan.messages:,}")
        faults.stop()
    await happening
    for task in beside:
        task.cancel()
    await world.settle()


@contextlib.contextmanager
def _noting(problems):
    """Go on after a part that did not end: what was accepted by then is compared all the same."""
    try:
        yield
    except AssertionError as late:
        problems.append(f"the overload did not end: {late}")


async def _hostile(world):
    """An account that is in no conversation of the others."""
    world.reference.lanes[HOSTILE_LANE] = Lane("")
    intruder = await world._register("intruder")
    return Hostile(world, intruder.token, list(world.reference.conversations))


def _minutes(seconds):
    parts = ("writing through the faults", "overload", "comparing")
    each = ", ".join(f"{part / 60:.1f} {name}" for name, part in zip(parts, seconds, strict=True))
    return {"minutes": f"{sum(seconds) / 60:.1f}", "of these": each}


def _latency(world):
    """Before the overload, in which everybody waits."""
    latencies = sorted(item for device in world.devices for item in device.latencies)
    return {"median and p95 of an acknowledgement": f"{_at(latencies, 0.5):.0f} ms, {_at(latencies, 0.95):.0f} ms"}


def _figures(world, faults, hostile, disk):
    client = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "devices": len(world.devices),
        "deliveries": f"{world.deliveries:,}",
        "lines cut one by one": faults.cuts,
        "readers that stopped for a while": faults.stalls,
        "reconnects": world.reconnects,
        "gaps too large to replay": world.resets,
        "attacks": f"{hostile.attacks:,}",
        "refused for a while": dict(world.refusals),
        "sent again after half a minute without an answer": world.silences,
        "lines cut because no welcome came": world.unwelcomed,
        "the longest that a welcome took": f"{world.welcome_longest:.1f} s",
        "overtaken after a line broke": world.reference.verdict.overtaken,
        "memory of the server": f"{memory_of(world.server):.0f} MiB",
        "memory of the load client, at most": f"{client.ru_maxrss / 1024:.0f} MiB",
        "processor time of the load client": f"{client.ru_utime + client.ru_stime:.0f} s",
        "disk made full by": "a file system of limited size" if disk.is_mounted else "a limit of the size of files",
    }


def _at(ordered, share):
    return ordered[int(share * (len(ordered) - 1))] * 1_000 if ordered else 0.0


def memory_of(server):
    """Resident memory of a server, in MiB."""
    pages = int(Path(f"/proc/{server._process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _look_at(server):
    """What is wrong with the log and the database after it."""
    problems = ["a traceback in the log"] if "Traceback" in server.log_from(0) else []
    environ = {name: value for name, value in os.environ.items() if not name.startswith("NOVA_")}
    environ |= {"NOVA_DATA_DIR": str(server.directory / "data")}
    checked = subprocess.run(
        [sys.executable, "-m", "nova_app", "check"], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    return problems + ([f"nova check: {checked.stdout}{checked.stderr}"] if checked.returncode else [])


def main():
    """Run it alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--small", action="store_true", help="every fault once, in seconds")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--rate", type=float, default=Plan.rate)
    parser.add_argument("--overload-seconds", type=float, default=Plan.overload_seconds)
    parser.add_argument("--json", type=Path, help="keep the report here, too")
    options = parser.parse_args()
    seed = secrets.randbits(SEED_BITS) if options.seed is None else options.seed
    plan = Plan(options.messages, seed, rate=options.rate, overload_seconds=options.overload_seconds)
    plan = replace(SMALL, seed=seed) if options.small else plan
    return 0 if at_scale(plan, options.json)[1] else 1


if __name__ == "__main__":
    sys.exit(main())
