"""What a run at scale showed: as lines for people, and as JSON from which the documentation has its tables."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass, field

from benchmarks.side_by_side import machine
from tests.chaos.scale.overload import Overload
from tests.chaos.scale.reference import Verdict

FINDINGS = ("lost", "doubled", "reordered", "invented", "wrong", "unanswered")
KINDS = {"message": "messages", "edit": "edits", "delete": "deletions", "reaction": "reactions"}


@dataclass
class Report:
    """What a run showed.

    Attributes:
        plan: Its own fields, by name.
        accepted: Acknowledged operations by kind, those of the overload included.
        faults: How often each fault happened.
        figures: The rest that is known, by what it is called.
        problems: Promises that were broken, beside the verdict.
    """

    plan: dict[str, float]
    about: dict[str, str] = field(default_factory=dict)
    verdict: Verdict = field(default_factory=Verdict)
    faults: dict[str, int] = field(default_factory=dict)
    figures: dict[str, object] = field(default_factory=dict)
    overload: Overload | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def is_clean(self):
        """Whether every promise was kept."""
        return self.verdict.is_clean and not self.problems and (self.overload is None or self.overload.is_clean)

    def cells(self):
        """The figures of the verdict's table, by the heads of its columns."""
        accepted = {name: f"{self.verdict.accepted.get(kind, 0):,}" for kind, name in KINDS.items()}
        return accepted | {name: str(getattr(self.verdict, name)) for name in FINDINGS}

    def lines(self):
        """The lines of the report."""
        facts = {**self.faults, **self.figures}
        return [
            f"## At scale: {self.verdict.accepted['message']:,} messages, seed {self.plan['seed']}",
            "",
            *table([self.cells()]),
            "",
            *(f"- {name}: {count}" for name, count in facts.items()),
            *(["", *table([self.overload.cells()])] if self.overload else []),
            *(f"- BROKEN: {problem}" for problem in [*self.problems, *self.verdict.examples]),
        ]

    def write(self, path):
        """Keep it, with the machine and the day."""
        self.about = {**machine.describe(), "date": time.strftime("%Y-%m-%d")}
        kept = vars(self) | {"verdict": vars(self.verdict), "overload": self.overload and vars(self.overload)}
        path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def read(path):
    """A report that was kept."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    report = Report(**kept)
    report.verdict = Verdict(**kept["verdict"])
    report.verdict.accepted = Counter(report.verdict.accepted)
    report.overload = Overload(**kept["overload"]) if kept["overload"] else None
    return report


def table(rows):
    """Rows of figures by the heads of their columns, as Markdown."""
    heads = list(rows[0])
    return [row(*heads), row(*("---" for _ in heads)), *(row(*cells.values()) for cells in rows)]


def row(*cells):
    """A row of a table."""
    return f"| {' | '.join(map(str, cells))} |"
