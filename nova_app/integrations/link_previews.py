"""Gets the pages that messages link to, for their previews.

A page is read as far as its head goes, by a process that can do nothing else. Each address on the way to
it, also behind a redirect, is checked before anything is sent there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from typing import Protocol

import httpx

from nova_app.domain.errors import NovaError
from nova_app.domain.link_previews import (
    PAGE_MAX_BYTES,
    REDIRECTS_MAX,
    TIMEOUT_SECONDS,
    LinkPreview,
    Page,
    is_page,
    may_fetch,
    preview_of,
)
from nova_app.integrations.outbound import create_client, look_up, pinned_request
from nova_app.services.fair_turns import FairTurns

AT_ONCE = 4
LOOKUPS_AT_ONCE = 4
"""Names have threads of their own: one that is never answered must not keep others from theirs."""
HEADERS = {
    "user-agent": "Nova-Link-Previews/1",
    "accept": "text/html,application/xhtml+xml",
    "accept-encoding": "identity",
}
_HEAD_ENDS = (b"</head", b"<body")


class HeadReader(Protocol):
    """Reads the head of a page."""

    async def read_head(self, content: bytes, charset: str, account: str) -> tuple[str, str]:
        """Return what the page calls itself, and how it describes itself; empty for what it does not say."""
        ...


class _NotAllowed(Exception):
    """The address is one that the server does not call."""


class _NoPage(Exception):
    """What was answered is no page."""


class HttpPreviewFetcher:
    """A ``PreviewFetcher`` over httpx."""

    def __init__(
        self, heads: HeadReader, origins: Collection[str], *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """Get pages of the public web, and of these origins wherever they are.

        Args:
            transport: Another way out, for tests.
        """
        self._heads = heads
        self._origins = origins
        self._client = create_client(timeout=TIMEOUT_SECONDS, headers=HEADERS, transport=transport)
        self._lookups = ThreadPoolExecutor(LOOKUPS_AT_ONCE, thread_name_prefix="nova-lookup")
        self._turns = FairTurns(slots=AT_ONCE, per_key=2, waiting_per_key=16, waiting_max=128)

    async def fetch(self, url: str, account: str) -> tuple[LinkPreview, str]:
        async with self._turns.turn(account):
            try:
                async with asyncio.timeout(TIMEOUT_SECONDS):
                    page = await self._follow(httpx.URL(url))
                title, description = await self._heads.read_head(page.content, page.charset, account)
            except _NotAllowed:
                return LinkPreview(url), "refused"
            except (_NoPage, NovaError):
                return LinkPreview(url), "empty"
            except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
                return LinkPreview(url), "unreachable"
        preview = preview_of(url, title, description)
        return preview, "shown" if preview.title else "empty"

    async def aclose(self) -> None:
        """Close open connections."""
        self._lookups.shutdown(wait=False, cancel_futures=True)
        await self._client.aclose()

    async def _follow(self, url: httpx.URL) -> Page:
        for _ in range(REDIRECTS_MAX + 1):
            response = await self._send(url)
            try:
                if not response.has_redirect_location:
                    return await _read_page(response)
                url = url.join(response.headers["location"])
            finally:
                await response.aclose()
        raise _NoPage

    async def _send(self, url: httpx.URL) -> httpx.Response:
        if url.scheme not in ("http", "https"):
            raise _NotAllowed
        addresses = await look_up(url, executor=self._lookups)
        if not may_fetch(str(url), addresses, self._origins):
            raise _NotAllowed
        return await self._client.send(pinned_request(self._client, "GET", url, addresses[0]), stream=True)


async def _read_page(response: httpx.Response) -> Page:
    """Read a page as far as its head goes; what is longer than allowed is cut."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if not response.is_success or encoding not in ("", "identity"):
        raise _NoPage
    content = bytearray()
    async for chunk in response.aiter_raw():
        content += chunk[: PAGE_MAX_BYTES - len(content)]
        tail = content[-len(chunk) - len(_HEAD_ENDS[0]) :].lower()
        if len(content) >= PAGE_MAX_BYTES or any(end in tail for end in _HEAD_ENDS):
            break
    content_type = response.headers.get("content-type", "")
    if not is_page(content_type, bytes(content)):
        raise _NoPage
    return Page(bytes(content), _charset_of(content_type))


def _charset_of(content_type: str) -> str:
    message = Message()
    message["content-type"] = content_type
    return message.get_content_charset() or ""
