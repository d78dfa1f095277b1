"""The definition of a metric family."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

LATENCY = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
COUNTER, GAUGE, HISTOGRAM = "counter", "gauge", "histogram"
OTHER = "other"
"""The label value of everything that is not in the label's list."""


@dataclass(frozen=True, slots=True)
class Family:
    """One family of series.

    Attributes:
        name: As it is written on the page; a counter's ends in ``_total``.
        kind: ``counter``, ``gauge`` or ``histogram``.
        about: What it counts, in one sentence; goes to HELP and to the reference.
        labels: Each label with every value it may have.
        buckets: Upper bounds of a histogram, ascending, without infinity.
        only: The combinations of label values that can occur; all of them unless given.
        is_hot: Counted on the event loop only, for every frame: without a lock.
    """

    name: str
    kind: str
    about: str
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)
    buckets: Sequence[float] = ()
    only: Sequence[tuple[str, ...]] | None = None
    is_hot: bool = False

    @property
    def combinations(self) -> Sequence[tuple[str, ...]]:
        """The label values of every series (of a histogram: of every set of them)."""
        return self.only if self.only is not None else list(product(*self.labels.values()))


def counter(name: str, about: str, **labels: Sequence[str]) -> Family:
    """Return a counter: a number that only grows."""
    return Family(name, COUNTER, about, labels)


def gauge(name: str, about: str, **labels: Sequence[str]) -> Family:
    """Return a gauge: the current value of a number."""
    return Family(name, GAUGE, about, labels)


def histogram(name: str, about: str, buckets: Sequence[float], **labels: Sequence[str]) -> Family:
    """Return a histogram: how often values of each size occurred."""
    return Family(name, HISTOGRAM, about, labels, buckets)


def hot(*families: Family) -> Sequence[Family]:
    """Return the same, counted on the event loop only; gauges stay as they are."""
    return [replace(family, is_hot=family.kind != GAUGE) for family in families]
