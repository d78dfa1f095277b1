"""Names use the words of the glossary: what it retired does not come back."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("nova_app", "monitoring", "tests", "benchmarks")
PYTHON = sorted(
    path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if "node_modules" not in path.parts
)
RUNTIME = [path for path in (ROOT / "assets" / "nova").rglob("*.js") if path.parent.name != "generated"]
JAVASCRIPT = sorted([*RUNTIME, *(ROOT / "tests" / "js").glob("*.mjs")])
PROSE = re.compile(r"""/\*.*?\*/|(?<![:"'`\w])//[^\n]*|"[^"\n]*\"""", re.DOTALL)
NAME = re.compile(r"[A-Za-z_]\w*")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
LOG_CALLS = {"debug", "info", "warning", "error", "exception"}


def retired_words(place):
    """The first and the last column of the glossary's table: retired words, and names that keep them."""
    section = (ROOT / "docs" / "reference" / "glossary.md").read_text(encoding="utf-8").split("## Retired words")[1]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    here = [row for row in rows if row[2].strip() in {place, "both"}]
    words, kept = ({name for row in here for name in re.findall(r"`(\w+)`", row[column])} for column in (0, 3))
    return words, kept


RETIRED_IN_PYTHON, KEPT_IN_PYTHON = retired_words("server")
RETIRED_IN_JAVASCRIPT, KEPT_IN_JAVASCRIPT = retired_words("browser")


def retired_in_python(name):
    """The retired words among the words of a Python name."""
    return set() if name in KEPT_IN_PYTHON else {word.lower() for word in WORD.findall(name)} & RETIRED_IN_PYTHON


def imported_from_hypothesis(tree):
    """What a module takes from Hypothesis, whose own word for a property's inputs is ``given``."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "hypothesis")
    return {alias.name for node in imports for alias in node.names}


def python_names(tree):
    """Every name that a module defines or uses."""
    for node in ast.walk(tree):
        for attribute in ("id", "attr", "name", "arg"):
            name = getattr(node, attribute, None)
            if isinstance(name, str):
                yield name


def log_events(tree):
    """Every constant text that a module logs."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOG_CALLS):
            continue
        if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
            yield node.args[0].value


def test_the_glossary_names_words_that_are_retired_on_the_server():
    assert {"road", "farewell"} <= RETIRED_IN_PYTHON
    assert retired_in_python("list_roads") == {"roads"}
    assert retired_in_python("dials_per_minute") == set()
    assert list(log_events(ast.parse('logger.info("somebody came", extra={})'))) == ["somebody came"]


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_python_names_and_log_events_use_no_retired_word(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {path.stem, *python_names(tree)} - imported_from_hypothesis(tree)
    assert {name: words for name in sorted(names) if (words := retired_in_python(name))} == {}
    assert [event for event in log_events(tree) if retired_in_python(event)] == []


def retired_in_javascript(name):
    """The retired words among the words of a JavaScript name."""
    return (
        set() if name in KEPT_IN_JAVASCRIPT else {word.lower() for word in WORD.findall(name)} & RETIRED_IN_JAVASCRIPT
    )


def test_the_glossary_names_words_that_are_retired_in_the_browser():
    assert {"stretch", "world"} <= RETIRED_IN_JAVASCRIPT
    assert retired_in_javascript("drawSoon") == {"draw"}
    assert retired_in_javascript("dials") == set()


@pytest.mark.parametrize("path", JAVASCRIPT, ids=lambda path: str(path.relative_to(ROOT)))
def test_javascript_names_use_no_retired_word(path):
    names = {path.name.split(".")[0], *NAME.findall(PROSE.sub("", path.read_text(encoding="utf-8")))}
    assert {name: words for name in sorted(names) if (words := retired_in_javascript(name))} == {}
