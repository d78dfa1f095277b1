"""The head of every page."""

from __future__ import annotations

from pathlib import Path

import reflex as rx

from nova_app.codegen.colours import hex_of
from nova_app.codegen.fonts import LATIN
from nova_app.codegen.palette import colours

_THEME = Path(__file__).parents[2] / "assets" / "nova" / "theme.js"


def head() -> list[rx.Component]:
    """Tags about the screen, the font and the app's icon."""
    page = colours()["ground-page"]
    return [
        rx.el.meta(name="viewport", content="width=device-width, initial-scale=1, viewport-fit=cover"),
        rx.el.meta(name="color-scheme", content="light dark"),
        # So that a phone's own bar looks like the page.
        _theme_colour("light", hex_of(page.light)),
        _theme_colour("dark", hex_of(page.dark)),
        # Before the first paint and any other script: the look that was chosen, and a storage where the browser
        # forbids its own. In the page itself, so that no request can hold up the paint.
        rx.el.script(_THEME.read_text(encoding="utf-8")),
        rx.el.link(
            rel="preload",
            href=LATIN,
            custom_attrs={"as": "font", "type": "font/woff2", "crossOrigin": "anonymous"},
        ),
        rx.el.link(rel="manifest", href="/manifest.webmanifest"),
        rx.el.link(rel="icon", href="/icon.svg", type="image/svg+xml"),
        rx.el.link(rel="apple-touch-icon", href="/icons/apple-touch-icon.png"),
    ]


def _theme_colour(scheme: str, colour: str) -> rx.Component:
    return rx.el.meta(
        name="theme-color",
        content=colour,
        # As attributes: Reflex would take the first for a style. The second says which it is when a person chooses.
        custom_attrs={"media": f"(prefers-color-scheme: {scheme})", "data-scheme": scheme},
    )
