"""Which series a query names."""

from __future__ import annotations

import re

_WORD = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_STRING = re.compile(r'"[^"]*"')
_LABELS = re.compile(r"\{[^}]*\}|\b(?:by|on|ignoring|without) \([^)]*\)")
_DURATION = re.compile(r"\d*e|(?:\d*[smhdwy])+")
_OPERATORS = (
    "and",
    "or",
    "unless",
    "by",
    "on",
    "ignoring",
    "without",
    "bool",
    "offset",
    "group_left",
    "group_right",
    "le",
    "__rate_interval",
)
_OF_INSTANTS = ("sum", "max", "min", "avg", "count", "topk", "quantile", "absent", "abs", "clamp_min", "label_replace")
_OF_RANGES = (
    "rate",
    "increase",
    "changes",
    "deriv",
    "predict_linear",
    "avg_over_time",
    "max_over_time",
    "min_over_time",
)
_FUNCTIONS = (*_OF_INSTANTS, *_OF_RANGES, "stddev_over_time", "histogram_quantile", "vector", "time")
_LANGUAGE = frozenset((*_OPERATORS, "group_right", *_FUNCTIONS))
"""The keywords of PromQL that Nova's queries use; any other bare name is a series."""


def names_in(expr: str) -> set[str]:
    """The names of the series in a query."""
    bare = _LABELS.sub("", _STRING.sub('""', expr))
    return {word for word in _WORD.findall(bare) if word not in _LANGUAGE and not _DURATION.fullmatch(word)}
