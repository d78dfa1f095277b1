"""What happens to the server and to the lines during a run at scale, in an order that the seed gives."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import sqlite3
import subprocess

CLOCK_JUMPS = (7_200.0, -3_600.0, 86_400.0, -86_400.0, 0.0)
"""Seconds by which the server's time of day is wrong; the last one repairs it."""
LOCK_SECONDS = 6.0
"""Longer than the server waits for a lock."""
FULL_SECONDS_MAX = 15.0
STALL_SECONDS = 4.0
ROOMY = "16g"
FILL_TRIES = 50
"""The server writes on between asking what is used and allowing no more."""


class Disk:
    """A file system of limited size for the server's data.

    Without the right to mount one, the size of its files is limited instead, which fails in the same calls.
    """

    def __init__(self, path, *, may_mount=True):
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={ROOMY},mode=700", "nova-chaos", path]
        self.is_mounted = may_mount and subprocess.run(command, capture_output=True, check=False).returncode == 0

    def fill(self, pid):
        """Leave no byte free."""
        if self.is_mounted:
            tries = (self._resize(f"{self._used_kib()}k", check=False) for _ in range(FILL_TRIES))
            assert any(tries), "the server grew faster than its file system shrank"
        else:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))

    def empty(self, pid):
        """Make room again."""
        if self.is_mounted:
            self._resize(ROOMY)
        else:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def _used_kib(self):
        command = ["df", "-k", "--output=used", self.path]
        return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()[-1])

    def _resize(self, size, *, check=True):
        """Whether it has this size now; none is given that is smaller than what is in it."""
        command = ["mount", "-o", f"remount,size={size}", self.path]
        return subprocess.run(command, capture_output=not check, check=check).returncode == 0

    def remove(self):
        """Give it back."""
        if self.is_mounted:
            subprocess.run(["umount", self.path], check=True)


class Faults:
    """Does them, one after another, and counts them."""

    def __init__(self, world, disk, clock):
        self.world, self.disk, self.clock = world, disk, clock
        self.counts = {"kill -9": 0, "full disk": 0, "locked database": 0, "clock jump": 0, "all lines cut": 0}
        self.stalls = self.cuts = 0
        self._is_over = False
        self._acts = {
            "kill -9": self._kill,
            "full disk": self._fill_disk,
            "locked database": self._lock,
            "clock jump": self._jump,
            "all lines cut": self._cut_all,
        }

    async def run(self, messages, rounds):
        """Every fault once in each round, spread over so many messages."""
        plan = []
        for _ in range(rounds):
            names = list(self.counts)
            self.world.chance.shuffle(names)
            plan += names
        for place, name in enumerate(plan, 1):
            due = messages * place // (len(plan) + 1)
            while self.world.reference.messages < due and not self._is_over:
                await asyncio.sleep(0.05)
            if self._is_over:
                return
            print(f"  {self.world.reference.messages} messages: {name}", flush=True)
            self.counts[name] += 1
            await self._acts[name]()

    def stop(self):
        """Begin no other fault."""
        self._is_over = True

    async def annoy(self, seconds):
        """Every few seconds one line is cut and one reader stops reading for a while."""
        while True:
            await asyncio.sleep(seconds * (0.5 + self.world.chance.random()))
            device = self.world.chance.choice(self.world.devices)
            if device.is_welcomed and self.world.chance.random() < 0.5:
                device.line.cut()
                self.cuts += 1
            elif device.is_welcomed:
                self.world.start(self._stall(device.line))

    async def _stall(self, line):
        self.stalls += 1
        line.pause()
        await asyncio.sleep(STALL_SECONDS)
        line.resume()

    async def _kill(self):
        await asyncio.to_thread(self.world.server.kill)
        await asyncio.to_thread(self.world.server.start)

    async def _cut_all(self):
        for device in self.world.devices:
            if device.line is not None:
                device.line.cut()

    async def _fill_disk(self):
        refused = self.world.refusals["storage_unavailable"]
        pid = self.world.server._process.pid
        self.disk.fill(pid)
        try:
            with contextlib.suppress(AssertionError):
                await self.world.until(
                    lambda: self.world.refusals["storage_unavailable"] > refused, "a refusal", FULL_SECONDS_MAX
                )
            await asyncio.sleep(1)
        finally:
            self.disk.empty(pid)

    async def _lock(self):
        path = self.world.server.directory / "data" / "nova.db"
        with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as database:
            database.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(LOCK_SECONDS)
            database.execute("ROLLBACK")

    async def _jump(self):
        self.clock.write_text(str(CLOCK_JUMPS[(self.counts["clock jump"] - 1) % len(CLOCK_JUMPS)]))
