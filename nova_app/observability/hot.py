"""Series that are counted for every frame, on the event loop only: plain numbers, no lock.

One observation costs a quarter of one with a lock, and a message to fifty readers makes
two hundred of them. The page reads the numbers when it is asked for.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from nova_app.observability.family import COUNTER, Family


class HotCounter:
    """A number that only grows."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0.0

    def inc(self, number: float = 1) -> None:
        """Add to the number."""
        self.value += number


class HotHistogram:
    """How often values of each size occurred."""

    __slots__ = ("_bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = tuple(map(float, bounds))
        self.counts = [0.0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, size: float) -> None:
        """Observe one value."""
        self.counts[bisect_left(self._bounds, size)] += 1
        self.total += size

    def buckets(self) -> list[tuple[str, float]]:
        """Return how many were at most each bound; the counts are of one moment."""
        names = map(floatToGoString, (*self._bounds, float("inf")))
        return list(zip(names, accumulate(self.counts.copy()), strict=True))


class HotFamily(Collector):
    """The series of one family."""

    def __init__(self, family: Family) -> None:
        self._family = family
        self.children: dict[tuple[str, ...], HotCounter | HotHistogram] = {
            values: HotCounter() if family.kind == COUNTER else HotHistogram(family.buckets)
            for values in family.combinations
        }

    def describe(self) -> Iterator[Metric]:
        """The name and kind, for callers that need only some families."""
        return self.collect()

    def collect(self) -> Iterator[Metric]:
        """Return the current values; may be called from another thread.

        A sum may be an observation or two apart from its buckets: no writer waits for a scrape.
        """
        name, about, labels = self._family.name, self._family.about, tuple(self._family.labels)
        if self._family.kind == COUNTER:
            counters = CounterMetricFamily(name, about, labels=labels)
            for values, child in self.children.items():
                assert isinstance(child, HotCounter)
                counters.add_metric(values, child.value)
            yield counters
            return
        histograms = HistogramMetricFamily(name, about, labels=labels)
        for values, child in self.children.items():
            assert isinstance(child, HotHistogram)
            histograms.add_metric(values, buckets=child.buckets(), sum_value=child.total)
        yield histograms
