"""Names use the words of the glossary: what it retired does not come back."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUNTIME = [path for path in (ROOT / "assets" / "nova").rglob("*.js") if path.parent.name != "generated"]
JAVASCRIPT = sorted([*RUNTIME, *(ROOT / "tests" / "js").glob("*.mjs")])
PROSE = re.compile(r"""/\*.*?\*/|(?<![:"'`\w])//[^\n]*|"[^"\n]*\"""", re.DOTALL)
NAME = re.compile(r"[A-Za-z_]\w*")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def retired_words():
    """The first and the last column of the glossary's table: retired words, and names that keep them."""
    section = (ROOT / "docs" / "reference" / "glossary.md").read_text(encoding="utf-8").split("## Retired words")[1]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    browser = [row for row in rows if row[2].strip() in {"browser", "both"}]
    words, kept = ({name for row in browser for name in re.findall(r"`(\w+)`", row[column])} for column in (0, 3))
    return words, kept


RETIRED, KEPT = retired_words()


def retired_in(name):
    """The retired words among the words of a name."""
    return set() if name in KEPT else {word.lower() for word in WORD.findall(name)} & RETIRED


def test_the_glossary_names_retired_words():
    assert {"stretch", "world"} <= RETIRED
    assert retired_in("drawSoon") == {"draw"}
    assert retired_in("beforeDial") == set()


@pytest.mark.parametrize("path", JAVASCRIPT, ids=lambda path: str(path.relative_to(ROOT)))
def test_javascript_names_use_no_retired_word(path):
    names = {path.name.split(".")[0], *NAME.findall(PROSE.sub("", path.read_text(encoding="utf-8")))}
    assert {name: words for name in sorted(names) if (words := retired_in(name))} == {}
