"""Reads and writes the YAML files of Prometheus and Alertmanager."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    """Writes every value out where it is, so that no reader needs to know of YAML's anchors."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def read_yaml(path: Path) -> Any:
    """Return the content of a file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def to_yaml(content: object, *, head: str = "") -> str:
    """Return the text of a file, its keys in their order and each value on one line.

    Args:
        head: A comment for the top of it.
    """
    return head + yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf"))


def map_values(content: Any, change: Callable[[str, Any], Any], key: str = "") -> Any:
    """Return the content with every single value replaced by what ``change`` makes of its key and itself.

    The values of a list are known by the list's key.
    """
    if isinstance(content, dict):
        return {name: map_values(value, change, name) for name, value in content.items()}
    if isinstance(content, list):
        return [map_values(value, change, key) for value in content]
    return change(key, content)
