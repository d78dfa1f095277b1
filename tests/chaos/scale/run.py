"""Very many messages through every fault at once, against a reference model; then ten times the load.

    python -m tests.chaos.scale.run --messages 1000000 --seed 7

Everything runs on this machine and ends by itself; the exit code is 1 if a promise was broken.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import secrets
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from tests.chaos.scale.faults import Disk, Faults
from tests.chaos.scale.hostile import Hostile
from tests.chaos.scale.operations import HOSTILE_LANE
from tests.chaos.scale.overload import Overload, overload, row
from tests.chaos.scale.reference import Lane, Verdict
from tests.chaos.scale.world import World
from tests.e2e.conftest import ROOT, WITHOUT_LIMITS_PER_ADDRESS, Server

MESSAGES_PER_ROUND = 50_000
SEED_BITS = 32


COLUMNS = (
    *("messages", "edits", "deletions", "reactions"),
    *("lost", "doubled", "reordered", "invented", "wrong", "unanswered"),
)


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
    seconds_max: float = 3_600


@dataclass
class Report:
    """What a run showed."""

    plan: Plan
    verdict: Verdict = field(default_factory=Verdict)
    faults: dict[str, int] = field(default_factory=dict)
    figures: dict[str, object] = field(default_factory=dict)
    overload: Overload | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def is_clean(self):
        """Whether every promise was kept."""
        return self.verdict.is_clean and not self.problems and (self.overload is None or self.overload.is_clean)

    def lines(self):
        """The lines of the report."""
        verdict, accepted = self.verdict, self.verdict.accepted
        return [
            f"## At scale: {accepted['message']:,} messages, seed {self.plan.seed}",
            "",
            row(*COLUMNS),
            row(*("---" for _ in COLUMNS)),
            row(
                *(f"{accepted[kind]:,}" for kind in ("message", "edit", "delete", "reaction")),
                *(
                    verdict.lost,
                    verdict.doubled,
                    verdict.reordered,
                    verdict.invented,
                    verdict.wrong,
                    verdict.unanswered,
                ),
            ),
            "",
            *(f"- {name}: {count}" for name, count in {**self.faults, **self.figures}.items()),
            *(["", *self.overload.lines()] if self.overload else []),
            *(f"- BROKEN: {problem}" for problem in [*self.problems, *verdict.examples]),
        ]


def at_scale(plan):
    """Run; lines of the report, and whether every promise was kept."""
    report = uvloop.run(run(plan))
    print(*report.lines(), sep="\n", flush=True)
    return report.lines(), report.is_clean


async def run(plan):
    """Everything of one plan, on a server of its own."""
    with contextlib.ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nova-scale-")))
        disk = Disk(directory / "data")
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
    report = Report(plan)
    try:
        await world.populate(plan.people, plan.rooms, members=plan.members, devices=plan.devices)
        faults, hostile = Faults(world, disk, clock), await _hostile(world)
        annoyances = [
            world.start(faults.annoy(plan.annoy_seconds)),
            world.start(hostile.knock(plan.knocks_per_second)),
            world.start(hostile.trespass(plan.annoy_seconds)),
        ]
        happening = world.start(faults.run(plan.messages, max(1, plan.messages // MESSAGES_PER_ROUND)))
        await world.write(plan.messages, plan.rate)
        await happening
        for task in annoyances:
            task.cancel()
        await world.settle()
        report.verdict = await world.finish()
        minutes = (time.monotonic() - begin) / 60
        if plan.overload_seconds and report.verdict.is_clean:
            report.overload = await overload(
                world, lambda: memory_of(server), plan.overload_seconds, measured_seconds=plan.measured_seconds
            )
            report.verdict = await world.finish()
        report.faults = faults.counts
        report.figures = _figures(world, faults, hostile, disk, minutes)
        report.problems = _look_at(server)
    finally:
        await world.end()
    return report


async def _hostile(world):
    """An account that is in no conversation of the others."""
    world.reference.lanes[HOSTILE_LANE] = Lane("")
    intruder = await world._register("intruder")
    return Hostile(world, intruder.token, list(world.reference.conversations))


def _figures(world, faults, hostile, disk, minutes):
    latencies = sorted(item for device in world.devices for item in device.latencies)
    return {
        "minutes": f"{minutes:.1f}",
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
        "overtaken after a line broke": world.reference.verdict.overtaken,
        "median and p95 of an acknowledgement": f"{_at(latencies, 0.5):.0f} ms, {_at(latencies, 0.95):.0f} ms",
        "memory of the server": f"{memory_of(world.server):.0f} MiB",
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
    parser.add_argument("--seed", type=int)
    parser.add_argument("--rate", type=float, default=Plan.rate)
    parser.add_argument("--overload-seconds", type=float, default=Plan.overload_seconds)
    options = parser.parse_args()
    seed = secrets.randbits(SEED_BITS) if options.seed is None else options.seed
    plan = Plan(options.messages, seed, rate=options.rate, overload_seconds=options.overload_seconds)
    return 0 if at_scale(plan)[1] else 1


if __name__ == "__main__":
    sys.exit(main())
