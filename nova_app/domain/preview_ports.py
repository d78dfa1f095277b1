"""What link previews need from outside, as contracts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from nova_app.domain.link_previews import LinkPreview
from nova_app.domain.models import MessageId


class LinkPreviewRepository(Protocol):
    """The previews that were fetched, each for as long as a message links it."""

    async def find_previews(self, urls: Sequence[str]) -> Mapping[str, LinkPreview]:
        """Return the previews of those addresses that were fetched, by address."""
        ...

    async def find_links(self, message_id: MessageId) -> Mapping[str, bool]:
        """Return the addresses that were kept for a message, with whether its author dismissed the preview."""
        ...

    async def keep(self, message_id: MessageId, urls: Sequence[str], fetched: Sequence[LinkPreview]) -> None:
        """Store what was fetched, and that the message links it; nothing of a message that is deleted by now."""
        ...

    async def dismiss(self, message_id: MessageId, urls: Sequence[str]) -> None:
        """Store that the previews of these addresses are not shown at this message."""
        ...


class PreviewFetcher(Protocol):
    """Gets pages of the web."""

    async def fetch(self, url: str, account: str) -> tuple[LinkPreview, str]:
        """Return a preview, empty if there is none, and the result to count; never raises for what the page does.

        Args:
            account: For whom it is fetched, so that accounts take turns.
        """
        ...
