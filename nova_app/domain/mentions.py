"""Mentions in a text: ``@name`` of a member, ``@all``. Pure.

A mention begins at the start of the text or after whitespace or one of ``([{"'``.  What follows is the longest
user name of a member, in any case, that is not followed by another letter, digit or ``_``.  Nothing is mentioned in
code, in links and in quoted lines.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nova_app.domain.markup import without_code_and_quotes
from nova_app.domain.models import UserId

EVERYBODY = "all"
"""``@all`` means everybody in the conversation."""
MENTIONS_MAX = 100
"""Further names of one text are passed over."""

_NAME = re.compile(r"""(?:^|(?<=[\s(\[{"']))@([A-Za-z0-9._-]{1,64})""")
_WORD = re.compile(r"\w")
_LINKS = re.compile(
    r"""\[[^\[\]\n]{0,1000}\]\([^()\s]{0,2000}\)|<[a-z][a-z0-9+.-]{1,31}:[^<>\s]*>|(?:https?://|www\.)\S+""",
    re.IGNORECASE,
)


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
    plain = without_code_and_quotes(text)
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
