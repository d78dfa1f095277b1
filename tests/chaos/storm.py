"""Several people, several tabs each, a line that breaks by seed, a server that is killed.

In the end the server's table is compared with what every browser shows. The same seed always
gives the same faults, writers and reloads; how they meet is up to the machine.
"""

from __future__ import annotations

import contextlib
import itertools
import random
import sqlite3
import threading
import time
from dataclasses import dataclass, field

from playwright.sync_api import Error, expect

from tests.e2e.guard import guard
from tests.e2e.pages import by
from tests.faults.schedules import random_schedule
from tests.faults.wire import Wire
from tests.processes import until

DEAD = ("hole", "hole_up", "hole_down")
CLAIM_SECONDS = 18.0
"""Longer than this a dead line is never called connected (docs/websocket-reconnection.md)."""
SETTLE_SECONDS = 60
ROWS = """() => [...document.querySelectorAll('[data-testid="message"]')].map(
    (row) => [Number(row.dataset.seq), row.querySelector(".row-text").textContent])"""


@dataclass
class Report:
    """What a run showed."""

    seed: int
    written: int = 0
    faults: int = 0
    kills: int = 0
    reloads: int = 0
    lost: int = 0
    doubled: int = 0
    misordered: int = 0
    wrong_screens: int = 0
    longest_false_claim: float = 0.0
    problems: list[str] = field(default_factory=list)

    @property
    def is_clean(self):
        """Whether every promise was kept."""
        return not self.problems and self.longest_false_claim <= CLAIM_SECONDS

    def line(self):
        """One row of the report's table."""
        return (
            f"| {self.seed} | {self.written} | {self.faults} | {self.kills} | {self.reloads} | {self.lost} | "
            f"{self.doubled} | {self.misordered} | {self.wrong_screens} | {self.longest_false_claim:.1f} s |"
        )


class Storm:
    """One run: people are handed in by ``person`` (see ``tests/e2e/conftest.py``)."""

    def __init__(self, server, person, *, seed, people=2, tabs=2, with_kills=True):
        self.server = server
        self.chance = random.Random(seed)
        self.report = Report(seed)
        self.with_kills = with_kills
        self.wires = [Wire(server.port, on_fault=guard.fault) for _ in range(people)]
        self.people = [person(f"s{seed}w{n}", origin=wire.origin) for n, wire in enumerate(self.wires)]
        for user, wire in zip(self.people, self.wires, strict=True):
            user.wire = wire
        self.room = self.people[0].start_group("Storm", *[user.username for user in self.people[1:]])
        self.written = {user: [] for user in self.people}
        self.pages = []
        for user in self.people:
            for page in [user.page, *[user.new_page() for _ in range(tabs - 1)]]:
                page.goto(f"/c/{self.room}")
                user.expect_connected(page)
                self.pages.append((user, page))
        self._dead_since = {}
        self._number = 0

    def run(self, seconds):
        """Write through the faults for so long, heal everything, compare, report."""
        schedules = [random_schedule(self.chance.randrange(10**9), seconds=seconds) for _ in self.wires]
        self.report.faults = sum(mode != "pass" for schedule in schedules for _, mode in schedule)
        breakers = [
            threading.Thread(target=wire.run, args=(schedule,), daemon=True)
            for wire, schedule in zip(self.wires, schedules, strict=True)
        ]
        for breaker in breakers:
            breaker.start()
        end = time.monotonic() + seconds
        next_kill = time.monotonic() + seconds / 3
        while time.monotonic() < end:
            self._write()
            self._watch()
            if self.with_kills and time.monotonic() >= next_kill:
                self.server.kill()
                self.server.start()
                self.report.kills += 1
                next_kill = time.monotonic() + seconds / 3
        for breaker in breakers:
            breaker.join(60)
        self._settle()
        self._compare()
        for wire in self.wires:
            wire.close()
        return self.report

    def _write(self):
        user, page = self.chance.choice(self.pages)
        composer = by(page, "composer")
        if self.chance.random() < 0.02 and user.wire.mode == "pass":
            self._load(page)
            self.report.reloads += 1
        elif composer.count() and composer.is_enabled():
            # A page that is being loaded has no composer yet: somebody else writes.
            self._number += 1
            text = f"{user.username} {self._number:05}"
            composer.fill(text)
            composer.press("Enter")
            if self._is_taken(composer):
                self.written[user].append(text)
        page.wait_for_timeout(self.chance.choice([5, 20, 60, 150]))

    @staticmethod
    def _is_taken(composer):
        """The composer is cleared once the message is safe; one that is not stays, and nothing was promised."""
        with contextlib.suppress(AssertionError):
            expect(composer).to_have_value("", timeout=1_000)
            return True
        return False

    def _load(self, page):
        # The line may break in the middle of it: the page is loaded again at the end.
        with contextlib.suppress(Error):
            page.goto(f"/c/{self.room}", wait_until="commit", timeout=5_000)

    def _watch(self):
        """How long a status has called a dead line connected."""
        now = time.monotonic()
        for user, page in self.pages:
            status = by(page, "connection-status")
            claims = status.count() and status.get_attribute("data-state") == "CONNECTED"
            if user.wire.mode in DEAD and claims:
                since = self._dead_since.setdefault(page, now)
                self.report.longest_false_claim = max(self.report.longest_false_claim, now - since)
            else:
                self._dead_since.pop(page, None)

    def _settle(self):
        """Load what the faults left half loaded, and wait until nothing is on its way anywhere."""
        end = time.monotonic() + SETTLE_SECONDS
        for user, page in self.pages:
            if not by(page, "composer").count():
                page.goto(f"/c/{self.room}")
            try:
                patience = max(0.0, end - time.monotonic()) * 1_000
                expect(by(page, "outbox-count")).to_have_text("0", timeout=patience)
                expect(by(page, "connection-status")).to_have_attribute("data-synced", "true", timeout=patience)
            except AssertionError:
                self.report.problems.append(f"a page of {user.username} did not settle")

    def _compare(self):
        stored = self._stored()
        texts = [text for _, text in stored]
        report = self.report
        expected = {text for mine in self.written.values() for text in mine}
        report.written = len(expected)
        report.lost = len(expected - set(texts))
        report.doubled = len(texts) - len(set(texts))
        for user in self.people:
            mine = [text for text in texts if text.startswith(f"{user.username} ")]
            report.misordered += sum(a > b for a, b in itertools.pairwise(mine))
        for _, page in self.pages:
            report.wrong_screens += not self._shows(page, stored)
        for name in ("lost", "doubled", "misordered", "wrong_screens"):
            if getattr(report, name):
                report.problems.append(f"{getattr(report, name)} {name}")
        for user in self.people:
            # A script that was cut off while loading is the fault's doing; everything else is ours.
            user.errors = [error for error in user.errors if "import" not in error and "fetch" not in error]

    def _stored(self):
        with sqlite3.connect(self.server.directory / "data" / "nova.db") as database:
            query = "SELECT seq, text FROM message WHERE conversation_id = ? ORDER BY seq"
            return database.execute(query, (self.room,)).fetchall()

    def _shows(self, page, stored):
        """Whether the page's rows are a stretch of the server's log up to its end."""

        def is_shown():
            rows = [tuple(row) for row in page.evaluate(ROWS)]
            return rows and rows == stored[-len(rows) :]

        with contextlib.suppress(AssertionError):
            return bool(until(is_shown, seconds=10, page=page))
        return False
