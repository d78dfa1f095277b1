"""Write the runs that were kept into the documentation: ``python -m tests.chaos.scale.table`` (``--check``: compare).

Kept runs are the files of ``benchmarks/results/at_scale``, each written by ``tests.chaos.scale.run --json``.
"""

from __future__ import annotations

import sys

from tests.chaos.scale.report import FINDINGS, read, table
from tests.e2e.conftest import ROOT

KEPT = ROOT / "benchmarks" / "results" / "at_scale"
PAGE = ROOT / "docs" / "explanation" / "reliability.md"
BEGIN, END = "<!-- runs at scale -->", "<!-- end of the runs -->"


def kept():
    """The reports that were kept, the largest first."""
    reports = [read(path) for path in sorted(KEPT.glob("*.json"))]
    return sorted(reports, key=lambda report: -report.verdict.accepted["message"])


def lines(reports):
    """The tables of these reports."""
    overloads = [{"seed": report.plan["seed"], **report.overload.cells()} for report in reports if report.overload]
    return [*table([_run(report) for report in reports]), "", *(table(overloads) if overloads else [])]


def _run(report):
    cells = report.cells()
    return {
        "seed": report.plan["seed"],
        "day": report.about["date"],
        "minutes": report.figures["minutes"],
        **{name: count for name, count in cells.items() if name not in FINDINGS},
        "deliveries": report.figures["deliveries"],
        "reconnects": report.figures["reconnects"],
        "longest welcome": report.figures["the longest that a welcome took"],
        "acknowledged after (median, p95)": report.figures["median and p95 of an acknowledgement"],
        "faults": ", ".join(f"{name} {count}" for name, count in report.faults.items()),
        "attacks": report.figures["attacks"],
        **{name: cells[name] for name in FINDINGS},
    }


def page(text, reports):
    """The page with the tables of these reports."""
    before, _, rest = text.partition(BEGIN)
    return "\n".join([f"{before}{BEGIN}", "", *lines(reports), "", f"{END}{rest.partition(END)[2]}"])


def main():
    """Write the page, or say whether it is as it would be written."""
    text = PAGE.read_text(encoding="utf-8")
    wanted = page(text, kept())
    if "--check" not in sys.argv:
        PAGE.write_text(wanted, encoding="utf-8")
    return 1 if "--check" in sys.argv and text != wanted else 0


if __name__ == "__main__":
    sys.exit(main())
