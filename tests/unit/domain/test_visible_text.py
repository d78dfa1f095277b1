"""What can be seen of a text, and what a name may hold; the page's rule is proved by the same file."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nova_app.domain.visible_text import MARKS_MAX, find_name_fault, name_fault_text, shows_something, without_faults

GOLDEN = json.loads((Path(__file__).parents[2] / "wire" / "visible_text.json").read_text())
CASES = [(text, case["shows"], case["fault"]) for case in GOLDEN for text in case["texts"]]
LETTERS = st.characters(categories=["L", "N", "P"])


@pytest.mark.parametrize(("text", "shows", "fault"), CASES, ids=lambda value: ascii(value)[:60])
def test_every_case_is_judged(text, shows, fault):
    found = find_name_fault(text)
    assert (shows_something(text), found[0] if found else "") == (shows, fault)


def test_half_a_character_is_no_name():
    assert not shows_something("\ud83d")
    assert name_fault_text("Ana \ud83d") == "Leave out the half of a character (U+D83D)."


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Ana\u200b", "Leave out characters that cannot be seen (U+200B)."),
        ("\u202enimdA", "Leave out characters that change the direction of writing (U+202E)."),
        ("Ana\u2028x", "Write it on one line, without control characters (U+2028)."),
        ("Z" + "\u0301" * 60, f"Use at most {MARKS_MAX} accents or other marks on one letter."),
        ("\u3000", "Use at least one character that can be seen."),
        ("Ana", None),
    ],
)
def test_the_rule_is_named(name, words):
    assert name_fault_text(name) == words


@settings(deadline=None)
@given(st.text())
def test_what_is_left_has_no_fault_but_emptiness(text):
    left = without_faults(text)
    # What joined two neighbours may have lost one of them.
    while left != (shorter := without_faults(left)):
        left = shorter
    found = find_name_fault(left)
    assert found is None or found[0] == "nothing"


@settings(deadline=None)
@given(st.text(LETTERS, min_size=1, max_size=20), st.sampled_from("\u200b\u2060\u00ad\ufeff\u3164\u2800\u202e\u200f"))
def test_no_name_has_an_invisible_twin(name, char):
    for place in range(len(name) + 1):
        assert find_name_fault(name[:place] + char + name[place:]) is not None


@settings(deadline=None)
@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_letters_and_signs_are_never_refused(text):
    blank = "\u2800\u3164\u115f\u1160\uffa0\U0001d159"
    plain = "".join(char for char in text if char not in blank)
    found = find_name_fault(plain)
    has_letter = any(unicodedata.category(char) != "Zs" for char in plain)
    assert (found is None) == has_letter
