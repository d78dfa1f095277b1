"""Splits texts into words for search.

A word is folded (case and accents count for nothing), a sign such as ``+`` or an emoji is a
word of its own, and so is each character of a script that is written without spaces.  What
differs only in its Unicode form or width is the same word (see ``text_forms``).  A
text therefore contains a query exactly when the query's words follow one another in it:
one index answers ``C++``, ``日本`` and two-letter words alike.  Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter

from nova_app.domain.text_forms import in_one_form

SIGNS = "#$%&*+<=>@^`|~"
"""ASCII characters that are searched for: ``C++``, ``C#``, ``R&D``; all other marks only separate."""
WITHOUT_SPACES = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x30FF),  # Japanese kana and repetition marks
    (0x3100, 0x31FF),  # Bopomofo and kin
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xA960, 0xA97F),  # Hangul
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),  # Han, compatibility
    (0x20000, 0x3FFFD),  # Han, further planes
)
ASSIGNED = (range(0x80, 0x40000), range(0xE0000, 0xE1000))
"""Where Unicode has marks and signs; the other planes are empty, or for private use."""
_FULL_WIDTH = 0xFEE0


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is indexed, and its characters in the text."""

    token: str
    start: int
    end: int


def _classes_of(kinds: str) -> Sequence[str]:
    """Return a regular expression's class for each letter: the characters beyond ASCII whose category begins so."""
    ranges: dict[str, list[tuple[int, int]]] = {kind: [] for kind in kinds}
    for codes in ASSIGNED:
        start = codes.start
        for kind, run in groupby(map(itemgetter(0), map(unicodedata.category, map(chr, codes)))):
            end = start + sum(1 for _ in run)
            if kind in ranges:
                ranges[kind].append((start, end - 1))
            start = end
    return ["".join(f"{chr(low)}-{chr(high)}" for low, high in ranges[kind]) for kind in kinds]


@cache
def _pattern() -> re.Pattern[str]:
    """Made at the first text beyond ASCII: it looks at all of Unicode."""
    alone = "".join(f"{chr(low)}-{chr(high)}" for low, high in WITHOUT_SPACES)
    marks, signs = _classes_of("MS")
    return re.compile(
        f"(?P<alone>[{alone}])|(?P<word>(?:(?![{alone}])[^\\W_{marks}][{marks}]*)+)|(?P<sign>[{re.escape(SIGNS)}{signs}])"
    )


_ASCII = {
    code: char if char.isalnum() else f" {chr(code + _FULL_WIDTH)} " if char in SIGNS else " "
    for code, char in ((code, chr(code)) for code in range(0x80))
}


def prepare() -> None:
    """Compile the pattern that the first text beyond ASCII needs (about 0.03 s); blocks."""
    _pattern()


def words_of(text: str) -> Iterator[Word]:
    """Return the words of a text, in order."""
    if text.isascii():
        yield from _words(text)
        return
    form, origins = in_one_form(text)
    for word in _words(form):
        yield Word(word.token, origins[word.start], _end(origins, word.end))


def _end(origins: Sequence[int], end: int) -> int:
    """Return where the cluster ends in the original that holds the last character before ``end``."""
    last = origins[end - 1]
    while end < len(origins) - 1 and origins[end] == last:
        end += 1
    return origins[end]


def _words(text: str) -> Iterator[Word]:
    """Return the words of a text that is in one form."""
    for found in _pattern().finditer(text):
        token = _FOLD[found.lastgroup or "word"](found[0])
        if token:
            yield Word(token, *found.span())


def index_text(text: str) -> str:
    """Return the words of a text with spaces between them, as an index takes them."""
    if text.isascii():
        return text.lower().translate(_ASCII)
    return " ".join(word.token for word in words_of(text))


def index_text_as_written(text: str) -> str:
    """Return the words as they were indexed before revision 0011: of the text in the form in which it was typed."""
    if text.isascii():
        return text.lower().translate(_ASCII)
    return " ".join(word.token for word in _words(text))


def fold(word: str) -> str:
    """Return a word without case and accents, in one Unicode form."""
    if word.isascii():
        return word.lower()
    return _fold_word(in_one_form(word)[0])


def _fold_word(word: str) -> str:
    if word.isascii():
        return word.lower()
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    return "".join(char for char in spread if char.isalnum())


def _sign(char: str) -> str:
    return chr(ord(char) + _FULL_WIDTH) if char.isascii() else char


def _alone(char: str) -> str:
    # Here a mark makes another character, not an accent.
    form = unicodedata.normalize("NFKC", char)
    return form if form.isalnum() else ""


_FOLD = {"sign": _sign, "alone": _alone, "word": _fold_word}
