"""The page hooks that tests and style sheets hold on to."""

from __future__ import annotations

from typing import Any


def hook(testid: str, **values: Any) -> dict[str, Any]:
    """``data-testid`` and further ``data-*`` attributes, for ``custom_attrs``."""
    return {"data-testid": testid, **{f"data-{name.replace('_', '-')}": value for name, value in values.items()}}
