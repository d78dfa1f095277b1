"""The figures of a run, round by round, and what is read from them. Pure but for the file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.side_by_side.load.generator import Figures

KEPT = Path(__file__).parents[1] / "results" / "side_by_side.json"
"""The run that the documentation shows."""


@dataclass(slots=True)
class Results:
    """A run.

    Attributes:
        about: When, where and how.
        versions: Of each peer; what it is made of, or why it is absent.
        absent: Why a peer, or one of its works (``peer/work``), has no figures.
        rounds: Of each work, each peer's figures, one set a round.
    """

    about: dict[str, str]
    versions: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    rounds: dict[str, dict[str, list[Figures]]] = field(default_factory=dict)

    def add(self, work: str, peer: str, figures: Mapping[str, float]) -> None:
        """Keep what one round measured."""
        rounded = {name: float(f"{value:.4g}") for name, value in figures.items()}
        self.rounds.setdefault(work, {}).setdefault(peer, []).append(rounded)

    def find(self, work: str, peer: str, figure: str) -> float | None:
        """The median over the rounds; None where there is none."""
        values = [row[figure] for row in self.rounds.get(work, {}).get(peer, []) if figure in row]
        return median(values) if values else None

    def ratio(self, work: str, figure: str, peer: str, *, to: str) -> float | None:
        """The median of the ratios of the same rounds: what slows a round slows both."""
        ours, theirs = (self.rounds.get(work, {}).get(name, []) for name in (peer, to))
        pairs = [(a[figure], b[figure]) for a, b in zip(ours, theirs, strict=False) if figure in a and b.get(figure)]
        return median(a / b for a, b in pairs) if pairs else None

    def write(self, path: Path) -> None:
        """Keep the run."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def read(path: Path) -> Results:
    """A run that was kept."""
    return Results(**json.loads(path.read_text(encoding="utf-8")))


def keep_with_it(work: str, rounds: Iterable[Mapping[str, float]]) -> None:
    """Keep what was measured of a page beside the run that is kept, in place of what was there of it."""
    results = read(KEPT)
    results.rounds.pop(work, None)
    for figures in rounds:
        results.add(work, "nova", figures)
    results.write(KEPT)
