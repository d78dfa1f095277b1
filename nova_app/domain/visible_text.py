"""What of a text can be seen, and which names may be shown to others.

A name is plain if whoever reads it sees all of it: nothing in it is invisible, turns its
neighbours, breaks the line or climbs over other lines.  Joiners and variation selectors stay
where a script or an emoji needs them.  The page has the first rule, too
(``assets/nova/base/visible_text.js``); ``tests/wire/visible_text.json`` keeps both the same.
Sources: Unicode TR 36 and TR 39; DerivedCoreProperties.txt (Default_Ignorable_Code_Point);
RFC 5892, appendix A (joiners).  Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum

MARKS_MAX = 6
"""A letter has at most this many accents and other marks; no script needs more."""

_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_BLANK = "\u2800\U0001d159"
"""Letters and signs that are drawn as nothing: an empty Braille cell, a note without a head."""
_INVISIBLE = re.compile(f"[{_IGNORABLE}{_BLANK}]")
_VISIBLE = re.compile(rf"[^\s\x00-\x1f\x7f-\x9f\ud800-\udfff{_IGNORABLE}{_BLANK}]")
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_HALF = re.compile("[\ud800-\udfff]")

_JOINERS = "\u200c\u200d"
_JOINED = re.compile(
    "[\u0600-\u07ff\u0840-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u17ff\u1800-\u18af\u1a20-\u1aaf\u1b00-\u1bff"
    "\ua840-\ua8ff\ua980-\ua9df\uaa60-\uaa7f\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff]"
)
"""Scripts whose letters take other forms beside a joiner."""
_VIRAMA = 9
"""The combining class of the sign that takes a letter's vowel."""
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_EMOJI = re.compile("[\u203c\u2049\u2139\u3030\U0001f3fb-\U0001f3ff]")
_TAGS = re.compile("[\U000e0020-\U000e007f]")
_FLAG_OF_PLACE = re.compile("\U0001f3f4[\U000e0020-\U000e007e]*$")
_PLACE_MAX = 16
"""A flag names its country or region in at most so many invisible letters."""
_KEYCAP = re.compile("[0-9#*]\ufe0f\u20e3")


class NameFault(StrEnum):
    """Why a text is no name; what is wrong with ``char``."""

    HALF = "half"
    BREAK = "break"
    TURN = "turn"
    INVISIBLE = "invisible"
    MARKS = "marks"
    NOTHING = "nothing"


FAULT_TEXTS = {
    NameFault.HALF: "Leave out the half of a character ({char}).",
    NameFault.BREAK: "Write it on one line, without control characters ({char}).",
    NameFault.TURN: "Leave out characters that change the direction of writing ({char}).",
    NameFault.INVISIBLE: "Leave out characters that cannot be seen ({char}).",
    NameFault.MARKS: f"Use at most {MARKS_MAX} accents or other marks on one letter.",
    NameFault.NOTHING: "Use at least one character that can be seen.",
}


def shows_something(text: str) -> bool:
    """Return whether a reader sees anything of this text."""
    return _VISIBLE.search(text) is not None


def find_name_fault(text: str) -> tuple[NameFault, str] | None:
    """Return the first fault of a name and the character that has it, None for a plain name."""
    first = next(_faults(text), None)
    if first is not None:
        index, fault = first
        return fault, text[index]
    has_letter = any(_VISIBLE.match(char) and not _is_mark(char) for char in text)
    return None if has_letter else (NameFault.NOTHING, "")


def name_fault_text(text: str) -> str | None:
    """Return the sentence for the author of a name that has a fault, None for a plain name."""
    found = find_name_fault(text)
    if found is None:
        return None
    fault, char = found
    return FAULT_TEXTS[fault].format(char=f"U+{ord(char):04X}" if char else "")


def without_faults(text: str) -> str:
    """Return the text without the characters that a name may not have."""
    wrong = {index for index, _ in _faults(text)}
    return "".join(char for index, char in enumerate(text) if index not in wrong)


def _faults(text: str) -> Iterator[tuple[int, NameFault]]:
    marks = 0
    for index, char in enumerate(text):
        marks = marks + 1 if _is_mark(char) else 0
        fault = _fault_of(text, index, char)
        if fault is None and marks > MARKS_MAX:
            fault = NameFault.MARKS
        if fault is not None:
            yield index, fault


def _fault_of(text: str, index: int, char: str) -> NameFault | None:
    if char.isascii() and char.isprintable():
        return None
    for pattern, fault in ((_HALF, NameFault.HALF), (_BREAKS, NameFault.BREAK), (_TURNS, NameFault.TURN)):
        if pattern.match(char):
            return fault
    if _INVISIBLE.match(char) and not _is_needed(text, index, char):
        return NameFault.INVISIBLE
    return None


def _is_needed(text: str, index: int, char: str) -> bool:
    """Return whether a script or an emoji needs this invisible character just here."""
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    if char in _JOINERS:
        return _joins_letters(before, after) or (char == "\u200d" and _joins_emoji(before, after))
    if "\ufe00" <= char <= "\ufe0f":
        return _is_emoji(before) or bool(_HAN.match(before)) or bool(_KEYCAP.match(text, index - 1))
    if "\U000e0100" <= char <= "\U000e01ef":
        return bool(_HAN.match(before))
    if "\u180b" <= char <= "\u180d" or char == "\u180f":
        return "\u1820" <= before <= "\u18aa"
    return bool(_TAGS.match(char)) and bool(_FLAG_OF_PLACE.search(text[max(0, index - _PLACE_MAX) : index]))


def _joins_letters(before: str, after: str) -> bool:
    if before and unicodedata.combining(before) == _VIRAMA:
        return True
    return bool(_JOINED.match(before)) and bool(_JOINED.match(after))


def _joins_emoji(before: str, after: str) -> bool:
    ends_emoji = _is_emoji(before) or before == "\ufe0f"
    return ends_emoji and _is_emoji(after)


def _is_emoji(char: str) -> bool:
    return bool(char) and (unicodedata.category(char) in ("So", "Sm") or bool(_EMOJI.match(char)))


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Me") and not _INVISIBLE.match(char)
