"""The page hooks that tests and style sheets hold on to."""

from __future__ import annotations

from typing import Any, Literal


def hook(testid: str, **values: Any) -> dict[str, Any]:
    """Return ``data-testid`` and further ``data-*`` attributes, for ``custom_attrs``."""
    return {"data-testid": testid, **{f"data-{name.replace('_', '-')}": value for name, value in values.items()}}


def shortcut(*keys: str, is_global: bool = False) -> dict[str, str]:
    """Return the attributes that tell screen readers which keys operate this element.

    Args:
        keys: Each as in ``aria-keyshortcuts``, for example ``Alt+T``.
        is_global: They work on the whole page, not only within the element or its dialog.
    """
    scope = {"data-shortcut-scope": "page"} if is_global else {}
    return {"aria-keyshortcuts": " ".join(keys), **scope}


def takes_files(by: Literal["drop", "paste"]) -> dict[str, str]:
    """Return the attributes that say that files may be dropped on this element, or pasted into it."""
    return {f"data-{by}": "files"}
