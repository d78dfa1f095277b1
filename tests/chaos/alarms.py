"""Faults at the pace of a deployment: its files without a change, and how soon people are told of each."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from monitoring.stack import Stack
from tests.e2e import alarms
from tests.e2e.alarms import Ear, Program, watched
from tests.processes import until

NOTIFIED_SECONDS, OVER_SECONDS = 15 * 60, 30 * 60
"""At most: an alert's hold and group_wait; its window, keep_firing_for and group_interval."""
SETTINGS = {
    "NOVA_WEBHOOK_NETWORKS": "127.0.0.0/8",
    "NOVA_REGISTRATIONS_PER_ADDRESS": "10000",
    "NOVA_STRANGER_CONNECTIONS_PER_SECOND": "10000",
    "NOVA_STRANGER_CONNECTIONS": "10000",
    "NOVA_DIALS_PER_MINUTE": "100000",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that breaks, and who has to hear of it by which words."""

    name: str
    cause: Callable[[Program], contextlib.AbstractContextManager[None]]
    summary: str
    is_page: bool

    def notified(self, ear):
        """Wait for it on all its ways; an alert that pages is in Slack, too."""
        if self.is_page:
            ear.page("trigger", self.summary)
        ear.slack(self.summary, self._channel)

    def over(self, ear):
        """Wait for its resolution on all its ways."""
        if self.is_page:
            ear.page("resolve", self.summary)
        ear.slack(f"Resolved: {self.summary}", self._channel)

    @property
    def _channel(self):
        return "#nova-critical" if self.is_page else "#nova-warnings"


FRAMES = Fault("bad frames", alarms.bad_frames, "More than 15 % of the messaging socket's operations fail", True)
WEBHOOK = Fault("a webhook's target is gone", alarms.dead_webhook, "The delivery queue grows", False)
SOCKETS = Fault("sockets are cut", alarms.cut_sockets, "Most clients reconnect", True)
LOCK = Fault("the database is locked", alarms.locked_database, "The database is locked by another program", False)
KILL = Fault("kill -9", alarms.killed_app, "Nova is down", True)
PHASES = ((FRAMES, WEBHOOK, SOCKETS), (LOCK,), (KILL,))
"""Those of one phase happen at the same time."""


def alarm_runs(server, directory, incidents) -> tuple[list[str], bool]:
    """Each fault so many times: a table, and whether each was told and told to be over."""
    lines = [
        "## Faults under the monitoring of a deployment, at its pace",
        "",
        "| what | incident | told after | told to be over after |",
        "|---|---|---|---|",
    ]
    received: list = []
    is_clean = True
    with watched(server, directory, received) as stack:
        _wait_until_all_is_up(stack)
        for phase in PHASES:
            for number in range(1, incidents + 1):
                with ThreadPoolExecutor(len(phase)) as pool:
                    for line, is_fine in pool.map(lambda fault, n=number: _incident(server, fault, n, received), phase):
                        print(line, flush=True)
                        lines.append(line)
                        is_clean = is_clean and is_fine
    return lines, is_clean


def _wait_until_all_is_up(stack: Stack) -> None:
    until(lambda: len(alarms.ask(stack, "up == 1")) == len(stack.targets), "every target")


def _incident(server, fault, number, received):
    user = Program(server, f"{fault.cause.__name__.replace('_', '-')}-{number}")
    with contextlib.closing(user.http):
        try:
            began, ear = time.monotonic(), Ear(received, NOTIFIED_SECONDS)
            with fault.cause(user):
                fault.notified(ear)
                notified = time.monotonic() - began
            began, ear = time.monotonic(), Ear(received, OVER_SECONDS)
            with alarms.good_frames(user):
                fault.over(ear)
                over = time.monotonic() - began
        except (AssertionError, OSError) as trouble:
            return f"| {fault.name} | {number} | {str(trouble)[:300]} | |", False
    return f"| {fault.name} | {number} | {notified:.0f} s | {over:.0f} s |", True
