"""What the services need from outside, as contracts; adapters fulfil them.

Each port has one contract test that runs over every inside.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from nova_app.domain.errors import NovaError
from nova_app.domain.events import Draft, Event, MemberChanged, MessagePosted, Page, Position, Posted, Summary, Typing
from nova_app.domain.files import FileFacts, PostView
from nova_app.domain.models import (
    ApiToken,
    ConversationId,
    ConversationKind,
    Post,
    Session,
    SessionId,
    Upload,
    UploadId,
    User,
    UserId,
)


class Clock(Protocol):
    """The time of day."""

    def now(self) -> datetime:
        """An aware moment in UTC."""
        ...


class EventPublisher(Protocol):
    """Tells whoever listens, best effort; correctness comes from ``seq`` and the log."""

    def publish(self, events: Sequence[Event]) -> None:
        """Tell every member's listeners about committed events, in this order.

        Called on the event loop, once per commit, after the commit.
        """
        ...

    def announce(self, user_ids: Sequence[UserId], conversation_id: ConversationId) -> None:
        """Tell these users that a conversation appeared or changed for them."""
        ...

    def relay(self, state: Position | Typing) -> None:
        """Tell the conversation's members a current state; may be dropped under load."""
        ...

    def revoke(self, session_id: SessionId) -> None:
        """Close every socket that this session opened."""
        ...


class AccountRepository(Protocol):
    """Users, their sessions and tokens."""

    async def add_user(self, user: User) -> None:
        """Store a new user.

        Raises:
            Refused: ``USERNAME_TAKEN``.
        """
        ...

    async def find_user(self, user_id: UserId) -> User | None:
        """The user with this id."""
        ...

    async def find_user_by_name(self, username: str) -> User | None:
        """The user with this (lower-case) name."""
        ...

    async def rename_user(self, user_id: UserId, display_name: str) -> None:
        """Set the display name."""
        ...

    async def replace_password_hash(self, user_id: UserId, password_hash: str) -> None:
        """Set the hash, after its parameters were raised."""
        ...

    async def add_session(self, session: Session) -> None:
        """Store a new session."""
        ...

    async def find_session(self, secret_hash: str) -> tuple[Session, User] | None:
        """The session with this secret, and its user."""
        ...

    async def find_session_by_id(self, session_id: SessionId) -> tuple[Session, User] | None:
        """The session with this id, and its user."""
        ...

    async def touch_session(self, session_id: SessionId, seen_at: datetime) -> None:
        """Note that a session was used."""
        ...

    async def delete_session(self, session_id: SessionId) -> None:
        """Forget a session; does nothing if it is gone."""
        ...

    async def add_token(self, token: ApiToken) -> None:
        """Store a new token."""
        ...

    async def find_token(self, secret_hash: str) -> tuple[ApiToken, User] | None:
        """The token with this secret, and its user."""
        ...

    async def find_token_by_id(self, token_id: SessionId) -> tuple[ApiToken, User] | None:
        """The token with this id, and its user."""
        ...


