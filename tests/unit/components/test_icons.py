"""Reflex draws a question mark for a name that lucide does not have, and only logs it."""

import importlib
import json
from pathlib import Path

import pytest
from PIL import Image

from nova_app.codegen.colours import hex_of
from nova_app.codegen.palette import colours
from nova_app.components import icons
from nova_app.components.mark import STAR
from tests.icons import Icon, draw, drawings
from tests.screens.compare import share_changed

ASSETS = Path(__file__).parents[3] / "assets"
LUCIDE = importlib.import_module("reflex_components_lucide.icon").LUCIDE_ICON_LIST


@pytest.mark.parametrize("name", icons._LUCIDE.values())
def test_lucide_has_the_icon(name):
    assert name.replace("-", "_") in LUCIDE


def test_the_mark_is_that_of_the_icon():
    icon = (ASSETS / "icon.svg").read_text(encoding="utf-8")
    assert f'd="{STAR}"' in icon
    sky, star = (hex_of(colours()[name].light) for name in ("mark-sky", "mark-star"))
    assert f'fill="{sky}"' in icon
    assert f'fill="{star}"' in icon


def test_the_manifest_names_the_icons_that_are_there():
    manifest = json.loads((ASSETS / "manifest.webmanifest").read_text(encoding="utf-8"))
    assert manifest["theme_color"] == manifest["background_color"] == hex_of(colours()["ground-page"].light)
    for icon in manifest["icons"]:
        path = ASSETS / icon["src"].removeprefix("/")
        assert path.is_file(), icon
        if path.suffix == ".png":
            with Image.open(path) as image:
                assert icon["sizes"] == f"{image.width}x{image.height}"
    assert {icon.get("purpose", "any") for icon in manifest["icons"]} == {"any", "maskable"}


CHANGED = 0.001
DRAWINGS = drawings()


def share_of_changed(name, drawn):
    """Which part of a stored icon differs visibly from what is drawn."""
    with Image.open(ASSETS / "icons" / f"{name}.png") as image:
        stored = image.convert("RGBA")
    pictures = (stored, drawn.convert("RGBA"))
    # What is transparent shows the ground, whatever colour it has.
    return share_changed(
        *(Image.alpha_composite(Image.new("RGBA", one.size, "grey"), one).convert("RGB") for one in pictures)
    )


@pytest.mark.parametrize("name", DRAWINGS)
def test_icons_for_systems_without_svg_show_the_mark(name):
    """``python -m tests.icons`` draws them again."""
    assert share_of_changed(name, DRAWINGS[name]) < CHANGED


@pytest.mark.parametrize(
    "other", [Icon(192, part=0.97), Icon(192, is_rounded=False)], ids=["a smaller star", "other corners"]
)
def test_another_mark_would_be_found(other):
    assert share_of_changed("icon-192", draw(other)) > CHANGED


def test_every_icon_is_drawn():
    assert {path.stem for path in (ASSETS / "icons").iterdir()} == set(DRAWINGS)


@pytest.mark.parametrize(("name", "size"), [("apple-touch-icon", (180, 180)), ("share", (1200, 630))])
def test_further_pictures_have_the_size_that_is_asked_for(name, size):
    with Image.open(ASSETS / "icons" / f"{name}.png") as image:
        assert image.size == size
