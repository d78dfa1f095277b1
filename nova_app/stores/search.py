"""The search field and its results."""

from __future__ import annotations

from dataclasses import dataclass

from nova_app.stores.base import SEARCH_RUNTIME, Action, ClientStore, Field


@dataclass(frozen=True)
class SnippetPart:
    """A part of a text; ``hit`` where it matches the query."""

    text: str
    hit: bool


@dataclass(frozen=True)
class ChipItem:
    """An operator of a query: ``term`` as it is typed, for example ``from:ana``, with its ``kind`` and ``value``."""

    term: str
    kind: str
    value: str
    is_set: bool


@dataclass(frozen=True)
class ContextLine:
    """A message around a hit, or the hit itself."""

    id: str
    name: str
    has_left: bool
    text: str
    hit: bool


@dataclass(frozen=True)
class HitItem:
    """One hit, ready to be drawn; ``around`` is empty, loading, ready or error; a post has nothing around it.

    ``group_label`` stands above the first of the posts and of each day, and is empty on the others.
    """

    id: str
    is_post: bool
    href: str
    conversation_id: str
    seq: int
    conversation_name: str
    author_name: str
    initials: str
    hue: int
    avatar_url: str
    group_label: str
    time_label: str
    time_iso: str
    time_title: str
    snippet: list[SnippetPart]
    around: str
    problem_code: str
    problem_text: str
    context: list[ContextLine]


class SearchStore(ClientStore):
    """``state`` is idle (nothing is looked for), loading, ready or error."""

    store_name = "search"
    module = SEARCH_RUNTIME
    use = "useSearchStore"
    actions = "searchActions"

    text = Field("")
    chips = Field([], list[ChipItem])
    state = Field("idle")
    items = Field([], list[HitItem])
    has_more = Field(default=False)
    loading_more = Field(default=False)
    problem_code = Field("")
    problem_text = Field("")
    index_type = Field("")
    rows_looked_at = Field(0)
    took_ms = Field(0)
    announcement = Field("")

    toggle = Action()
    type = Action()
    key = Action()
    submit = Action()
    more = Action()
    around = Action()
