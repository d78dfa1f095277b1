"""What Nova stores: one SQLModel table per lasting thing.

Ids are UUIDs in their canonical text form; moments are aware UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NewType

from sqlalchemy import Dialect, Index, String, TypeDecorator, UniqueConstraint
from sqlmodel import Field, SQLModel

UserId = NewType("UserId", str)
ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)
ClientId = NewType("ClientId", str)
SessionId = NewType("SessionId", str)
UploadId = NewType("UploadId", str)
PostId = NewType("PostId", str)


class ConversationKind(StrEnum):
    """A direct conversation has exactly two members and no title; a group has any number."""

    DIRECT = "direct"
    GROUP = "group"


class UploadState(StrEnum):
    """A file is being received, or whole and checked."""

    RECEIVING = "receiving"
    READY = "ready"


class UtcMoment(TypeDecorator[datetime]):
    """An aware UTC datetime, kept as ISO 8601 text with microseconds and ``Z``.

    The text is what crosses the wire, sorts by time, and is written by the
    message writer without any conversion.
    """

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the base class asks so
        """Turn an aware moment into its text."""
        return None if value is None else to_text(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class asks so
        """Turn the text back into an aware moment."""
        return None if value is None else datetime.fromisoformat(value)


def to_text(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds and ``Z``, as stored and as sent.

    Raises:
        ValueError: The moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"expected an aware moment, got {moment!r}")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    """Return the moment that :func:`to_text` wrote.

    Raises:
        ValueError: The text is not such a moment.
    """
    return datetime.fromisoformat(text)


class User(SQLModel, table=True):
    """A person or a program with an account; ``username`` is lower case and unique.

    ``avatar_id`` is the upload that shows them.  What ``shares_read`` and
    ``shares_presence`` deny is not shown to others.
    """

    __tablename__ = "user"

    id: str = Field(primary_key=True)
    username: str = Field(unique=True, max_length=32)
    display_name: str = Field(max_length=64)
    password_hash: str
    created_at: datetime = Field(sa_type=UtcMoment)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    status: str = Field(default="", max_length=100)
    avatar_id: str | None = Field(default=None, index=True)
    shares_read: bool = True
    shares_presence: bool = True


class Session(SQLModel, table=True):
    """A signed-in browser on a ``device``; only the SHA-256 of its secret is kept."""

    __tablename__ = "session"

    id: str = Field(primary_key=True)
    secret_hash: str = Field(unique=True)
    user_id: str = Field(foreign_key="user.id", index=True)
    created_at: datetime = Field(sa_type=UtcMoment)
    seen_at: datetime = Field(sa_type=UtcMoment)
    device: str = Field(default="", max_length=64)


class ApiToken(SQLModel, table=True):
    """A program's key; only the SHA-256 of its secret is kept."""

    __tablename__ = "api_token"

    id: str = Field(primary_key=True)
    secret_hash: str = Field(unique=True)
    user_id: str = Field(foreign_key="user.id", index=True)
    name: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=UtcMoment)


class Conversation(SQLModel, table=True):
    """A log of events numbered 1..``last_seq`` without gaps.

    ``direct_key`` is the two sorted user ids of a direct conversation, so that two
    people have one.  ``creation_key`` makes a repeated creation answer the first.
    """

    __tablename__ = "conversation"
    __table_args__ = (UniqueConstraint("created_by", "creation_key"),)

    id: str = Field(primary_key=True)
    kind: str
    title: str = Field(max_length=100)
    created_by: str = Field(foreign_key="user.id")
    created_at: datetime = Field(sa_type=UtcMoment)
    last_seq: int = 0
    direct_key: str | None = Field(default=None, unique=True)
    creation_key: str | None = None


class Member(SQLModel, table=True):
    """A membership; both positions only ever grow.

    ``joined_seq`` is the number of the event that let them in, 0 for the first members.
    """

    __tablename__ = "member"

    conversation_id: str = Field(foreign_key="conversation.id", primary_key=True)
    user_id: str = Field(foreign_key="user.id", primary_key=True, index=True)
    joined_at: datetime = Field(sa_type=UtcMoment)
    delivered_seq: int = 0
    read_seq: int = 0
    joined_seq: int = 0


