"""Draws the icons from the mark: ``python -m tests.icons`` writes ``assets/icons/`` again.

Browsers and phones that take no SVG need them as PNG; a test compares them with the mark as it is now.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from nova_app.codegen.colours import hex_of
from nova_app.codegen.fonts import LATIN
from nova_app.codegen.palette import colours
from nova_app.components.mark import STAR

ASSETS = Path(__file__).parents[1] / "assets"
ICONS = ASSETS / "icons"
SQUARE, CORNER = 32, 9
"""The square of the mark, and the radius of its corners."""
FINER = 8
"""So much larger everything is drawn before it is reduced: edges become soft."""
SKY, STAR_COLOUR = (hex_of(colours()[name].light) for name in ("mark-sky", "mark-star"))


@dataclass(frozen=True)
class Icon:
    """A square icon; ``part`` of its width is the mark."""

    size: int
    part: float = 1.0
    is_rounded: bool = True


SQUARE_ICONS = {
    "icon-192": Icon(192),
    "icon-512": Icon(512),
    # Systems cut these into a shape of their own: the ground fills them, and the star stays away from the edge.
    "maskable-512": Icon(512, part=0.78, is_rounded=False),
    "apple-touch-icon": Icon(180, part=0.76, is_rounded=False),
}
SHARE_SIZE = (1200, 630)
SHARE_STAR = (210, 315, 240)
"""Where the middle of the mark is in the picture of a shared link, and how wide it is."""


def draw(icon):
    """Draw a square icon."""
    side = icon.size * FINER
    picture = Image.new("RGBA", (side, side))
    corner = CORNER / SQUARE * side if icon.is_rounded else 0
    ImageDraw.Draw(picture).rounded_rectangle((0, 0, side - 1, side - 1), corner, fill=SKY)
    _draw_star(picture, side / 2, side / 2, side * icon.part)
    return picture.reduce(FINER)


def draw_share():
    """Draw the picture of a shared link: the star, the name and what it promises."""
    size = tuple(length * FINER // 2 for length in SHARE_SIZE)
    picture = Image.new("RGB", size, SKY)
    scale = FINER // 2
    x, y, width = (length * scale for length in SHARE_STAR)
    _draw_star(picture, x, y, width)
    font = str(ASSETS / LATIN.removeprefix("/"))
    for text, top, height, weight, colour in (
        ("Nova", 288, 110, 600, "#ffffff"),
        ("Messages that arrive.", 384, 39, 400, hex_of(colours()["accent-5"].light)),
    ):
        face = ImageFont.truetype(font, height * scale)
        face.set_variation_by_axes([weight])
        ImageDraw.Draw(picture).text((391 * scale, top * scale), text, fill=colour, font=face, anchor="lm")
    return picture.reduce(scale)


def _draw_star(picture, x, y, width):
    points = re.findall(r"([\d.]+) ([\d.]+)", STAR)
    corners = [
        (x + (float(right) / SQUARE - 0.5) * width, y + (float(down) / SQUARE - 0.5) * width) for right, down in points
    ]
    ImageDraw.Draw(picture).polygon(corners, fill=STAR_COLOUR)


def drawings():
    """Each icon by its name."""
    return {**{name: draw(icon) for name, icon in SQUARE_ICONS.items()}, "share": draw_share()}


if __name__ == "__main__":
    for name, picture in drawings().items():
        picture.quantize(64).save(ICONS / f"{name}.png", optimize=True)
