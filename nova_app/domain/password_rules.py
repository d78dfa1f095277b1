"""What a new password must be: long, and not one that is guessed first.

There are no rules about kinds of characters (NIST SP 800-63B, OWASP Authentication Cheat Sheet). Pure.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from nova_app.domain.common_passwords import COMMON
from nova_app.domain.limits import PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS

DISTINCT_MIN = 6
"""A password has at least so many different characters."""
OWN_MIN = 8
"""So much must be left of a password without the names of its owner and of the server."""
_SEQUENCES = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
)
_NEXT = {pair for row in _SEQUENCES for way in (row, row[::-1]) for pair in pairwise(way)}
_SEQUENCE_SHARE = 0.6
_LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_DIGITS = "0123456789"
_KNOWN = COMMON | {word.rstrip(_DIGITS) for word in COMMON}
_TOO_COMMON = "This is easy to guess. Use several words that do not belong together."
_NAMED = "Use more than your name: several words that do not belong together."


def password_fault(password: str, *names: str) -> str | None:
    """Return what is wrong with a new password, in a sentence; None if it will do.

    Args:
        names: What anyone knows of its owner, such as the user name.
    """
    if len(password) < PASSWORD_MIN_CHARS:
        return f"Use at least {PASSWORD_MIN_CHARS} characters, such as four or five words."
    if len(password) > PASSWORD_MAX_CHARS:
        return f"Use at most {PASSWORD_MAX_CHARS} characters."
    plain = _plain(password)
    if len(set(plain)) < DISTINCT_MIN or _is_repeated(plain) or _is_sequence(plain) or _is_common(plain):
        return _TOO_COMMON
    return _NAMED if _is_named(plain, names) else None


def _plain(text: str) -> str:
    """Return a text without case, forms and what stands between words."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def _is_repeated(text: str) -> bool:
    """Return whether a text is one part over and over, the last time perhaps cut short."""
    shift = next((n for n in range(1, len(text) // 2 + 1) if text[n:] == text[:-n]), 0)
    return shift > 0


def _is_sequence(text: str) -> bool:
    pairs = list(pairwise(text))
    return not pairs or sum(pair in _NEXT for pair in pairs) / len(pairs) >= _SEQUENCE_SHARE


def _is_common(text: str) -> bool:
    """Return whether a text is a common password, also with digits around it or for letters."""
    forms = {text, text.strip(_DIGITS), text.lstrip(_DIGITS), text.rstrip(_DIGITS)}
    return not _KNOWN.isdisjoint(forms | {form.translate(_LEET) for form in forms})


def _is_named(text: str, names: tuple[str, ...]) -> bool:
    known = {word for name in names for word in (_plain(name), *map(_plain, name.split()))} | {"nova", "password"}
    rest = text.strip(_DIGITS)
    for word in sorted(known, key=len, reverse=True):
        rest = rest.replace(word, "") if len(word) > 2 else rest  # noqa: PLR2004 - shorter ones are in every word
    return len(rest) < OWN_MIN
