"""Pixels of any picture as 8-bit sRGB, with or without transparency.

Pillow's ``convert`` clips 16-bit shades instead of scaling them, compares a 16-bit key of
transparency with 8-bit pixels, and knows nothing of colour profiles.
Source: PNG specification (3rd edition), chapters 4.3 and 13; ICC.1:2022.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Mapping
from typing import Any

from PIL import ImageCms, ImageMath
from PIL.Image import Image as Picture

DEEP = frozenset({"I", "F", "I;16", "I;16L", "I;16B", "I;16N"})
"""Modes of one channel that hold 0 to 65,535, as a PNG does."""
UNMULTIPLIED = {"La": "LA", "RGBa": "RGBA"}
KEY_SCALE = {"L;2": 85, "L;4": 17}
"""Pillow spreads these shades over 0 to 255, but not the key of transparency."""
SPACES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}
"""The mode that a profile's colour space describes."""
SCREEN_GAMMA = 1 / 2.2
GAMMA_SPARE = 0.02
"""A gamma this close to that of sRGB changes nothing that can be seen."""


def to_srgb(picture: Picture, *, with_alpha: bool, rawmode: str = "") -> Picture:
    """Return the pixels as sRGB in mode RGB or RGBA, without metadata.

    A profile that is broken or describes other channels is ignored.

    Args:
        with_alpha: Keep transparency; otherwise it is dropped.
        rawmode: How the file stores a pixel, by Pillow's name.
    """
    picture = picture.convert(UNMULTIPLIED[picture.mode]) if picture.mode in UNMULTIPLIED else picture
    alpha = _alpha_of(picture, rawmode) if with_alpha else None
    colours = _with_profile(_opaque(picture), picture.info)
    if alpha is not None:
        colours.putalpha(alpha)
    colours.info.clear()
    return colours


def _opaque(picture: Picture) -> Picture:
    """Return the colours alone: L, RGB, CMYK or LAB."""
    if picture.mode in DEEP:
        return _scaled(picture)
    if picture.mode in {"CMYK", "LAB", "L"}:
        return picture
    if picture.mode == "LA":
        return picture.getchannel("L")
    # By way of RGBA, Pillow does not try to find one transparent colour for a palette.
    full = picture.convert("RGBA") if picture.mode in {"P", "PA"} else picture
    return full.convert("L" if picture.mode == "1" else "RGB")


def _scaled(picture: Picture) -> Picture:
    """Return the upper eight of sixteen bits."""
    wide = picture.convert("F" if picture.mode == "F" else "I")
    return wide.point(lambda shade: shade * (1 / 256) + 0).convert("L")


def _alpha_of(picture: Picture, rawmode: str) -> Picture | None:
    bands = picture.getbands()
    if bands[-1] == "A" and len(bands) > 1:
        return picture.getchannel("A")
    key = picture.info.get("transparency")
    if key is None:
        return None
    if picture.mode in DEEP:
        return _mask(picture, key)
    if picture.mode not in {"1", "L", "P", "RGB"}:
        return None
    keyed = picture.convert("L") if picture.mode == "1" else picture.copy()
    keyed.info["transparency"] = _key_in_8_bits(key, rawmode)
    return keyed.convert("RGBA").getchannel("A")


def _mask(picture: Picture, key: float) -> Picture:
    wide = picture.convert("F" if picture.mode == "F" else "I")
    mask: Picture = ImageMath.lambda_eval(
        lambda images: images["convert"]((images["wide"] != key) * 255, "L"), wide=wide
    )
    return mask


def _key_in_8_bits(key: Any, rawmode: str) -> Any:
    if isinstance(key, tuple):
        return tuple(part >> 8 for part in key) if rawmode.startswith("RGB;16") else key
    return key * KEY_SCALE.get(rawmode, 1) if isinstance(key, int) else key


def _with_profile(colours: Picture, info: Mapping[Any, Any]) -> Picture:
    profile = _read_profile(info.get("icc_profile"))
    if profile is None and colours.mode == "LAB":
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    elif profile is not None:
        wanted = SPACES.get(profile.profile.xcolor_space)
        colours = colours.convert("RGB") if (colours.mode, wanted) == ("L", "RGB") else colours
    if profile is not None:
        try:
            found = ImageCms.profileToProfile(colours, profile, _srgb(), outputMode="RGB")
        except (ImageCms.PyCMSError, ValueError, TypeError):
            found = None
        if found is not None:
            return found
    elif "srgb" not in info:
        return _with_gamma(colours.convert("RGB"), info.get("gamma"))
    return colours.convert("RGB")


def _read_profile(data: object) -> ImageCms.ImageCmsProfile | None:
    if not isinstance(data, bytes) or not data:
        return None
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(data))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


@functools.cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _with_gamma(colours: Picture, gamma: object) -> Picture:
    """Undo the gamma that a PNG without a profile names, and apply that of sRGB."""
    if not isinstance(gamma, float) or not 0.1 <= gamma <= 10 or abs(gamma - SCREEN_GAMMA) < GAMMA_SPARE:  # noqa: PLR2004
        return colours
    return colours.point([_encode((shade / 255) ** (1 / gamma)) for shade in range(256)] * 3)


def _encode(light: float) -> int:
    shade = 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055  # noqa: PLR2004
    return round(255 * shade)
