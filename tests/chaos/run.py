"""``make chaos``: the long fault runs, with their report.

    python -m tests.chaos.run --seeds 10 --storm-seconds 60 --tabs 1000 --soak-minutes 60 --alarm-incidents 2

Everything runs on this machine and ends by itself; the exit code is 1 if a promise was broken.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from nova_app.build import build_pages, is_built
from tests.chaos.alarms import SETTINGS, alarm_runs
from tests.chaos.herd import Herd, busiest_second
from tests.chaos.messages import message_runs
from tests.chaos.operator_day import operator_day
from tests.chaos.proxies import behind_proxies
from tests.chaos.soak import frozen, hidden, soak
from tests.chaos.storm import CLAIM_SECONDS, Storm
from tests.e2e.conftest import CHROMIUM_ARGS, ROOT, Server
from tests.e2e.pages import Person
from tests.faults.wire import Wire
from tests.tools import find_chromium

REPORT = ROOT / "chaos-report.md"


class Lab:
    """A browser, and servers that live as long as one run."""

    def __init__(self, chromium):
        self.chromium = chromium

    @contextlib.contextmanager
    def server(self, **settings):
        """A fresh server in a directory of its own."""
        with tempfile.TemporaryDirectory(prefix="nova-chaos-") as directory:
            server = Server(directory, **settings)
            server.start()
            try:
                yield server
            finally:
                server.stop()

    @contextlib.contextmanager
    def people(self, server):
        """Makes people, as the fixture of the tests does; every page error ends the run."""
        made = []

        def person(username, *, origin=None, script=""):
            context = self.chromium.new_context(base_url=origin or server.origin)
            if script:
                context.add_init_script(script)
            user = Person(context, username)
            made.append(user)
            user.register()
            return user

        try:
            yield person
            errors = [error for user in made for error in user.errors]
            assert not errors, errors
        finally:
            for user in made:
                user.context.close()


def storms(lab, seeds, seconds):
    """Storms by seed: a table, and whether all of them were clean."""
    lines = [
        f"## Storms of {seconds} s: two people with two tabs each",
        "",
        f"A dead line may be called connected for {CLAIM_SECONDS:.0f} s at most.",
        "",
        "| seed | messages | faults | kill -9 | reloads | lost | doubled | out of order | wrong screens | claim |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    is_clean = True
    for seed in range(1, seeds + 1):
        with lab.server() as server, lab.people(server) as person:
            report = Storm(server, person, seed=seed).run(seconds)
        print(report.line(), *report.problems, flush=True)
        lines.append(report.line())
        is_clean = is_clean and report.is_clean
    return lines, is_clean


def herds(lab, tabs):
    """A planned restart and a crash under many tabs: how they come back."""
    lines = [
        f"## {tabs} tabs on both sockets",
        "",
        "| what | socket | back | first | median | last | busiest second |",
        "|---|---|---|---|---|---|---|",
    ]
    is_clean = True
    for what in ("planned restart", "kill -9"):
        with lab.server(NOVA_DIALS_PER_MINUTE="100000") as server:
            herd = Herd(server, tabs)
            try:
                herd.wait_until_up()
                herd.mark()
                server.stop() if what == "planned restart" else server.kill()
                server.start()
                herd.wait_until_up()
                times = herd.stop()
            finally:
                herd.kill()
        for name in ("messages", "controls"):
            back = sorted(moment / 1_000 for moment in times[name])
            share = busiest_second(times["messages" if name == "messages" else "arrivals"])
            line = (
                f"| {what} | {name} | {len(back)} | {back[0]:.1f} s | {back[len(back) // 2]:.1f} s | "
                f"{back[-1]:.1f} s | {share:.0%} |"
            )
            print(line, flush=True)
            lines.append(line)
            is_clean = is_clean and len(back) == tabs and share < 0.5
    return lines, is_clean


def long_lives(lab, minutes):
    """A soak with a loss every half minute, a hidden tab and a frozen one."""
    lines = [f"## {minutes} minutes of one page", ""]
    is_clean = True
    for part in (soak, hidden, frozen):
        with lab.server() as server, lab.people(server) as person, contextlib.closing(Wire(server.port)) as wire:
            outcome, is_fine = part(person, wire, minutes)
        print(outcome, flush=True)
        lines.append(f"- {outcome}")
        is_clean = is_clean and is_fine
    return lines, is_clean


def alarms(lab, incidents):
    """Faults under Prometheus and Alertmanager as they are deployed: who is told, and how soon."""
    with lab.server(**SETTINGS) as server, tempfile.TemporaryDirectory(prefix="nova-alarms-") as directory:
        return alarm_runs(server, Path(directory), incidents)


def proxies(lab):
    """Idle sockets behind nginx and Caddy, and a restart."""
    with tempfile.TemporaryDirectory(prefix="nova-proxies-") as directory:
        return behind_proxies(lab, Path(directory))


def main():
    """Run what was asked for and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--storm-seconds", type=int, default=60)
    parser.add_argument("--tabs", type=int, default=1_000)
    parser.add_argument("--soak-minutes", type=float, default=60)
    parser.add_argument("--alarm-incidents", type=int, default=2)
    parser.add_argument("--programs", type=int, default=500, help="of messages on several devices, against the model")
    parser.add_argument("--programs-seed", type=int, help="that of an earlier run")
    parser.add_argument("--no-proxies", action="store_true")
    parser.add_argument("--no-operator", action="store_true", help="leave out the operator's day, which needs root")
    options = parser.parse_args()
    if not is_built(ROOT):
        build_pages(ROOT)
    begin = time.monotonic()
    # Before Playwright: its loop lives in this thread.
    programs = [message_runs(options.programs, options.programs_seed)] if options.programs else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGS)
        lab = Lab(chromium)
        parts = [
            *programs,
            *([storms(lab, options.seeds, options.storm_seconds)] if options.seeds else []),
            *([herds(lab, options.tabs)] if options.tabs else []),
            *([long_lives(lab, options.soak_minutes)] if options.soak_minutes else []),
            *([alarms(lab, options.alarm_incidents)] if options.alarm_incidents else []),
            *([] if options.no_proxies else [proxies(lab)]),
            *([] if options.no_operator else [operator_day(lab)]),
        ]
        chromium.close()
    minutes = (time.monotonic() - begin) / 60
    text = [f"# Chaos report, {time.strftime('%Y-%m-%d')}, {minutes:.0f} minutes"]
    for lines, _ in parts:
        text += ["", *lines]
    Path(REPORT).write_text("\n".join(text) + "\n", encoding="utf-8")
    print(f"{'kept' if all(fine for _, fine in parts) else 'BROKEN'}: see {REPORT.name}")
    return 0 if all(fine for _, fine in parts) else 1


if __name__ == "__main__":
    sys.exit(main())
