"""The order in which the style sheets apply: where two rules weigh the same, the later file wins."""

from __future__ import annotations

from typing import Final

_NAMES: Final = (
    # Values, plain elements and the frame of every page.
    *("tokens", "base", "layout", "connection", "controls"),
    # One file for each group of components.
    *("status", "list", "conversation", "timeline", "messages", "text", "row_marks", "message_actions", "composer"),
    *(
        "doorway",
        "first_run",
        "dialogs",
        "notices",
        "pages",
        "posts",
        "files",
        "lightbox",
        "settings",
        "search",
        "details",
        "emoji",
        "switcher",
    ),
    # Narrow windows, touch and reduced motion change rules of all the files above.
    "responsive",
)
STYLE_SHEETS: Final = tuple(f"/styles/{name}.css" for name in _NAMES)
