"""What the services need of the log and its search, as contracts; see ``domain.ports``."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Protocol

from nova_app.domain.errors import NovaError
from nova_app.domain.events import Draft, Event, Found, MessagePosted, Page, Posted
from nova_app.domain.history import Target
from nova_app.domain.message_changes import Changed, MessageChange, Version
from nova_app.domain.models import ConversationId, MessageId, UserId
from nova_app.domain.posts import FoundPosts
from nova_app.domain.search import Query


class MessageLog(Protocol):
    """The durable, gap-free log of every conversation."""

    def append(self, drafts: Sequence[Draft]) -> Awaitable[Sequence[Posted | NovaError]]:
        """Commit drafts, in this order, together with whatever else is waiting.

        Called on the event loop; never blocks it. After the commit, new messages
        are handed to the publisher even if the caller has gone. One refused draft
        does not touch the others.

        Returns:
            Per draft the stored message (the first one for a repeat), or the error
            that refused it: ``NOT_FOUND`` where the author is no member,
            ``KEY_REUSED`` for a client id that named another text, other files or
            another conversation, ``FILE_NOT_READY`` for a file that is not whole or
            not the author's, ``INVALID_FIELDS`` for a reply to no message of the conversation,
            ``STORAGE_UNAVAILABLE`` if nothing could be committed.
        """
        ...

    def change(self, changes: Sequence[MessageChange]) -> Awaitable[Sequence[Changed | NovaError]]:
        """Commit changes of messages, in this order, likewise.

        Returns:
            Per change its outcome, or the error that refused it: see ``change_rules.find_done``; ``KEY_REUSED`` for
            a client id that named another change, ``STORAGE_UNAVAILABLE`` if nothing could be committed.
        """
        ...

    async def find_message(self, message_id: MessageId) -> MessagePosted | None:
        """Return the message with this id, in its present form."""
        ...

    async def read_versions(self, message_id: MessageId) -> Sequence[Version]:
        """Return every text that a message had, the first one first; none once it was deleted."""
        ...

    async def read_events(
        self, conversation_id: ConversationId, *, after_seq: int, until_seq: int | None = None, limit: int
    ) -> Sequence[Event]:
        """Return every durable event with ``after_seq < seq <= until_seq``, ascending, at most ``limit``.

        Messages are in their present form; edits of a deleted message have no text.
        """
        ...

    async def read_changes(
        self,
        conversation_id: ConversationId,
        kinds: Sequence[str],
        *,
        before_seq: int | None,
        after_seq: int | None,
        limit: int,
    ) -> tuple[Sequence[Event], bool]:
        """Return events that are no messages, ascending: the newest (before a number), or the first after one.

        Returns:
            The events of these kinds, and whether there are more in the direction of reading.
        """
        ...

    async def read_page(
        self, conversation_id: ConversationId, *, before_seq: int | None, after_seq: int | None, limit: int
    ) -> Page:
        """Return messages, ascending: the newest (before ``before_seq``), or the first after ``after_seq``."""
        ...

    async def read_around(self, conversation_id: ConversationId, target: Target, *, limit: int) -> Page:
        """Return messages, ascending, half of them before the target; the newest if it is after all of them.

        ``target_seq`` of the page is the message of that number, or the first one at or after that
        moment; None if there is none.
        """
        ...


class PostSearch(Protocol):
    """Finds posts by their words."""

    async def find_posts(self, user_id: UserId, query: Query, *, before: str | None, limit: int) -> FoundPosts:
        """Return the newest posts that hold all that is looked for.

        Args:
            before: Only older than this post.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        ...


class MessageSearch(Protocol):
    """Finds messages by their words."""

    async def find_messages(
        self, user_id: UserId, query: Query, *, within: str | None, before: MessageId | None, limit: int
    ) -> Found:
        """Return the newest messages that hold all that is looked for, of this user's conversations.

        A message is found as soon as it is stored, and never where the user is no member
        at the moment of the read.

        Args:
            within: Only in this conversation.
            before: Only older than this message.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        ...