class ConversationRepository(Protocol):
    """Conversations and who is in them."""

    async def create(
        self,
        *,
        conversation_id: ConversationId,
        kind: ConversationKind,
        title: str,
        creator_id: UserId,
        member_ids: Sequence[UserId],
        creation_key: str | None,
        created_at: datetime,
    ) -> tuple[ConversationId, bool]:
        """Store a conversation with its first members, or find the one that is meant.

        Returns:
            Its id, and whether it is new: False for a repeated ``creation_key`` of
            the same creator, or a direct conversation that these two already have.
        """
        ...

    async def add_member(
        self, conversation_id: ConversationId, user_id: UserId, actor_id: UserId, at: datetime
    ) -> MemberChanged | None:
        """Add somebody and number the event in one transaction.

        Like a message, the event is handed to the publisher after the commit, in
        the order of the log. The new member's positions begin at the event, so
        that what was said before does not count as unread.

        Returns:
            The event, or None if they were a member already.
        """
        ...

    async def remove_member(
        self, conversation_id: ConversationId, user_id: UserId, actor_id: UserId, at: datetime
    ) -> MemberChanged | None:
        """Remove somebody likewise; None if they were no member."""
        ...

    async def is_member(self, conversation_id: ConversationId, user_id: UserId) -> bool:
        """Whether this user may read and write here."""
        ...

    async def list_ids(self, user_id: UserId) -> list[ConversationId]:
        """The ids of the user's conversations."""
        ...

    async def find_people(self, usernames: Sequence[str]) -> Mapping[str, UserId]:
        """The ids of those names that exist and are not disabled."""
        ...

    async def list_summaries(self, user_id: UserId, only: Sequence[ConversationId] | None = None) -> list[Summary]:
        """The user's conversations, the most recently active first."""
        ...

    async def list_positions(self, user_id: UserId) -> list[Position]:
        """The nonzero positions of all members of the user's conversations."""
        ...

    async def advance(self, position: Position) -> Position | None:
        """Move a member's position forward, never past the newest number.

        Being read includes being delivered.

        Returns:
            The new position, or None if nothing moved or this is no member.
        """
        ...


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
            ``KEY_REUSED`` for a client id that named another text or conversation,
            ``STORAGE_UNAVAILABLE`` if nothing could be committed.
        """
        ...

    async def read_events(
        self, conversation_id: ConversationId, *, after_seq: int, until_seq: int | None = None, limit: int
    ) -> Sequence[Event]:
        """Every durable event with ``after_seq < seq <= until_seq``, ascending, at most ``limit``."""
        ...

    async def read_page(
        self, conversation_id: ConversationId, *, before_seq: int | None, after_seq: int | None, limit: int
    ) -> Page:
        """Messages, ascending: the newest ``limit`` (before ``before_seq``), or the first after ``after_seq``."""
        ...

    async def find_last_seq(self, conversation_id: ConversationId) -> int:
        """The newest number; 0 while there is none."""
        ...

    async def find_by_client_id(self, author_id: UserId, client_id: str) -> MessagePosted | None:
        """The message this client id already made."""
        ...


class UploadRepository(Protocol):
    """What is known about files; their bytes are in a ``FileStore``."""

    async def add(self, upload: Upload, *, quota_bytes: int) -> UploadId:
        """Store an announced file, or find the one with the same owner and key.

        Raises:
            Refused: ``QUOTA_EXCEEDED``: the owner's files would be larger than this.
        """
        ...

    async def find(self, upload_id: UploadId) -> Upload | None:
        """The file with this id."""
        ...

    async def finish(self, upload_id: UploadId, facts: FileFacts) -> None:
        """Note that a file is whole; a repeat changes nothing."""
        ...

    async def may_read(self, upload_id: UploadId, user_id: UserId) -> bool:
        """Whether the user owns this file or can see something that shows it."""
        ...

    async def delete(self, upload_id: UploadId) -> bool:
        """Forget a file, unless something shows it; whether it is forgotten now."""
        ...

    async def list_stale(self, *, begun_before: datetime, unused_since: datetime) -> Sequence[UploadId]:
        """Files that never became whole, and whole ones that nothing shows."""
        ...


class FileStore(Protocol):
    """The bytes of files."""

    def path(self, upload_id: UploadId) -> Path:
        """Where the bytes of a file are."""
        ...

    def thumbnail_path(self, upload_id: UploadId) -> Path:
        """Where its small picture is, if it is an image."""
        ...

    async def size(self, upload_id: UploadId) -> int:
        """How many bytes have arrived; 0 for none."""
        ...

    async def write(self, upload_id: UploadId, offset: int, data: bytes) -> None:
        """Put bytes at this place; what stood behind it is gone.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``: the disk is full or cannot be written.
        """
        ...

    async def inspect(self, upload_id: UploadId) -> FileFacts:
        """Find out what a whole file is, and make it safe to show.

        An image is written anew from its pixels, with a thumbnail beside it. A repeat
        finds the same.

        Raises:
            Refused: ``IMAGE_UNREADABLE``, ``IMAGE_TOO_LARGE``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        ...

    async def delete(self, upload_id: UploadId) -> None:
        """Remove the bytes; does nothing if there are none."""
        ...


class PostRepository(Protocol):
    """What was said to everybody."""

    async def add(self, post: Post, upload_ids: Sequence[UploadId]) -> tuple[str, bool]:
        """Store a post with its files, or find the one with the same author and key.

        Returns:
            Its id, and whether it is new.

        Raises:
            Refused: ``FILE_NOT_READY``: a file is not whole, or not the author's.
        """
        ...

    async def find(self, post_id: str) -> PostView | None:
        """The post with this id."""
        ...

    async def read_page(self, *, before: int | None, limit: int) -> Sequence[PostView]:
        """The newest posts, or those before a number; the newest first."""
        ...