class Message(SQLModel, table=True):
    """A message as it is now; (author, client id) is unique for ever, which is what makes a repeat harmless.

    ``number`` counts all messages in the order they were stored: the index of words knows them by it.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("id"),
        UniqueConstraint("client_id", "author_id"),
        UniqueConstraint("conversation_id", "seq"),
    )

    number: int | None = Field(default=None, primary_key=True)
    id: str
    conversation_id: str = Field(foreign_key="conversation.id")
    seq: int
    author_id: str = Field(foreign_key="user.id")
    client_id: str
    text: str
    created_at: datetime = Field(sa_type=UtcMoment)


class Change(SQLModel, table=True):
    """A durable event that is not a message: it shares the conversation's numbers.

    ``kind`` is the frame's type (``member``); ``body`` is its JSON.
    """

    __tablename__ = "change"

    conversation_id: str = Field(foreign_key="conversation.id", primary_key=True)
    seq: int = Field(primary_key=True)
    kind: str
    actor_id: str = Field(foreign_key="user.id")
    body: str
    created_at: datetime = Field(sa_type=UtcMoment)


class Upload(SQLModel, table=True):
    """A file of its owner; the bytes are on disk under its id.

    ``size_bytes`` is what was announced, and once it is ready what is stored.  Images
    have a ``width`` and a ``height`` in pixels, other files 0.  ``creation_key`` makes a
    repeated announcement answer the first.
    """

    __tablename__ = "upload"
    __table_args__ = (UniqueConstraint("owner_id", "creation_key"),)

    id: str = Field(primary_key=True)
    owner_id: str = Field(foreign_key="user.id")
    creation_key: str | None = None
    name: str = Field(max_length=255)
    size_bytes: int
    content_type: str = ""
    width: int = 0
    height: int = 0
    state: str
    created_at: datetime = Field(sa_type=UtcMoment)


class Post(SQLModel, table=True):
    """A post; ``number`` grows with each."""

    __tablename__ = "post"
    __table_args__ = (UniqueConstraint("author_id", "creation_key"), UniqueConstraint("id"))

    number: int | None = Field(default=None, primary_key=True)
    id: str
    author_id: str = Field(foreign_key="user.id")
    creation_key: str
    text: str
    created_at: datetime = Field(sa_type=UtcMoment)


class PostFile(SQLModel, table=True):
    """A file under a post, in the order they were chosen."""

    __tablename__ = "post_file"

    post_id: str = Field(foreign_key="post.id", primary_key=True)
    position: int = Field(primary_key=True)
    upload_id: str = Field(foreign_key="upload.id", index=True)


class MessageFile(SQLModel, table=True):
    """A file of a message, in the order they were chosen."""

    __tablename__ = "message_file"

    message_number: int = Field(foreign_key="message.number", primary_key=True)
    position: int = Field(primary_key=True)
    upload_id: str = Field(foreign_key="upload.id", index=True)


class DeliveryState(StrEnum):
    """The state of a delivery: waiting for its first try, for another one, or for an operator."""

    PENDING = "pending"
    RETRY = "retry"
    FAILED = "failed"


class Webhook(SQLModel, table=True):
    """A URL that receives the messages of a conversation, until it has ``ended_at``."""

    __tablename__ = "webhook"

    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversation.id", index=True)
    url: str = Field(max_length=2000)
    secret: str
    created_by: str = Field(foreign_key="user.id")
    created_at: datetime = Field(sa_type=UtcMoment)
    ended_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class Delivery(SQLModel, table=True):
    """A message on its way to a webhook; it is gone once it has arrived."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "message_number"),
        Index("ix_delivery_state_next_at", "state", "next_at"),
    )

    id: str = Field(primary_key=True)
    webhook_id: str = Field(foreign_key="webhook.id")
    message_number: int = Field(foreign_key="message.number")
    state: str
    attempts: int = 0
    next_at: datetime = Field(sa_type=UtcMoment)
    leased_until: datetime | None = Field(default=None, sa_type=UtcMoment)
    last_error: str = ""
    created_at: datetime = Field(sa_type=UtcMoment)
