"""Mentions in a text: ``@name`` of a member, ``@all``. Pure.

A mention begins at the start of the text or after whitespace or one of ``([{"'``.  What follows is the longest
user name of a member, in any case, that is not followed by another letter, digit or ``_``.  Nothing is mentioned in
code, in links and in quoted lines.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nova_app.domain.models import UserId

EVERYBODY = "all"
"""``@all`` means everybody in the conversation."""
MENTIONS_MAX = 100
"""Further names of one text are passed over."""

_NAME = re.compile(r"""(?:^|(?<=[\s(\[{"']))@([A-Za-z0-9._-]{1,64})""")
_WORD = re.compile(r"\w")
_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")
_QUOTED = re.compile(r"[ ]{0,3}>")
_LINKS = re.compile(
    r"""\[[^\[\]\n]{0,1000}\]\([^()\s]{0,2000}\)|<[a-z][a-z0-9+.-]{1,31}:[^<>\s]*>|(?:https?://|www\.)\S+""",
    re.IGNORECASE,
)
_TICKS = re.compile(r"`+")


@dataclass(frozen=True, slots=True)
class Mentions:
    """Who a text mentions, in the order of the text; ``everybody`` for ``@all``."""

    user_ids: Sequence[UserId] = ()
    everybody: bool = False


def find_candidates(text: str) -> Collection[str]:
    """Return every user name that the text may mention, in lower case; empty for most texts at once."""
    if "@" not in text:
        return ()
    return {name for names in _names_of(text) for name in names}


def find_mentions(text: str, members: Mapping[str, UserId], *, may_mention_all: bool) -> Mentions:
    """Return who is mentioned.

    Args:
        members: The members' ids by their user names, at least of the :func:`find_candidates`.
        may_mention_all: Whether the author has the right to mention everybody.
    """
    found: dict[UserId, None] = {}
    everybody = False
    for names in _names_of(text) if "@" in text else ():
        if may_mention_all and EVERYBODY in names:
            everybody = True
            continue
        named = next((members[name] for name in names if name in members), None)
        if named is not None and len(found) < MENTIONS_MAX:
            found[named] = None
    return Mentions(tuple(found), everybody)


def _names_of(text: str) -> Iterator[Sequence[str]]:
    """Return for each place with an ``@`` the names that may be meant, the longest first."""
    plain = _without_code_and_quotes(text)
    for found in _NAME.finditer(_LINKS.sub(" - ", plain)):
        following = found.string[found.end() : found.end() + 1]
        names = list(_prefixes(found[1].lower(), following))
        if names:
            yield names


def _prefixes(run: str, following: str) -> Iterator[str]:
    """Return the beginnings of a run that may be a name: no ``.`` or ``-`` at the end, no letter or digit behind."""
    for end in range(len(run), 0, -1):
        behind = run[end] if end < len(run) else following
        if run[end - 1] not in ".-" and not _WORD.match(behind):
            yield run[:end]


def _without_code_and_quotes(text: str) -> str:
    """Return the text without fenced code, quoted lines and code spans; what is left out ends a line."""
    paragraphs: list[list[str]] = [[]]
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if fence:
            is_end = mark is not None and mark[1].startswith(fence) and not line.strip(" `~")
            fence = "" if is_end else fence
        elif mark is not None:
            fence = mark[1]
            paragraphs.append([])
        elif _QUOTED.match(line) or not line.strip():
            paragraphs.append([])
        else:
            paragraphs[-1].append(line)
    return "\n".join(_without_code_spans("\n".join(lines)) for lines in paragraphs)


def _without_code_spans(paragraph: str) -> str:
    """Return a paragraph without what is between two equally long runs of backticks; one pass."""
    if "`" not in paragraph:
        return paragraph
    runs = [found.span() for found in _TICKS.finditer(paragraph)]
    closing = _closing_runs(runs)
    kept, at, number = [], 0, 0
    while number < len(runs):
        end = closing[number]
        if end is None:
            number += 1
            continue
        kept += [paragraph[at : runs[number][0]], " - "]
        at, number = runs[end][1], end + 1
    return "".join([*kept, paragraph[at:]])


def _closing_runs(runs: Sequence[tuple[int, int]]) -> list[int | None]:
    """Return for each run of backticks the next one of the same length."""
    nearest: dict[int, int] = {}
    closing: list[int | None] = [None] * len(runs)
    for number in range(len(runs) - 1, -1, -1):
        length = runs[number][1] - runs[number][0]
        closing[number] = nearest.get(length)
        nearest[length] = number
    return closing
