"""One Unicode form for texts that are searched: composed, of one width, without what does not show.

``が``, ``か`` with a combining mark and half-width ``ｶﾞ`` become one text, as do full-width and ASCII letters.  Signs
keep their form, so that ``Nova™`` stays a word and a sign.  Pure.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

_INVISIBLE = "\u00ad\u2060\ufeff"
"""Soft hyphen, word joiner, byte order mark: within a word they do not end it."""
_DOTLESS = "\u0131"
_REPLACED = _INVISIBLE + _DOTLESS
_WIDTH_FORMS = range(0xFF00, 0xFFF0)
_WIDTH_OFFSET = 0xFEE0
_IN_ASCII_WIDTH = {code + _WIDTH_OFFSET: chr(code) for code in range(0x21, 0x7F)} | {0x3000: " "}
_HANGUL = frozenset(map(chr, (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))))
"""Vowels and finals that compose with what stands before them."""


def in_ascii_width(text: str) -> str:
    """Return a text with full-width forms of ASCII characters as ASCII."""
    return text if text.isascii() else text.translate(_IN_ASCII_WIDTH)


def in_one_form(text: str) -> tuple[str, Sequence[int]]:
    """Return a text in the form in which it is searched, and where each of its characters begins in the original.

    The list has one entry more: the length of the original.
    """
    if _is_plain(text):
        return text, range(len(text) + 1)
    parts: list[str] = []
    origins: list[int] = []
    for start, end in _clusters(text):
        part = _form(text[start:end])
        parts.append(part)
        origins.extend([start] * len(part))
    return "".join(parts), [*origins, len(text)]


def is_in_one_form(text: str) -> bool:
    """Return whether :func:`in_one_form` leaves a text as it is."""
    return text.isascii() or in_one_form(text)[0] == text


def _is_plain(text: str) -> bool:
    """Return whether a text is in one form for certain; most are."""
    return unicodedata.is_normalized("NFKC", text) and not any(char in text for char in _REPLACED)


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Return the pieces of a text that are composed independently of each other."""
    start = 0
    for at in range(1, len(text)):
        if text[at] < "\u0300" or not _continues(text[at]):
            yield start, at
            start = at
    if text:
        yield start, len(text)


@cache
def _continues(char: str) -> bool:
    first = unicodedata.normalize("NFKD", char)[0]
    return unicodedata.combining(first) != 0 or first in _HANGUL or first in _seconds()


@cache
def _seconds() -> frozenset[str]:
    """Return the characters without a combining class that compose with what stands before them."""
    found = set()
    for code in range(0x300, 0x30000):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):  # noqa: PLR2004 - a pair
            second = chr(int(parts[1], 16))
            if unicodedata.combining(second) == 0:
                found.add(second)
    return frozenset(found)


def _form(cluster: str) -> str:
    first = cluster[0]
    if first in _INVISIBLE:
        return cluster[1:] and _form(cluster[1:])
    if first == _DOTLESS:
        # Typed with or without its dot, and capital I stands for both.
        return _form(f"i{cluster[1:]}")
    if unicodedata.category(first).startswith("S") and ord(first) not in _WIDTH_FORMS:
        return unicodedata.normalize("NFC", cluster)
    return unicodedata.normalize("NFKC", cluster)
