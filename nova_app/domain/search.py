"""Search queries: parsing what was typed, and finding it in a text.

    words            every one of them, in any order
    "two words"      these words one after another
    laun*            words that begin so
    from:ana         written by Ana; from:me
    in:team          in a conversation of this name
    before:2026-01-31, after:2026-01-31   sent before or after that day, UTC
    has:link, has:image, has:file
    mentions:me, replies:ana         that mention a user, that reply to one
    reacted:me, reacted:👍           that the searching user reacted to, that have this reaction
    is:post, is:message              only posts, only messages

No input is an error: what is no operator is searched for as typed.  Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from nova_app.domain.emoji import qualified_emoji
from nova_app.domain.graphemes import boundary_before
from nova_app.domain.text_forms import in_ascii_width
from nova_app.domain.tokenizer import Word, words_of
from nova_app.domain.visible_text import shows_something

QUERY_MAX_CHARS = 500
TERMS_MAX = 20
WORDS_MAX = 32
"""Of all terms together. What is typed beyond these is passed over."""
ME = "me"
"""The searching user, in place of a name."""
CONTENTS = ("link", "image", "file")
MESSAGE, POST = "message", "post"
LINK = re.compile(r"https?://[^\s]", re.IGNORECASE)
SNIPPET_CHARS = 180
LEAD_CHARS = 50
_PART = re.compile(r'(?:(?P<key>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<plain>[^\s"]+))|(?P<stray>\S)')


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow one another; the last one may only be begun."""

    words: tuple[str, ...]
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; all of it has to match.

    Attributes:
        authors: Names; any of them.
        conversations: Names of conversations; any of them.
        mentions: Names of users whom the message mentions; any of them. ``replies``: to whom it replies.
        reacted: ``me``, or emoji; any of them.
        before: Sent before this day; ``after``: on a later one. UTC.
        kinds: ``post`` or ``message``; any of them, everything if there are none.
    """

    terms: tuple[Term, ...] = ()
    authors: tuple[str, ...] = ()
    conversations: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    reacted: tuple[str, ...] = ()
    before: date | None = None
    after: date | None = None
    contents: frozenset[str] = field(default_factory=frozenset)
    kinds: frozenset[str] = field(default_factory=frozenset)

    @property
    def finds_messages(self) -> bool:
        """Whether messages may be what is looked for."""
        return POST not in self.kinds or MESSAGE in self.kinds

    @property
    def finds_posts(self) -> bool:
        """Whether posts may be: they belong to no conversation, and mention and answer nobody."""
        is_wanted = MESSAGE not in self.kinds or POST in self.kinds
        return is_wanted and not (self.conversations or self.mentions or self.replies or self.reacted)

    @property
    def is_empty(self) -> bool:
        """Whether the query is empty."""
        return self == Query()


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text, and whether it is what was looked for."""

    text: str
    hit: bool


def parse(text: str) -> Query:
    """Parse what was typed."""
    query = Query()
    if not shows_something(text):
        return query
    for found in _PART.finditer(in_ascii_width(text[:QUERY_MAX_CHARS])):
        key, value = (found["key"] or "").lower(), found["phrase"] if found["phrase"] is not None else found["plain"]
        operated = _OPERATORS[key](query, value.strip()) if key in _OPERATORS and value and value.strip() else None
        query = operated or _with_term(query, found)
    return query


def _with_term(query: Query, found: re.Match[str]) -> Query:
    whole = found[0]
    is_prefix = found["phrase"] is None and whole.endswith("*") and whole[-2:-1].isalnum()
    room = WORDS_MAX - sum(len(term.words) for term in query.terms)
    typed = tuple(word.token for word in words_of(whole[:-1] if is_prefix else whole))
    words = typed[:room]
    if not words or len(query.terms) >= TERMS_MAX:
        return query
    return replace(query, terms=(*query.terms, Term(words, is_prefix and words == typed)))


def _of_day(name: str) -> Callable[[Query, str], Query | None]:
    def read(query: Query, value: str) -> Query | None:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return None
        return replace(query, before=day) if name == "before" else replace(query, after=day)

    return read


def _of_content(query: Query, value: str) -> Query | None:
    content = value.lower()
    return replace(query, contents=query.contents | {content}) if content in CONTENTS else None


def _of_kind(query: Query, value: str) -> Query | None:
    kind = value.lower()
    return replace(query, kinds=query.kinds | {kind}) if kind in (MESSAGE, POST) else None


def _of_reaction(query: Query, value: str) -> Query | None:
    wanted = ME if value.lower() == ME else qualified_emoji(value)
    return None if wanted is None else replace(query, reacted=(*query.reacted, wanted))


_OPERATORS: dict[str, Callable[[Query, str], Query | None]] = {
    "from": lambda query, value: replace(query, authors=(*query.authors, value)),
    "in": lambda query, value: replace(query, conversations=(*query.conversations, value)),
    "mentions": lambda query, value: replace(query, mentions=(*query.mentions, value)),
    "replies": lambda query, value: replace(query, replies=(*query.replies, value)),
    "reacted": _of_reaction,
    "before": _of_day("before"),
    "after": _of_day("after"),
    "has": _of_content,
    "is": _of_kind,
}


def snippet(text: str, terms: Sequence[Term]) -> list[Part]:
    """Return an excerpt of a text around its first hit, in parts that mark the hits.

    Joined, the parts are the excerpt as it was written, with ``…`` where it was cut.
    """
    spans = _find(list(words_of(text)), terms)
    start = max(0, (spans[0][0] if spans else 0) - LEAD_CHARS)
    start = 0 if start < LEAD_CHARS // 2 else boundary_before(text, start)
    end = boundary_before(text, min(len(text), start + SNIPPET_CHARS))
    parts = [Part("…", hit=False)] if start else []
    at = start
    for low, high in spans:
        if high > end:
            break
        if low >= at:
            parts += [Part(text[at:low], hit=False), Part(text[low:high], hit=True)]
            at = high
    parts.append(Part(text[at:end] + ("…" if end < len(text) else ""), hit=False))
    return [part for part in parts if part.text]


def _find(words: Sequence[Word], terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Return the positions of the terms, by first character."""
    spans = {
        (words[at].start, words[at + len(term.words) - 1].end)
        for term in terms
        for at in range(len(words) - len(term.words) + 1)
        if _matches_at(words, at, term)
    }
    return sorted(spans)


def _matches_at(words: Sequence[Word], at: int, term: Term) -> bool:
    *whole, last = term.words
    if any(words[at + offset].token != token for offset, token in enumerate(whole)):
        return False
    token = words[at + len(whole)].token
    return token.startswith(last) if term.is_prefix else token == last
