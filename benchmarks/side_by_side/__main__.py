"""Nova beside its peers, in interleaved rounds: ``python -m benchmarks.side_by_side``.

Figures of different machines, or of one that does other work, do not compare; the ratios of one run do.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.side_by_side import curves, machine, plan, table
from benchmarks.side_by_side.absent import Absent
from benchmarks.side_by_side.peers.base import Peer
from benchmarks.side_by_side.results import KEPT, Results
from benchmarks.side_by_side.works import durable
from benchmarks.side_by_side.works.base import Stage

DURABLE_SECONDS = 4.0


def main() -> int:
    """Measure, print the tables, keep the figures where that was asked."""
    chosen = _options()
    machine.raise_file_limit()
    machine.pin(machine.LOAD_CORE)
    begin = time.monotonic()
    results = Results(about={**machine.describe(), "date": time.strftime("%Y-%m-%d"), "seconds": str(chosen.seconds)})
    peers = [peer for peer in plan.choose(chosen.peers) if _is_there(peer, results)]
    works = set(filter(None, chosen.works.split(",")))
    stages = [*plan.STAGES, *(curves.STAGES if chosen.curves else [])]
    for number in range(chosen.rounds):
        _round(number, [stage.only(works) for stage in stages], peers, chosen.seconds, results)
        if not works or "durable" in works:
            for name, figures in durable.run_once(DURABLE_SECONDS).items():
                results.add("durable", name, figures)
        print(f"round {number + 1} of {chosen.rounds}: {time.monotonic() - begin:.0f} s", flush=True)
    for lines in (table.work_tables, table.curve_tables, table.goal_table, table.version_table):
        print("\n".join(lines(results)), end="\n\n", flush=True)
    if chosen.keep:
        results.write(chosen.keep)
    return 0


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="python -m benchmarks.side_by_side", description=__doc__)
    options.add_argument("--peers", default="here", help="here, all (installs the others), or names with commas")
    options.add_argument("--works", default="", help="names with commas; empty: all")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=1.2, help="how long a work is measured in a round")
    options.add_argument("--curves", action="store_true", help="also over members, rooms, sockets, stored messages")
    options.add_argument("--keep", type=Path, nargs="?", const=KEPT, help="keep the figures as JSON")
    return options.parse_args()


def _is_there(peer: Peer, results: Results) -> bool:
    try:
        results.versions[peer.name] = peer.version()
    except Absent as why:
        results.absent[peer.name] = str(why)
    return peer.name in results.versions


def _round(number: int, stages: Sequence[Stage], peers: Sequence[Peer], seconds: float, results: Results) -> None:
    for stage in stages:
        if number >= stage.rounds or not stage.works:
            continue
        for peer in peers:
            if not stage.peers or peer.name in stage.peers:
                _stage(stage, peer, seconds, results)


def _stage(stage: Stage, peer: Peer, seconds: float, results: Results) -> None:
    done: set[str] = set()
    try:
        for work, figures in stage.run(peer, seconds):
            results.add(work, peer.name, figures)
            done.add(work)
    except Absent as why:
        for work in stage.works:
            if work.name not in done:
                results.absent[f"{peer.name}/{work.name}"] = str(why)


if __name__ == "__main__":
    raise SystemExit(main())
