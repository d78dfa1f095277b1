"""The catalogue in a registry; every series is created at the start.

A counter that is born at 1 has no increase, so that an alert would miss the first
error (prometheus#1673): every series exists from the beginning, at 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.metrics import MetricWrapperBase

from nova_app.observability.catalogue import FAMILIES
from nova_app.observability.family import COUNTER, GAUGE, OTHER, Family
from nova_app.observability.hot import HotCounter, HotFamily, HotHistogram

disable_created_metrics()  # type: ignore[no-untyped-call]  # a sixth of the page, and unused

Child = MetricWrapperBase | HotCounter | HotHistogram


class Metrics:
    """Every series of some families; look them up at the start, not on hot paths."""

    def __init__(self, registry: CollectorRegistry | None = None, *, families: Sequence[Family] = FAMILIES) -> None:
        """Create every series.

        Args:
            registry: Where they are collected; one of its own unless given.
        """
        self.registry = registry or CollectorRegistry(auto_describe=False)
        self._families = {family.name: family for family in families}
        self._children: dict[tuple[str, tuple[str, ...]], Child] = {}
        self._refreshers: list[Callable[[], None]] = []
        for family in families:
            self._declare(family)

    def counter(self, name: str, *values: str) -> Counter | HotCounter:
        """Return the counter with these label values, in the catalogue's order."""
        found = self._find(name, values)
        assert isinstance(found, Counter | HotCounter)
        return found

    def gauge(self, name: str, *values: str) -> Gauge:
        """Return the gauge with these label values."""
        found = self._find(name, values)
        assert isinstance(found, Gauge)
        return found

    def histogram(self, name: str, *values: str) -> Histogram | HotHistogram:
        """Return the histogram with these label values."""
        found = self._find(name, values)
        assert isinstance(found, Histogram | HotHistogram)
        return found

    def before_scrape(self, refresh: Callable[[], None]) -> None:
        """Have this called on the event loop before each scrape, to set gauges; it must be quick."""
        self._refreshers.append(refresh)

    def refresh(self) -> None:
        """Set the gauges that are only read when a scrape asks."""
        for refresh in self._refreshers:
            refresh()

    def _declare(self, family: Family) -> None:
        if family.is_hot:
            hot = HotFamily(family)
            self.registry.register(hot)
            self._children |= {(family.name, values): child for values, child in hot.children.items()}
            return
        metric = _make(family, self.registry)
        for values in family.combinations:
            self._children[family.name, values] = metric.labels(*values) if values else metric

    def _find(self, name: str, values: tuple[str, ...]) -> Child:
        """Return one series.

        Raises:
            KeyError: The family, or a label value without an ``other``, is not in the catalogue.
        """
        child = self._children.get((name, values))
        if child is None:
            known = self._families[name].labels.values()
            folded = tuple(v if v in allowed else OTHER for v, allowed in zip(values, known, strict=True))
            child = self._children[name, folded]
        return child


def _make(family: Family, registry: CollectorRegistry) -> MetricWrapperBase:
    names = tuple(family.labels)
    if family.kind == COUNTER:
        return Counter(family.name.removesuffix("_total"), family.about, names, registry=registry)
    if family.kind == GAUGE:
        return Gauge(family.name, family.about, names, registry=registry)
    return Histogram(family.name, family.about, names, registry=registry, buckets=family.buckets)
