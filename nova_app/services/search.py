"""Message search: parse the query, search, and return excerpts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from nova_app.domain.errors import Refused, Unavailable
from nova_app.domain.events import Found, Hit
from nova_app.domain.log_ports import MessageSearch, PostSearch
from nova_app.domain.models import ConversationId, MessageId, UserId
from nova_app.domain.posts import FoundPosts, PostView
from nova_app.domain.search import Part, Query, parse, snippet
from nova_app.observability.usage import UsageMetrics
from nova_app.services.budgets import Budgets
from nova_app.services.cost_table import Budget

POSTS_BESIDE_MESSAGES = 3
_NOTHING = Found((), has_more=False, index_type="", looked_at=0)


@dataclass(frozen=True, slots=True)
class Result:
    """A hit with an excerpt around the match."""

    hit: Hit
    snippet: Sequence[Part]


@dataclass(frozen=True, slots=True)
class PostResult:
    """A post that was found, with an excerpt around the match."""

    post: PostView
    snippet: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Results:
    """Search results; ``took_seconds`` from the query to the results.

    ``has_more`` is about messages, and about posts where only these are looked for.
    """

    items: Sequence[Result]
    posts: Sequence[PostResult]
    has_more: bool
    found: Found
    took_seconds: float


class Search:
    """Find messages, at a bounded rate per account."""

    def __init__(
        self,
        index: MessageSearch,
        posts: PostSearch,
        *,
        budgets: Budgets,
        seconds: Callable[[], float],
        usage: UsageMetrics,
    ) -> None:
        """Create the service from its index.

        Args:
            seconds: A clock that only grows.
        """
        self._usage = usage
        self._index = index
        self._posts = posts
        self._budgets = budgets
        self._seconds = seconds

    async def find(
        self, user_id: UserId, typed: str, *, within: ConversationId | None, before: MessageId | None, limit: int
    ) -> Results:
        """Return the newest of the user's messages, and of all posts, that match all of the query.

        Beside messages only the newest posts are returned; all of them, page by page, where only posts are looked for.

        Args:
            typed: In the language of ``domain.search``; anything is allowed, and an empty query finds nothing.
            within: Only in this conversation; one of other users finds nothing.
            before: Only older than this message, or post, for the next page.

        Raises:
            Refused: ``TOO_MANY_SEARCHES``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        begin = self._seconds()
        self._spend(user_id)
        query = parse(typed)
        if query.is_empty:
            return Results((), (), has_more=False, found=_NOTHING, took_seconds=0.0)
        try:
            found = _NOTHING
            if query.finds_messages:
                found = await self._index.find_messages(user_id, query, within=within, before=before, limit=limit)
            posts = await self._find_posts(user_id, query, within, before, limit)
        except Unavailable:
            self._usage.searched("", "error")
            raise
        items = [Result(hit, snippet(hit.message.text, query.terms)) for hit in found.hits]
        took = self._seconds() - begin
        found = found if found.index_type else replace(found, index_type=posts.index_type)
        self._usage.searched(found.index_type, "ok", took, len(found.hits) + len(posts.posts))
        return Results(
            items,
            [PostResult(post, snippet(post.text, query.terms)) for post in posts.posts],
            has_more=found.has_more if query.finds_messages else posts.has_more,
            found=found,
            took_seconds=took,
        )

    async def _find_posts(
        self, user_id: UserId, query: Query, within: ConversationId | None, before: MessageId | None, limit: int
    ) -> FoundPosts:
        is_first_page = before is None or not query.finds_messages
        if within is not None or not query.finds_posts or not is_first_page:
            return FoundPosts((), has_more=False)
        most = min(limit, POSTS_BESIDE_MESSAGES) if query.finds_messages else limit
        return await self._posts.find_posts(user_id, query, before=before, limit=most)

    def _spend(self, user_id: UserId) -> None:
        try:
            self._budgets.spend(user_id, Budget.SEARCHES)
        except Refused:
            self._usage.searched("", "rate_limited")
            raise
