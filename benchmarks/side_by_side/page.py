"""Writes the figures of the kept run into ``docs/explanation/performance.md``: ``python -m … [--check]``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks.side_by_side import table
from benchmarks.side_by_side.results import KEPT, Results, read

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "performance.md"
BEGIN = "<!-- figures: written by `python -m benchmarks.side_by_side.page` -->"
END = "<!-- /figures -->"
GIB_KB = 1024 * 1024


def figures(results: Results) -> str:
    """All that the page says of a run, in its own words."""
    parts = (
        [_about(results.about), "", "## What one machine carries", ""],
        carried(results),
        ["", "## Goals", ""],
        table.goal_table(results),
        ["", "## Figures", ""],
        table.work_tables(results),
        table.curve_tables(results),
        ["## Versions", ""],
        table.version_table(results),
    )
    return "\n".join(line for part in parts for line in part).rstrip()


def carried(results: Results) -> Iterable[str]:
    """What the figures mean for whoever runs a server with one core for Nova; only what was measured."""
    for words, places in CARRIED:
        values = [results.find(work, "nova", figure) for work, figure in places]
        if all(value is not None for value in values):
            yield "- " + words(*map(float, filter(None, values)))


def _about(about: dict[str, str]) -> str:
    return (
        f"Measured on {about['date']} on {about['cores']} cores of {about['processor']}, {about['system']},"
        f" Python {about['python']}, SQLite {about['sqlite']}; {about['seconds']} s a work and round."
    )


def _messages(busy: float, spread: float) -> str:
    return (
        f"**Messages.** {busy:,.0f} a second are stored and told to 100 members each where many write in one room at"
        f" once; {spread:,.0f} a second to 50 members each where every message is for another room."
    )


def _day(p50_ms: float, p99_ms: float, cpu: float) -> str:
    return (
        f"**An ordinary day.** 50 messages a second to 100 members take {100 * cpu:.0f} % of a core; half of them are"
        f" there after {p50_ms:.1f} ms, 99 of 100 after {p99_ms:.0f} ms."
    )


def _memory(base_mb: float, kb_per_socket: float) -> str:
    pages = (GIB_KB - base_mb * 1024) / kb_per_socket
    return (
        f"**Memory.** {base_mb:.0f} MB, and {kb_per_socket:.0f} kB for each open page, the system's own buffers apart:"
        f" 1 GiB is enough for {pages // 1000 * 1000:,.0f} open pages."
    )


def _restart(seconds: float) -> str:
    return (
        f"**After a restart.** 2,000 people who all come in the same moment are back within {seconds:.1f} s, with the"
        " limits on newcomers lifted; as shipped they are asked to come spread out."
    )


CARRIED: Sequence[tuple[Callable[..., str], Sequence[tuple[str, str]]]] = (
    (_messages, (("busy", "messages_per_second"), ("rooms", "messages_per_second"))),
    (_day, (("steady", "p50_ms"), ("steady", "p99_ms"), ("steady", "server_cpu"))),
    (_memory, (("idle", "base_mb"), ("idle", "kb_per_socket"))),
    (_restart, (("storm", "storm_seconds"),)),
)
"""The sentences, and the figures of Nova that each says."""


def written(page: str, results: Results) -> str:
    """The page with the figures between its marks."""
    before, rest = page.split(BEGIN, 1)
    _, after = rest.split(END, 1)
    return f"{before}{BEGIN}\n\n{figures(results)}\n\n{END}{after}"


def main() -> int:
    """Write the page, or say with ``--check`` whether it is as it would be written."""
    page = PAGE.read_text(encoding="utf-8")
    wanted = written(page, read(KEPT))
    if "--check" in sys.argv[1:]:
        return 0 if page == wanted else 1
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
