"""Every colour of the screen, in light and dark. Light is paper, dark is the night sky.

Twelve steps, each with a job: 1 and 2 grounds, 3 quiet part, 4 hovered, 5 pressed, 6 hairline, 7 stronger line,
8 line of a field or a ring, 9 solid, 10 solid and hovered, 11 soft text, 12 text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

from nova_app.codegen.colours import Oklch, within_gamut


@dataclass(frozen=True, slots=True)
class Pair:
    """A colour in both themes."""

    light: Oklch
    dark: Oklch


@dataclass(frozen=True, slots=True)
class Curve:
    """The twelve steps of a scale in one theme: their lightness, chroma and hue."""

    lightness: tuple[float, ...]
    chroma: tuple[float, ...]
    hue: tuple[float, ...]

    def steps(self) -> list[Oklch]:
        """Return the colours, each within sRGB."""
        return [within_gamut(*step) for step in zip(self.lightness, self.chroma, self.hue, strict=True)]


_SCALES: Mapping[str, tuple[Curve, Curve]] = {
    "neutral": (
        Curve(
            (0.994, 0.976, 0.958, 0.936, 0.912, 0.885, 0.845, 0.612, 0.56, 0.5, 0.455, 0.225),
            (0.002, 0.004, 0.005, 0.006, 0.007, 0.008, 0.009, 0.011, 0.011, 0.011, 0.011, 0.012),
            (80,) * 12,
        ),
        Curve(
            (0.182, 0.214, 0.248, 0.278, 0.31, 0.345, 0.395, 0.56, 0.6, 0.66, 0.745, 0.945),
            (0.012, 0.013, 0.014, 0.015, 0.016, 0.017, 0.018, 0.02, 0.02, 0.019, 0.016, 0.006),
            (268,) * 12,
        ),
    ),
    "accent": (
        Curve(
            (0.992, 0.977, 0.953, 0.926, 0.893, 0.848, 0.775, 0.615, 0.525, 0.475, 0.47, 0.29),
            (0.003, 0.01, 0.022, 0.035, 0.051, 0.074, 0.114, 0.185, 0.205, 0.2, 0.19, 0.105),
            (262,) * 12,
        ),
        Curve(
            (0.205, 0.232, 0.282, 0.325, 0.368, 0.425, 0.495, 0.59, 0.552, 0.572, 0.785, 0.93),
            (0.025, 0.04, 0.068, 0.092, 0.112, 0.125, 0.145, 0.165, 0.19, 0.18, 0.108, 0.033),
            (262,) * 12,
        ),
    ),
    "gold": (
        Curve(
            (0.992, 0.98, 0.958, 0.928, 0.895, 0.86, 0.81, 0.64, 0.835, 0.79, 0.495, 0.33),
            (0.006, 0.02, 0.048, 0.078, 0.105, 0.125, 0.14, 0.125, 0.165, 0.16, 0.105, 0.07),
            (88, 88, 88, 88, 87, 86, 84, 76, 85, 82, 72, 68),
        ),
        Curve(
            (0.205, 0.235, 0.28, 0.32, 0.365, 0.42, 0.5, 0.61, 0.85, 0.885, 0.865, 0.94),
            (0.014, 0.026, 0.044, 0.058, 0.07, 0.08, 0.095, 0.11, 0.155, 0.129, 0.135, 0.06),
            (86,) * 12,
        ),
    ),
    "green": (
        Curve(
            (0.992, 0.978, 0.956, 0.928, 0.895, 0.85, 0.78, 0.64, 0.57, 0.52, 0.47, 0.32),
            (0.005, 0.014, 0.03, 0.048, 0.066, 0.085, 0.11, 0.135, 0.135, 0.125, 0.115, 0.07),
            (155,) * 12,
        ),
        Curve(
            (0.2, 0.228, 0.272, 0.312, 0.355, 0.41, 0.49, 0.59, 0.745, 0.785, 0.82, 0.935),
            (0.018, 0.028, 0.044, 0.058, 0.072, 0.085, 0.105, 0.125, 0.16, 0.15, 0.14, 0.055),
            (157,) * 12,
        ),
    ),
    "orange": (
        Curve(
            (0.992, 0.979, 0.956, 0.928, 0.895, 0.855, 0.8, 0.655, 0.705, 0.66, 0.51, 0.34),
            (0.004, 0.012, 0.026, 0.044, 0.066, 0.094, 0.125, 0.15, 0.165, 0.16, 0.13, 0.08),
            (58, 58, 58, 58, 58, 58, 58, 50, 53, 51, 46, 45),
        ),
        Curve(
            (0.204, 0.232, 0.276, 0.316, 0.36, 0.415, 0.495, 0.6, 0.75, 0.79, 0.82, 0.94),
            (0.016, 0.028, 0.046, 0.062, 0.078, 0.092, 0.11, 0.135, 0.155, 0.14, 0.117, 0.035),
            (55,) * 12,
        ),
    ),
    "red": (
        Curve(
            (0.992, 0.977, 0.953, 0.924, 0.888, 0.84, 0.77, 0.65, 0.56, 0.515, 0.505, 0.33),
            (0.003, 0.011, 0.023, 0.038, 0.058, 0.087, 0.12, 0.17, 0.205, 0.195, 0.185, 0.105),
            (25,) * 12,
        ),
        Curve(
            (0.204, 0.232, 0.278, 0.318, 0.36, 0.415, 0.49, 0.6, 0.58, 0.62, 0.79, 0.935),
            (0.018, 0.034, 0.058, 0.078, 0.095, 0.11, 0.135, 0.17, 0.195, 0.185, 0.12, 0.032),
            (25,) * 12,
        ),
    ),
}
# Hues of people, in an order in which neighbours differ.
_HUES = (262, 35, 150, 320, 85, 200, 10, 120, 290, 60, 175, 345)
PEOPLE = len(_HUES)
"""How many colours there are for people: the tokens ``person-1`` and on."""
_BLACK, _WHITE = Oklch(0, 0, 0), Oklch(1, 0, 0)
_SKY, _STAR = Oklch(0.29, 0.1, 268), Oklch(0.85, 0.155, 84)
_NIGHT = Oklch(0.2, 0.02, 262)
_PAPER_INK, _DEEP_SKY = Oklch(0.225, 0.012, 80), Oklch(0.1, 0.012, 268)


@cache
def colours() -> Mapping[str, Pair]:
    """Return every colour by the name of its token."""
    return MappingProxyType({**_scales(), **_grounds(), **_people(), **_shades()})


def _scales() -> dict[str, Pair]:
    return {
        f"{name}-{number}": Pair(*step)
        for name, (light, dark) in _SCALES.items()
        for number, step in enumerate(zip(light.steps(), dark.steps(), strict=True), 1)
    }


def _grounds() -> dict[str, Pair]:
    """Return the grounds: from the rail to what is raised they step towards the light."""
    return {
        "ground-rail": Pair(Oklch(0.948, 0.007, 80), Oklch(0.145, 0.012, 268)),
        "ground-list": Pair(Oklch(0.976, 0.004, 80), Oklch(0.182, 0.012, 268)),
        "ground-page": Pair(Oklch(0.994, 0.002, 80), Oklch(0.214, 0.013, 268)),
        "ground-raised": Pair(_WHITE, Oklch(0.262, 0.015, 268)),
        "ground-sunken": Pair(Oklch(0.958, 0.005, 80), Oklch(0.175, 0.012, 268)),
        "on-solid": Pair(_WHITE, _WHITE),
        "on-gold": Pair(_NIGHT, _NIGHT),
        "mark-sky": Pair(_SKY, _SKY),
        "mark-star": Pair(_STAR, _STAR),
    }


def _people() -> dict[str, Pair]:
    """Return the grounds and letters of pictures of people who have none."""
    found: dict[str, Pair] = {}
    for number, hue in enumerate(_HUES, 1):
        found[f"person-{number}"] = Pair(within_gamut(0.9, 0.055, hue), within_gamut(0.4, 0.075, hue))
        found[f"person-{number}-ink"] = Pair(within_gamut(0.39, 0.11, hue), within_gamut(0.93, 0.045, hue))
    return found


def _shades() -> dict[str, Pair]:
    """Return what shadows and the veil behind a dialog are made of."""
    edge = Oklch(0.395, 0.018, 268)
    return {
        "shade-edge": Pair(replace(_PAPER_INK, alpha=0.07), edge),
        "shade-small": Pair(replace(_PAPER_INK, alpha=0.06), replace(_BLACK, alpha=0.3)),
        "shade-near": Pair(replace(_PAPER_INK, alpha=0.1), replace(_BLACK, alpha=0.45)),
        "shade-far": Pair(replace(_PAPER_INK, alpha=0.24), replace(_BLACK, alpha=0.7)),
        "veil": Pair(replace(_PAPER_INK, alpha=0.32), replace(_DEEP_SKY, alpha=0.62)),
    }
