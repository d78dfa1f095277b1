"""The head of every page."""

from __future__ import annotations

from pathlib import Path

import reflex as rx

# The top bar's colours, so that a phone's own bar has them too.
_BAR_COLOURS = {"light": "#ffffff", "dark": "#1a1a1e"}


_THEME = Path(__file__).parents[2] / "assets" / "nova" / "theme.js"


def head() -> list[rx.Component]:
    """Tags about the screen and the app's icon."""
    return [
        rx.el.meta(name="viewport", content="width=device-width, initial-scale=1, viewport-fit=cover"),
        rx.el.meta(name="color-scheme", content="light dark"),
        *(_theme_colour(scheme, colour) for scheme, colour in _BAR_COLOURS.items()),
        # Before the first paint and any other script: the theme, and a storage where the browser forbids its own.
        # In the page itself, so that no request can hold up the paint.
        rx.el.script(_THEME.read_text(encoding="utf-8")),
        rx.el.link(rel="manifest", href="/manifest.webmanifest"),
        rx.el.link(rel="icon", href="/icon.svg", type="image/svg+xml"),
    ]


def _theme_colour(scheme: str, colour: str) -> rx.Component:
    return rx.el.meta(
        name="theme-color",
        content=colour,
        # As an attribute: Reflex would take it for a style.
        custom_attrs={"media": f"(prefers-color-scheme: {scheme})"},
    )
