"""Compares a screenshot with its reference, which is kept at half its size: enough to see whatever moved."""

from __future__ import annotations

import io

from PIL import Image, ImageChops

SCALE = 2
LEVEL = 8
"""References keep each channel in steps of this size: they stay small, and rare colours stay in them."""
SEEN = 16
"""So much must a pixel differ, of 255 in any channel, to count: what the steps round off does not."""


def reduce(shot):
    """Return a screenshot (PNG bytes) as its reference is kept."""
    with Image.open(io.BytesIO(shot)) as picture:
        return picture.convert("RGB").reduce(SCALE)


def store(picture, path):
    """Write a reference."""
    coarse = picture.point(lambda value: min(255, round(value / LEVEL) * LEVEL))
    # The slower methods save a tenth of the size and take minutes for a picture.
    coarse.save(path, "WEBP", lossless=True, method=2, quality=40)


def load(path):
    """Read a reference."""
    with Image.open(path) as picture:
        return picture.convert("RGB")


def find_changed(reference, picture):
    """Return where two pictures of one size differ visibly, as a mask."""
    channels = ImageChops.difference(reference, picture).split()
    strongest = ImageChops.lighter(ImageChops.lighter(channels[0], channels[1]), channels[2])
    return strongest.point(lambda value: 255 if value > SEEN else 0)


def share_changed(reference, picture):
    """Return which part of a picture differs from its reference, 0 to 1; all of it where the sizes differ."""
    if reference.size != picture.size:
        return 1.0
    mask = find_changed(reference, picture)
    return mask.histogram()[255] / (mask.width * mask.height)


def highlight(reference, picture):
    """Return the picture, pale, with what differs from the reference in red; the picture itself for another size."""
    if reference.size != picture.size:
        return picture
    pale = Image.blend(picture, Image.new("RGB", picture.size, "white"), 0.6)
    pale.paste(Image.new("RGB", picture.size, "red"), mask=find_changed(reference, picture))
    return pale
