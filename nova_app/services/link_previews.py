"""Link previews: fetched when somebody looks at the message, once for each address."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.events import MessagePosted, PreviewsRemoved
from nova_app.domain.link_previews import LinkPreview, links_of
from nova_app.domain.models import ConversationId, MessageId, UserId
from nova_app.domain.preview_ports import LinkPreviewRepository, PreviewFetcher
from nova_app.observability.usage import UsageMetrics
from nova_app.services.budgets import Budgets
from nova_app.services.cost_table import Budget

GetMessage = Callable[[UserId, ConversationId, MessageId], Awaitable[MessagePosted]]


class LinkPreviews:
    """Show and dismiss the previews of a message."""

    def __init__(
        self,
        *,
        previews: LinkPreviewRepository,
        fetcher: PreviewFetcher,
        get_message: GetMessage,
        relay: Callable[[PreviewsRemoved], None],
        budgets: Budgets,
        usage: UsageMetrics,
        is_on: bool,
    ) -> None:
        """Create the service from its ports.

        Args:
            get_message: Returns a message to a user who may read it; raises ``NOT_FOUND`` for others.
            relay: Sends what was taken away to the members' sockets.
            is_on: False: nothing is ever fetched or shown.
        """
        self._previews = previews
        self._fetcher = fetcher
        self._get_message = get_message
        self._relay = relay
        self._budgets = budgets
        self._usage = usage
        self._is_on = is_on
        self._under_way: dict[str, asyncio.Task[LinkPreview]] = {}

    async def read_previews(
        self, user_id: UserId, conversation_id: ConversationId, message_id: MessageId
    ) -> Sequence[LinkPreview]:
        """Return the previews of a message's links, in the order of the text; what is not known is fetched.

        Raises:
            Refused: ``NOT_FOUND``; ``TOO_MANY_ATTEMPTS``: its author has posted many links.
            Unavailable: ``STORAGE_UNAVAILABLE``, ``OVERLOADED``.
        """
        message = await self._get_message(user_id, conversation_id, message_id)
        urls = links_of(message.text) if self._is_on else ()
        links = await self._previews.find_links(message.message_id) if urls else {}
        urls = [url for url in urls if not links.get(url)]
        if not urls:
            return ()
        known = dict(await self._previews.find_previews(urls))
        known |= await self._fetch_missing(message, [url for url in urls if url not in known])
        if not all(url in links for url in urls):
            await self._previews.keep(message.message_id, urls, list(known.values()))
        return [known[url] for url in urls if known[url].title]

    async def dismiss(self, user_id: UserId, conversation_id: ConversationId, message_id: MessageId) -> None:
        """Show no previews at a message of one's own any more, to nobody; links that an edit adds have theirs.

        Raises:
            Refused: ``NOT_FOUND``; ``NOT_ALLOWED``: it is somebody else's.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        message = await self._get_message(user_id, conversation_id, message_id)
        if message.author_id != user_id:
            raise Refused(ErrorCode.NOT_ALLOWED)
        await self._previews.dismiss(message.message_id, links_of(message.text))
        self._relay(PreviewsRemoved(conversation_id, message_id))

    async def aclose(self) -> None:
        """Give up what is under way."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _fetch_missing(self, message: MessagePosted, urls: Sequence[str]) -> dict[str, LinkPreview]:
        """Fetch these; what one of them raises does not keep the others from being stored."""
        done = await asyncio.gather(*(self._fetch_once(url, message) for url in urls), return_exceptions=True)
        for outcome in done:
            if isinstance(outcome, BaseException):
                raise outcome
        return {preview.url: preview for preview in done if isinstance(preview, LinkPreview)}

    async def _fetch_once(self, url: str, message: MessagePosted) -> LinkPreview:
        """Fetch, together with everybody else who asks for it now; who gives up does not end it for the others."""
        task = self._under_way.get(url)
        if task is None:
            self._spend(message.author_id)
            task = self._under_way[url] = asyncio.create_task(self._fetch(url, message))
            task.add_done_callback(lambda _: self._under_way.pop(url, None))
        return await asyncio.shield(task)

    async def _fetch(self, url: str, message: MessagePosted) -> LinkPreview:
        preview, result = await self._fetcher.fetch(url, message.author_id)
        self._usage.fetched_preview(result)
        # Before the next one who asks finds nothing under way.
        await self._previews.keep(message.message_id, [url], [preview])
        return preview

    def _spend(self, author_id: UserId) -> None:
        try:
            self._budgets.spend(author_id, Budget.PREVIEWS)
        except Refused:
            self._usage.fetched_preview("rate_limited")
            raise
