"""Reads a registry, or a scraped page, as plain values."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families


def read_series(registry):
    """``{(name, (label, value), …): number}`` of everything that a registry collects."""
    return _series(registry.collect())


def read_page(text):
    """The same of a page as Prometheus reads it."""
    return _series(text_string_to_metric_families(text))


def total(series, name, **labels):
    """The sum of the series of this name that have these labels."""
    wanted = set(labels.items())
    return sum(value for (found, *pairs), value in series.items() if found == name and wanted <= set(pairs))


def _series(families):
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
        if not sample.name.endswith("_created")
    }
