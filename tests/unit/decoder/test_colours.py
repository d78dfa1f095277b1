"""Any mode, any profile: the same colours as sRGB."""

import pytest
from PIL import Image, ImageCms

from nova_app.decoder.colours import to_srgb
from tests.pictures import swapped_profile

RED = (200, 30, 30)
ANY_MODE = (
    *("1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "LAB", "HSV"),
    *("I", "F", "I;16", "I;16L", "I;16B", "I;16N"),
)
DEEP = ("I;16", "I;16L", "I;16B", "I", "F")


def ramp(mode):
    picture = Image.new(mode, (64, 1))
    picture.putdata([x * 1023 for x in range(64)])
    return picture


def is_near(one, other, spare=4):
    return all(abs(a - b) <= spare for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("mode", ANY_MODE)
@pytest.mark.parametrize("with_alpha", [True, False])
def test_every_mode_becomes_rgb(mode, with_alpha):
    found = to_srgb(Image.new(mode, (4, 4)), with_alpha=with_alpha)
    assert found.mode in ({"RGB", "RGBA"} if with_alpha else {"RGB"})
    assert found.info == {}


@pytest.mark.parametrize("mode", DEEP)
def test_deep_grey_is_scaled(mode):
    found = to_srgb(ramp(mode), with_alpha=True)
    assert [found.getpixel((x, 0))[0] for x in (0, 5, 20, 40, 63)] == [0, 19, 79, 159, 251]


@pytest.mark.parametrize("mode", DEEP)
def test_the_transparent_shade_of_deep_grey_is_exact(mode):
    picture = ramp(mode)
    picture.info["transparency"] = 20 * 1023
    found = to_srgb(picture, with_alpha=True)
    assert [found.getpixel((x, 0)) for x in (5, 20)] == [(19, 19, 19, 255), (79, 79, 79, 0)]


@pytest.mark.parametrize(
    ("mode", "colour", "wanted"),
    [
        ("LA", (80, 128), (80, 80, 80, 128)),
        ("La", (40, 128), (79, 79, 79, 128)),
        ("RGBa", (100, 15, 15, 128), (199, 29, 29, 128)),
        ("RGBA", (*RED, 7), (*RED, 7)),
    ],
)
def test_transparency_is_kept(mode, colour, wanted):
    assert is_near(to_srgb(Image.new(mode, (1, 1), colour), with_alpha=True).getpixel((0, 0)), wanted, 2)


@pytest.mark.parametrize(("key", "alpha"), [(1, 0), (0, 255), (bytes([255, 60]), 60)])
def test_a_palette_is_transparent_by_index_or_by_bytes(key, alpha):
    picture = Image.new("P", (1, 1), 1)
    picture.putpalette([0, 0, 0, *RED])
    picture.info["transparency"] = key
    assert to_srgb(picture, with_alpha=True).getpixel((0, 0)) == (*RED, alpha)


@pytest.mark.parametrize(
    ("mode", "colour", "key", "rawmode"),
    [
        ("1", 255, 255, "1"),
        ("L", 80, 80, "L"),
        ("L", 170, 2, "L;2"),
        ("L", 85, 5, "L;4"),
        ("RGB", RED, RED, "RGB"),
        ("RGB", RED, tuple(part << 8 | 9 for part in RED), "RGB;16B"),
    ],
)
def test_the_transparent_colour_is_found_at_every_depth(mode, colour, key, rawmode):
    picture = Image.new(mode, (1, 1), colour)
    picture.info["transparency"] = key
    assert to_srgb(picture, with_alpha=True, rawmode=rawmode).getpixel((0, 0))[3] == 0


def test_other_ways_to_say_red_are_red():
    red = Image.new("RGB", (1, 1), RED)
    lab = ImageCms.profileToProfile(
        red, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    for picture in (lab, red.convert("YCbCr"), red.convert("HSV"), red.convert("CMYK")):
        assert is_near(to_srgb(picture, with_alpha=False).getpixel((0, 0)), RED)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "RGBX"])
def test_a_profile_is_used_in_every_mode_of_colours(mode):
    red = Image.new("RGB", (1, 1), RED)
    picture = red.quantize(2) if mode == "P" else red.convert(mode)
    picture.info["icc_profile"] = swapped_profile()
    found = to_srgb(picture, with_alpha=True)
    assert is_near(found.getpixel((0, 0))[:3], (30, 30, 200))
    assert found.info == {}


def test_grey_with_a_profile_of_colours_stays_grey():
    picture = Image.new("L", (1, 1), 80)
    picture.info["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert is_near(to_srgb(picture, with_alpha=False).getpixel((0, 0)), (80, 80, 80), 1)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK", "I;16"])
@pytest.mark.parametrize("damage", [b"", b"nonsense", "half", "other space"])
def test_a_profile_that_does_not_fit_is_ignored(mode, damage):
    profile = swapped_profile()
    wrong = {"half": profile[: len(profile) // 2], "other space": profile.replace(b"RGB ", b"CMYK", 1)}
    picture = Image.new(mode, (1, 1))
    plain = to_srgb(picture, with_alpha=False).getpixel((0, 0))
    picture.info["icc_profile"] = wrong.get(damage, damage)
    assert to_srgb(picture, with_alpha=False).getpixel((0, 0)) == plain


def test_the_gamma_of_a_png_is_undone():
    picture = Image.new("RGB", (1, 1), (55, 55, 55))
    picture.info["gamma"] = 1.0
    assert to_srgb(picture, with_alpha=False).getpixel((0, 0)) == (128, 128, 128)
    picture.info["gamma"] = 0.45455
    assert to_srgb(picture, with_alpha=False).getpixel((0, 0)) == (55, 55, 55)
    picture.info |= {"gamma": 1.0, "srgb": 0}
    assert to_srgb(picture, with_alpha=False).getpixel((0, 0)) == (55, 55, 55), "sRGB is said more exactly"
