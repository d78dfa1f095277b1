"""Message search: parse the query, search, and return excerpts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nova_app.domain.errors import Refused, Unavailable
from nova_app.domain.events import Found, Hit
from nova_app.domain.log_ports import MessageSearch
from nova_app.domain.models import ConversationId, MessageId, UserId
from nova_app.domain.search import Part, parse, snippet
from nova_app.observability.usage import UsageMetrics
from nova_app.services.budgets import Budgets
from nova_app.services.cost_table import Budget


@dataclass(frozen=True, slots=True)
class Result:
    """A hit with an excerpt around the match."""

    hit: Hit
    snippet: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Results:
    """Search results; ``took_seconds`` from the query to the results."""

    items: Sequence[Result]
    found: Found
    took_seconds: float


class Search:
    """Find messages, at a bounded rate per account."""

    def __init__(
        self, index: MessageSearch, *, budgets: Budgets, seconds: Callable[[], float], usage: UsageMetrics
    ) -> None:
        """Create the service from its index.

        Args:
            seconds: A clock that only grows.
        """
        self._usage = usage
        self._index = index
        self._budgets = budgets
        self._seconds = seconds

    async def find_messages(
        self, user_id: UserId, typed: str, *, within: ConversationId | None, before: MessageId | None, limit: int
    ) -> Results:
        """Return the newest of the user's messages that match all of the query.

        Args:
            typed: In the language of ``domain.search``; anything is allowed, and an empty query finds nothing.
            within: Only in this conversation; one of other users finds nothing.
            before: Only older than this message, for the next page.

        Raises:
            Refused: ``TOO_MANY_SEARCHES``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        begin = self._seconds()
        self._spend(user_id)
        query = parse(typed)
        if query.is_empty:
            return Results((), Found((), has_more=False, index_type="", looked_at=0), 0.0)
        try:
            found = await self._index.find_messages(user_id, query, within=within, before=before, limit=limit)
        except Unavailable:
            self._usage.searched("", "error")
            raise
        items = [Result(hit, snippet(hit.message.text, query.terms)) for hit in found.hits]
        took = self._seconds() - begin
        self._usage.searched(found.index_type, "ok", took, len(found.hits))
        return Results(items, found, took)

    def _spend(self, user_id: UserId) -> None:
        try:
            self._budgets.spend(user_id, Budget.SEARCHES)
        except Refused:
            self._usage.searched("", "rate_limited")
            raise
