"""Nothing that a person can be shown speaks of internals: every text, from whatever place it comes."""

import ast
import re
from pathlib import Path

import pytest

from nova_app.api.problems import _FIELD_TEXTS, _from_validation
from nova_app.components.banners import BANNERS
from nova_app.domain.errors import ERRORS, ErrorCode
from nova_app.protocol.codes import UNFIT_WORDS

ROOT = Path(__file__).parents[3]
INTERNALS = re.compile(rf"{UNFIT_WORDS}|\b[45]\d\d\b", re.IGNORECASE)
SCREENS = sorted(
    path for room in ("components", "pages", "state", "services") for path in (ROOT / "nova_app" / room).glob("*.py")
)
RUNTIME = sorted((ROOT / "assets" / "nova").glob("*.js"))


def sentences(path):
    """The literal texts of a module that read like words for people."""
    return [text for text in literals(path) if re.match(r"^\W*[A-Z][a-z]+[ ….,]", text)]


def literals(path):
    """The literal texts of a module, but for its docstrings: those are for developers."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    attributes = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs | attributes
    ]


def test_every_code_and_every_banner_is_in_plain_words():
    notified = [facts.text for facts in ERRORS.values()] + [banner.text for banner in BANNERS.values()]

    assert [text for text in notified if INTERNALS.search(re.sub(r"\{\w*\}", "", text))] == []


def test_every_code_says_what_happened_and_what_to_do_or_that_nothing_is_lost():
    helps = re.compile(
        r"\b(try|again|reload|sign in|ask|choose|check|shorten|write|wait|send|use|add|take|open|change|copy|goes? on"
        r"|kept|keeps?|stays?|lost|automatically|continues|nothing was changed|member)\b",
        re.IGNORECASE,
    )
    # Whoever mistyped knows what to do.
    plain = {ErrorCode.WRONG_CREDENTIALS}
    assert {code for code, facts in ERRORS.items() if not helps.search(facts.text)} == plain


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_screen_and_no_rule_speaks_of_internals(path):
    # What begins with "expected" is for developers; the address in an example of a UUID is no address.
    texts = [text for text in sentences(path) if not text.startswith("Expected")]

    assert [text for text in texts if INTERNALS.search(re.sub(r"\{\w*\}", "", text))] == []


@pytest.mark.parametrize("path", RUNTIME, ids=lambda path: path.name)
def test_the_browser_says_nothing_of_internals(path):
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    texts = re.findall(r'["`]([A-Z][a-z]+ [^"`\n]*)["`]', code)

    assert [text for text in texts if INTERNALS.search(re.sub(r"\$\{[^}]*\}", "", text))] == []


@pytest.mark.parametrize(
    "error",
    [
        {
            "type": kind,
            "loc": ("body", "name"),
            "msg": f"Input should be {kind}",
            "ctx": {"max_length": 5, "min_length": 2},
        }
        for kind in ("string_type", "uuid_parsing", "literal_error", "string_too_long", "missing", "of_tomorrow")
    ],
    ids=lambda error: error["type"],
)
def test_what_a_validator_says_is_never_shown_at_a_field(error):
    refused = _from_validation([error])

    assert "Input should" not in refused.fields["name"]
    assert not INTERNALS.search(refused.fields["name"])
    assert error["msg"] in refused.detail
    assert all(words.endswith(".") for words in _FIELD_TEXTS.values())


RETIRED = (
    "by itself",
    "by themselves",
    "does not answer",
    "go on",
    "goes on",
    "go out",
    "goes out",
    "belong together",
    "inside nova",
    "line about you",
    "name that others",
    "you have one already",
    "make an account",
    "make a key",
    "keys for programs",
    "tell me of",
    "said around",
    "looked at",
    "who has",
    "this is the beginning",
    "problems of",
    "stored for good",
    "wait for a person",
    "with their readers",
    "the line",
    "could not be drawn",
    "no users named",
    "no user named",
    "somebody here",
    "run this nova",
    "runs this nova",
    "understand each other",
)
"""Phrases that no product would say; what stands on the screen instead is in the words of the field."""


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_screen_uses_a_retired_phrase(path):
    texts = [text for text in literals(path) if " " in text]

    assert [(text, phrase) for text in texts for phrase in RETIRED if phrase in text.lower()] == []


def test_no_error_and_no_banner_uses_a_retired_phrase():
    notified = [facts.text for facts in ERRORS.values()] + [banner.text for banner in BANNERS.values()]

    assert [(text, phrase) for text in notified for phrase in RETIRED if phrase in text.lower()] == []


def test_the_retired_phrases_are_found_where_they_stand(tmp_path):
    page = tmp_path / "page.py"
    page.write_text('"""Goes on by itself."""\nshow("This is the beginning.", f"{count} rows looked at in")\n')

    assert literals(page) == ["This is the beginning.", " rows looked at in"]
