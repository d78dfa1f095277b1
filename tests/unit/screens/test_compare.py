"""When a screen is not as its reference."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.screens.compare import highlight, load, reduce, share_changed, store

ROOT = Path(__file__).parents[3]


def shot(*boxes, size=(400, 200), ground="white"):
    picture = Image.new("RGB", size, ground)
    for box in boxes:
        ImageDraw.Draw(picture).rectangle(box, fill="navy")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return reduce(out.getvalue())


def test_what_is_stored_is_read_as_it_was(tmp_path):
    store(shot((10, 10, 60, 60)), tmp_path / "one.webp")

    assert share_changed(load(tmp_path / "one.webp"), shot((10, 10, 60, 60))) == 0


@pytest.mark.parametrize(
    "changed",
    [shot((14, 10, 64, 60)), shot((10, 10, 60, 60), ground="#ffd0d0"), shot(), shot((10, 10, 60, 60), size=(400, 210))],
    ids=["moved", "another ground", "gone", "another size"],
)
def test_what_moved_changed_or_went_is_found(changed):
    assert share_changed(shot((10, 10, 60, 60)), changed) > 0.002


def test_a_shade_that_nobody_sees_is_no_difference():
    assert share_changed(shot(ground="#ffffff"), shot(ground="#f8f8f8")) == 0


def test_a_colour_that_few_pixels_have_is_kept(tmp_path):
    many = Image.effect_noise((400, 200), 200).convert("RGB")
    many.putpixel((7, 7), (253, 196, 63))
    store(many, tmp_path / "many.webp")

    assert share_changed(load(tmp_path / "many.webp"), many) == 0


def test_what_differs_is_shown_in_red():
    assert highlight(shot(), shot((10, 10, 60, 60))).getpixel((15, 15)) == (255, 0, 0)


def test_the_picture_in_the_readme_is_how_that_screen_looks_now():
    """``make screens-update`` takes both again."""
    picture = reduce((ROOT / "docs" / "screenshot.png").read_bytes())
    reference = load(ROOT / "tests" / "screens" / "references" / "messages-1280-light.webp")

    assert share_changed(reference, picture) < 0.002
