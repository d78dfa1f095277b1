"""Exactly one emoji, in its fully qualified form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_app.domain.emoji import EMOJI_MAX_BYTES, qualified_emoji


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("👍", "👍"),
        ("👍🏽", "👍🏽"),
        ("❤", "❤\ufe0f"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("👍\ufe0f", "👍"),
        ("1\u20e3", "1\ufe0f\u20e3"),
        ("🇩🇪", "🇩🇪"),
        ("🏳\u200d🌈", "🏳\ufe0f\u200d🌈"),
        ("👩🏽\u200d⚕", "👩🏽\u200d⚕\ufe0f"),
        ("👨\u200d👩\u200d👧\u200d👦", "👨\u200d👩\u200d👧\u200d👦"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",) * 2,
    ],
)
def test_an_emoji_is_fully_qualified(text, expected):
    assert qualified_emoji(text) == expected


@pytest.mark.parametrize(
    "text", ["", "a", "1", "👍👍", "👍 ", "👍a", "🇩", "\u200d", "\ufe0f", "👍\u200d", "<b>", "x" * 999]
)
def test_anything_else_is_none(text):
    assert qualified_emoji(text) is None


def test_a_sequence_that_is_too_long_is_none():
    family = "\u200d".join("👨🏽👩🏽👧🏽👦🏽"[at : at + 2] for at in range(0, 8, 2))
    assert len(family.encode()) > EMOJI_MAX_BYTES
    assert qualified_emoji(family) is None


@given(st.text(alphabet="👍❤🏽\u200d\ufe0f1\u20e3🇩🇪⚕", max_size=12))
def test_a_qualified_emoji_stays_as_it_is(text):
    found = qualified_emoji(text)

    assert found is None or (qualified_emoji(found) == found and len(found.encode()) <= EMOJI_MAX_BYTES)
