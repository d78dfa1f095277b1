"""Colours in OKLCH: which of them a screen can show, and how far apart two of them are."""

from __future__ import annotations

import math
from dataclasses import dataclass

# Björn Ottosson's matrices: OKLab to cone responses, and those to linear sRGB.
_TO_CONES = ((0.3963377774, 0.2158037573), (-0.1055613458, -0.0638541728), (-0.0894841775, -1.2914855480))
_TO_RGB = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)
_LUMINANCE = (0.2126, 0.7152, 0.0722)
_SLACK = 1e-4
# Below these, sRGB is a straight line.
_LINEAR_UNTIL, _ENCODED_UNTIL = 0.0031308, 0.04045


@dataclass(frozen=True, slots=True)
class Oklch:
    """A colour: lightness 0 to 1, chroma, hue in degrees, and how opaque it is."""

    lightness: float
    chroma: float
    hue: float
    alpha: float = 1.0

    def __str__(self) -> str:
        """Return the colour as CSS writes it."""
        alpha = "" if self.alpha == 1 else f" / {self.alpha:g}"
        return f"oklch({self.lightness:g} {self.chroma:g} {self.hue:g}{alpha})"


def within_gamut(lightness: float, chroma: float, hue: float) -> Oklch:
    """Return the colour, with no more chroma than sRGB can show at this lightness and hue."""
    fits = next(step for step in range(round(chroma * 1000), -1, -1) if is_shown(Oklch(lightness, step / 1000, hue)))
    return Oklch(lightness, fits / 1000, hue)


def is_shown(colour: Oklch) -> bool:
    """Return whether sRGB has the colour."""
    return all(-_SLACK <= part <= 1 + _SLACK for part in _linear_rgb(colour))


def contrast(one: Oklch, other: Oklch) -> float:
    """Return the contrast of WCAG 2 between two opaque colours, as 8-bit sRGB shows them."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def hex_of(colour: Oklch) -> str:
    """Return an opaque colour as ``#rrggbb``."""
    return "#" + "".join(f"{part:02x}" for part in _rgb(colour))


def _rgb(colour: Oklch) -> tuple[int, ...]:
    return tuple(round(255 * _encoded(part)) for part in _linear_rgb(colour))


def _luminance(colour: Oklch) -> float:
    return sum(weight * _decoded(part / 255) for weight, part in zip(_LUMINANCE, _rgb(colour), strict=True))


def _linear_rgb(colour: Oklch) -> tuple[float, ...]:
    angle = math.radians(colour.hue)
    a, b = colour.chroma * math.cos(angle), colour.chroma * math.sin(angle)
    cones = [(colour.lightness + of_a * a + of_b * b) ** 3 for of_a, of_b in _TO_CONES]
    return tuple(sum(weight * cone for weight, cone in zip(row, cones, strict=True)) for row in _TO_RGB)


def _encoded(linear: float) -> float:
    part = min(max(linear, 0.0), 1.0)
    return 12.92 * part if part <= _LINEAR_UNTIL else float(1.055 * part ** (1 / 2.4) - 0.055)


def _decoded(part: float) -> float:
    return part / 12.92 if part <= _ENCODED_UNTIL else float(((part + 0.055) / 1.055) ** 2.4)
