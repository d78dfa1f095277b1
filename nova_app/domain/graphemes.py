"""Characters as people see them: where a text may be cut.

The rules of Unicode's annex 29 for what people write: marks, emoji sequences, flags and
Korean syllables stay whole; rarer scripts may be cut inside a cluster.  Pure.
"""

from __future__ import annotations

import unicodedata

CHARACTER_MAX = 32
"""So many code points one character has at most; a family of four has 7, the flag of Wales 7."""

_JOINER = "\u200d"
_MARKS = frozenset({"Mn", "Mc", "Me"})


def boundary_before(text: str, at: int) -> int:
    """Return the last place at or before ``at`` where no character is cut.

    What is longer than any character that people write is cut all the same.
    """
    for place in range(at, max(0, at - CHARACTER_MAX), -1):
        if place >= len(text) or _is_boundary(text, place):
            return place
    return at if at > CHARACTER_MAX else 0


def cut(text: str, max_chars: int) -> str:
    """Return as much of a text as fits, without cutting a character."""
    return text if len(text) <= max_chars else text[: boundary_before(text, max_chars)]


def _is_boundary(text: str, at: int) -> bool:
    left, right = text[at - 1], text[at]
    if left == "\r" and right == "\n":
        return False
    if _JOINER in (left, right) or _extends(right):
        return False
    if _is_flag_half(left) and _is_flag_half(right):
        return _count_flag_halves(text, at) % 2 == 0
    return not _is_one_syllable(left, right)


def _extends(character: str) -> bool:
    """Return whether this belongs to the preceding character: a mark, a skin colour, a tag of a flag."""
    is_skin = "\U0001f3fb" <= character <= "\U0001f3ff"
    is_tag = "\U000e0020" <= character <= "\U000e007f"
    return is_skin or is_tag or unicodedata.category(character) in _MARKS


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _count_flag_halves(text: str, at: int) -> int:
    begin = at
    while begin > 0 and _is_flag_half(text[begin - 1]):
        begin -= 1
    return at - begin


def _is_one_syllable(left: str, right: str) -> bool:
    """Return whether a Korean syllable continues: a vowel or a final consonant that fits what precedes it."""
    if "\u1160" <= right <= "\u11a7":
        return "\u1100" <= left <= "\u11a7" or _is_open_syllable(left)
    return "\u11a8" <= right <= "\u11ff" and ("\u1160" <= left <= "\u11ff" or "\uac00" <= left <= "\ud7a3")


def _is_open_syllable(character: str) -> bool:
    return "\uac00" <= character <= "\ud7a3" and (ord(character) - 0xAC00) % 28 == 0
