"""The style sheets: each has its place in the order, and colours are tokens."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

from nova_app.codegen.fonts import FONT_FACES, LATIN
from nova_app.components.style_sheets import STYLE_SHEETS

STYLES = Path(__file__).parents[2] / "assets" / "styles"
SHEETS = sorted(STYLES.glob("*.css"))
RAW_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|lab|lch|color)a?\((?!var\()", re.IGNORECASE)

# Type, space, radii, shadows, layers and motion; the size of one part is its own.
SCALED = re.compile(
    r"font|font-size|font-weight|line-height|letter-spacing|padding.*|margin.*|(?:row-|column-)?gap"
    r"|border(?:-\w+)*-radius|box-shadow|z-index|transition(?:-\w+)*|animation(?:-\w+)*"
)
RAW_SIZE = re.compile(r"(?<![\w.-])-?\d*\.?\d+(?:px|rem|ms|s)\b")
# A hairline; with reduced motion, the shortest time that still ends an animation.
ALLOWED_SIZES = {"0px", "1px", "-1px", "0.01ms"}


def raw_sizes(text):
    """Each value of a scale that is not a token, with its property."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    found = []
    for name, value in re.findall(r"(?<![\w-])([a-z-]+)\s*:\s*([^;{}]+);", text):
        if SCALED.fullmatch(name):
            own = re.sub(r"var\([^()]*\)", "", value)
            found += [f"{name}: {size}" for size in RAW_SIZE.findall(own) if size not in ALLOWED_SIZES]
            if name in {"z-index", "font-weight"} and re.search(r"\d", own):
                found.append(f"{name}: {value}")
    return found


def test_every_sheet_has_its_place_in_the_order():
    assert sorted(STYLE_SHEETS) == [f"/styles/{path.name}" for path in SHEETS]


@pytest.mark.parametrize("path", [path for path in SHEETS if path.name != "tokens.css"], ids=lambda path: path.name)
def test_colours_are_tokens(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert RAW_COLOUR.findall(text) == []


@pytest.mark.parametrize("path", [path for path in SHEETS if path.name != "tokens.css"], ids=lambda path: path.name)
def test_sizes_are_tokens(path):
    assert raw_sizes(path.read_text(encoding="utf-8")) == []


def test_every_token_that_is_used_is_there():
    known = set(re.findall(r"--[\w-]+(?=:)", "".join(path.read_text(encoding="utf-8") for path in SHEETS)))
    used = {name for path in SHEETS for name in re.findall(r"var\((--[\w-]+)", path.read_text(encoding="utf-8"))}
    assert used - known == set()


def test_a_raw_size_would_be_found():
    assert raw_sizes("a { padding: 8px var(--s-4); margin: 0 auto -1px; }") == ["padding: 8px"]
    assert raw_sizes("a { font-weight: 700; transition: color 0.2s; width: 320px; gap: 1px; }") == [
        "font-weight: 700",
        "transition: 0.2s",
    ]
    assert raw_sizes("a { z-index: var(--z-head); border-radius: 50%; line-height: calc(2 * var(--unit)); }") == []


def test_a_raw_colour_would_be_found():
    assert RAW_COLOUR.search("color: #9ff0c8")
    assert RAW_COLOUR.search("background: rgb(10 10 20 / 45%)")
    assert not RAW_COLOUR.search("background: hsl(var(--hue, 240) 42% 88%)")
    assert not RAW_COLOUR.search("color: var(--soft)")


def test_the_fonts_are_there_with_their_licence():
    fonts = STYLES.parent / "fonts"
    named = set(re.findall(r'url\("/fonts/([^"]+)"\)', FONT_FACES))
    assert named == {path.name for path in fonts.glob("*.woff2")}
    # Browsers keep them for good: another content needs another name.
    assert all(path.stem.endswith(f"-{sha256(path.read_bytes()).hexdigest()[:8]}") for path in fonts.glob("*.woff2"))
    assert "SIL OPEN FONT LICENSE" in (fonts / "OFL.txt").read_text(encoding="utf-8").upper()
    # At most 60 kB more for a page: the italic and the extended Latin come when they are met.
    assert (STYLES.parent / LATIN.removeprefix("/")).stat().st_size < 30_000
    assert FONT_FACES.count("font-display: swap") == len(named)


# At each row that comes or goes, a browser searches what such an element holds, all rows included.
AROUND_ROWS = re.compile(r"\.(?:app|content|page|timeline[\w-]*)(?:\.[\w-]+)*:has\((?!\s*>)|\.rows[^\s>]*:has\(")


def test_rules_that_search_the_whole_page_are_found():
    for selector in (".app:has(.banner) .page", ".rows:has(> .timeline-empty)", ".page.wide:has(.x)"):
        assert AROUND_ROWS.search(selector)
    # A page without a conversation, and what is asked of the children alone.
    for selector in (
        ".app:not(.has-conversation):has(.first-run)",
        ".app:has(> .details[open])",
        ".sent-file:has(img)",
    ):
        assert not AROUND_ROWS.search(selector)


# Where a rule asks for any neighbour (`* + *`), or for the neighbours or the content of rows, a browser computes all
# rows again for each that comes or goes.
OF_ALL_ROWS = re.compile(
    r"(?:^|[\s>])(?:\*|[a-z]+) \+ |\+ \.row|\.row-frame \+|\.(?:row(?!s)[\w-]*|pictures)[^\s>]*:has\(", re.MULTILINE
)


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
@pytest.mark.parametrize("costly", [AROUND_ROWS, OF_ALL_ROWS], ids=["searches the page", "concerns all rows"])
def test_no_rule_costs_more_with_each_row(costly, path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    selectors = re.findall(r"([^{}]+)\{", text)
    assert [one.strip() for one in selectors if costly.search(one)] == []


def test_rules_that_concern_all_rows_are_found():
    for selector in (
        ".receipts > * + *",
        ".a > svg + svg",
        ".older + .row-frame",
        ".row-frame + .newer",
        ".talk .row:has(> .x)",
    ):
        assert OF_ALL_ROWS.search(selector)
    for selector in (".post + .post", ".banner-frame.shown ~ .content .page", ".row.quoting > .avatar"):
        assert not OF_ALL_ROWS.search(selector)
