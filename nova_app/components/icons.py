"""A few line icons, drawn here so that no icon library is shipped."""

from __future__ import annotations

import reflex as rx

_PATHS = {
    "back": "M19 12H5m7 7-7-7 7-7",
    "compose": "M12 20h9M16.5 3.5a2.1 2.1 0 0 1 3 3L7 19l-4 1 1-4Z",
    "send": "M12 19V5m-7 7 7-7 7 7",
    "down": "M12 5v14m7-7-7 7-7-7",
    "clock": "M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
    "check": "M4 12.5 9 17.5 20 6.5",
    "checks": "M2 12.5 7 17.5 16 7.5M12.5 16.5l1 1L22 7.5",
    "read": "M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20ZM7 12.5l3.5 3.5L17 8.5",
    "alert": "M12 8v5m0 3.5v.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
    "leave": "M10 4H5v16h5M15 8l4 4-4 4M19 12H9",
    "close": "M6 6l12 12M18 6 6 18",
    "clip": "m20 11-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7L9.3 17a1.7 1.7 0 0 1-2.4-2.4L14 7.5",
    "file": "M14 3H6v18h12V7Zm0 0v4h4",
    "feed": "M4 5h16M4 12h16M4 19h10",
    "calendar": "M5 5h14v15H5ZM5 10h14M9 3v4m6-4v4",
    "search": "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm5-2 4.5 4.5",
    "gear": "M4 7h9m5 0h2M4 17h2m5 0h9M15.5 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z"
    "m-7 10a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
    "pulse": "M3 12h4l3-8 4 16 3-8h4",
    "bubble": "M21 12a8 8 0 0 1-8 8H4l2-3.2A8 8 0 1 1 21 12Z",
}


def icon(name: str) -> rx.Component:
    """Render an icon for the eye only; the text is beside it or in the control's label."""
    return rx.el.svg(
        rx.el.path(d=_PATHS[name]),
        view_box="0 0 24 24",
        class_name="icon",
        custom_attrs={"aria-hidden": "true"},
    )
