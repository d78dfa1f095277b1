"""The style sheets: each has its place in the order, and colours are tokens."""

import re
from pathlib import Path

import pytest

from nova_app.codegen.fonts import FONT_FACES, LATIN
from nova_app.components.style_sheets import STYLE_SHEETS

STYLES = Path(__file__).parents[2] / "assets" / "styles"
SHEETS = sorted(STYLES.glob("*.css"))
# The hue of an avatar is its element's own: a token would take the page's.
RAW_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|lab|lch|color)a?\((?!var\()", re.IGNORECASE)


def test_every_sheet_has_its_place_in_the_order():
    assert sorted(STYLE_SHEETS) == [f"/styles/{path.name}" for path in SHEETS]


@pytest.mark.parametrize("path", [path for path in SHEETS if path.name != "tokens.css"], ids=lambda path: path.name)
def test_colours_are_tokens(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert RAW_COLOUR.findall(text) == []


def test_a_raw_colour_would_be_found():
    assert RAW_COLOUR.search("color: #9ff0c8")
    assert RAW_COLOUR.search("background: rgb(10 10 20 / 45%)")
    assert not RAW_COLOUR.search("background: hsl(var(--hue, 240) 42% 88%)")
    assert not RAW_COLOUR.search("color: var(--soft)")


def test_the_fonts_are_there_with_their_licence():
    fonts = STYLES.parent / "fonts"
    named = set(re.findall(r'url\("/fonts/([^"]+)"\)', FONT_FACES))
    assert named == {path.name for path in fonts.glob("*.woff2")}
    assert "SIL OPEN FONT LICENSE" in (fonts / "OFL.txt").read_text(encoding="utf-8").upper()
    # At most 60 kB more for a page: the italic and the extended Latin come when they are met.
    assert (STYLES.parent / LATIN.removeprefix("/")).stat().st_size < 30_000
    assert FONT_FACES.count("font-display: swap") == len(named)
