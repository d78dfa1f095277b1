"""A thousand tabs on both sockets through a planned restart and a crash: do they come in a crowd?"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import httpx

from tests.processes import until

TABS_PER_ACCOUNT = 50


class Herd:
    """Tabs in one bun process, driven over its standard input."""

    def __init__(self, server, tabs):
        self.tabs = tabs
        cookies = [_account(server, f"herd{number}") for number in range(-(-tabs // TABS_PER_ACCOUNT))]
        command = ["bun", str(Path(__file__).with_name("herd.mjs")), server.origin, str(tabs), json.dumps(cookies)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def wait_until_up(self):
        """Wait until every tab has both sockets (again)."""
        are_there = lambda: min(self._ask("count").values()) >= self.tabs  # noqa: E731
        until(are_there, f"{self.tabs} tabs on both sockets", lambda: self._ask("count"), every=0.5)

    def mark(self):
        """Count from now."""
        self._say("mark")

    def stop(self):
        """The milliseconds since the mark at which each socket came back."""
        return self._ask("stop")

    def kill(self):
        """End without asking."""
        self._process.kill()
        self._process.wait(10)

    def _say(self, line):
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _ask(self, line):
        self._say(line)
        return json.loads(self._process.stdout.readline())


def busiest_second(times):
    """The largest share of arrivals within any second."""
    times = sorted(times)
    best = max(sum(begin <= moment <= begin + 1_000 for moment in times[i:]) for i, begin in enumerate(times))
    return best / len(times)


def _account(server, username):
    body = {"username": username, "display_name": username, "password": "correct horse battery"}
    with httpx.Client(base_url=server.origin, headers={"Origin": server.origin}) as client:
        client.post("/api/v1/auth/register", json=body).raise_for_status()
        return "; ".join(f"{name}={value}" for name, value in client.cookies.items())
