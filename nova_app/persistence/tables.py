"""The tables of the database: one SQLModel class per table.

Ids are UUIDs in their canonical text form; moments are aware UTC. What leaves this room are the entities of
``domain.models``: :func:`to_row` and :func:`to_entity` turn one into the other.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Dialect, Index, String, TypeDecorator, UniqueConstraint
from sqlmodel import Field, SQLModel

from nova_app.domain.models import to_text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = TypeVar("Row", bound=SQLModel)
Entity = TypeVar("Entity", bound="DataclassInstance")


def to_row(table: type[Row], entity: DataclassInstance) -> Row:
    """Return an entity as a row of its table."""
    return table(**asdict(entity))


def to_entity(shape: type[Entity], row: SQLModel) -> Entity:
    """Return a row as the entity it is outside."""
    return shape(**{field.name: getattr(row, field.name) for field in fields(shape)})


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


class User(SQLModel, table=True):
    """A person or a program with an account; ``username`` is lower case and unique.

    ``avatar_id`` is the upload that shows them.  What ``shares_read`` and
    ``shares_presence`` deny is not shown to others.  An ``is_admin`` administers the
    server; an ``is_service`` is a program of the server's own, such as the prober.
    With ``only_acquaintances_add`` nobody else adds them to a conversation.
    ``posts_read`` is the number of the newest post that they have read.
    ``password_notice`` is a ``PasswordNotice``.
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
    only_acquaintances_add: bool = False
    notify: str = "all"
    quiet_hours: str = ""
    link_previews: bool = True
    is_admin: bool = False
    is_service: bool = False
    posts_read: int = 0
    password_notice: str = ""


class Session(SQLModel, table=True):
    """A signed-in browser on a ``device``; only the SHA-256 of its secret is kept."""

    __tablename__ = "session"

    id: str = Field(primary_key=True)
    secret_hash: str = Field(unique=True)
    user_id: str = Field(foreign_key="user.id", index=True)
    created_at: datetime = Field(sa_type=UtcMoment)
    seen_at: datetime = Field(sa_type=UtcMoment)
    device: str = Field(default="", max_length=64)


class AccountEvent(SQLModel, table=True):
    """What happened to an account, from where; ``name`` is a token's."""

    __tablename__ = "account_event"

    id: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="user.id", index=True)
    kind: str
    at: datetime = Field(sa_type=UtcMoment)
    device: str = Field(max_length=64)
    address: str = Field(max_length=64)
    name: str = Field(max_length=64)


class Invite(SQLModel, table=True):
    """A link to create an account, until it expires or was used ``max_uses`` times (None: any number)."""

    __tablename__ = "invite"

    id: str = Field(primary_key=True)
    secret_hash: str = Field(unique=True)
    created_by: str | None = Field(default=None, foreign_key="user.id")
    created_at: datetime = Field(sa_type=UtcMoment)
    expires_at: datetime = Field(sa_type=UtcMoment)
    max_uses: int | None = None
    uses: int = 0


class PasswordReset(SQLModel, table=True):
    """A link to set the password of an account once; ``created_by`` is the id of an admin, None by command."""

    __tablename__ = "password_reset"

    user_id: str = Field(primary_key=True, foreign_key="user.id")
    secret_hash: str = Field(unique=True)
    created_at: datetime = Field(sa_type=UtcMoment)
    expires_at: datetime = Field(sa_type=UtcMoment)
    created_by: str | None = None


class ReadinessCheck(SQLModel, table=True):
    """The row that the check of readiness writes, so that a database that takes no writes is found out."""

    __tablename__ = "readiness"

    id: int = Field(primary_key=True)
    checked_at: str


class ApiToken(SQLModel, table=True):
    """A program's key; only the SHA-256 of its secret is kept."""

    __tablename__ = "api_token"

    id: str = Field(primary_key=True)
    secret_hash: str = Field(unique=True)
    user_id: str = Field(foreign_key="user.id", index=True)
    name: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=UtcMoment)
    scopes: str
    expires_at: datetime = Field(sa_type=UtcMoment)
    used_at: datetime | None = Field(default=None, sa_type=UtcMoment)


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
    """A membership.

    ``joined_seq`` is the number of the event that let them in, 0 for the first members.
    ``read_seq`` is the member's own and may go back; ``receipt_seq`` is the highest it ever was, which others see.
    ``role`` is None in a direct conversation.  ``muted_until`` is a moment or ``forever``; ``notify`` is None where
    the user's own default applies.
    """

    __tablename__ = "member"

    conversation_id: str = Field(foreign_key="conversation.id", primary_key=True)
    user_id: str = Field(foreign_key="user.id", primary_key=True, index=True)
    joined_at: datetime = Field(sa_type=UtcMoment)
    delivered_seq: int = 0
    read_seq: int = 0
    joined_seq: int = 0
    role: str | None = None
    receipt_seq: int = 0
    is_pinned: bool = False
    muted_until: str | None = Field(default=None, max_length=27)
    notify: str | None = None


class Message(SQLModel, table=True):
    """A message as it is now; (author, client id) is unique for ever, which is what makes a repeat harmless.

    ``number`` counts all messages in the order they were stored: the index of words knows them by it.
    ``edited_seq`` and ``deleted_seq`` are the numbers of those events, 0 for none; ``first_text`` is the text before
    the first edit.  ``mentions`` is a JSON list of users.
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
    edited_seq: int = 0
    edited_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    first_text: str | None = None
    deleted_seq: int = 0
    reply_seq: int | None = None
    mentions: str = "[]"
    mentions_all: bool = False


class Change(SQLModel, table=True):
    """A durable event that is not a message: it shares the conversation's numbers.

    ``kind`` is the frame's type (``member``, ``renamed``, ``edited``, ``deleted``, ``reaction``); ``body`` is its JSON.
    ``message_id`` is the message that changed.
    """

    __tablename__ = "change"

    conversation_id: str = Field(foreign_key="conversation.id", primary_key=True)
    seq: int = Field(primary_key=True)
    kind: str
    actor_id: str = Field(foreign_key="user.id")
    body: str
    created_at: datetime = Field(sa_type=UtcMoment)
    message_id: str | None = Field(default=None, index=True)


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


class MessageFile(SQLModel, table=True):
    """A file of a message, in the order they were chosen; ``alt`` describes it."""

    __tablename__ = "message_file"

    message_number: int = Field(foreign_key="message.number", primary_key=True)
    position: int = Field(primary_key=True)
    upload_id: str = Field(foreign_key="upload.id", index=True)
    alt: str = ""


class Webhook(SQLModel, table=True):
    """A URL that receives the messages of a conversation, until it has ``ended_at``; without one, the posts."""

    __tablename__ = "webhook"

    id: str = Field(primary_key=True)
    conversation_id: str | None = Field(default=None, foreign_key="conversation.id", index=True)
    url: str = Field(max_length=2000)
    secret: str
    created_by: str = Field(foreign_key="user.id")
    created_at: datetime = Field(sa_type=UtcMoment)
    ended_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class Delivery(SQLModel, table=True):
    """An event to be delivered to a webhook; deleted once it was delivered.

    ``post_event`` is the JSON of an event of a post.

    ``event_seq`` is 0 for the message itself, otherwise the number of the event that changed it. An event that concerns
    no message, such as a membership, has no ``message_number``.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "message_number", "event_seq"),
        Index("ix_delivery_state_next_at", "state", "next_at"),
    )

    id: str = Field(primary_key=True)
    webhook_id: str = Field(foreign_key="webhook.id")
    message_number: int | None = Field(default=None, foreign_key="message.number")
    event_seq: int = 0
    state: str
    attempts: int = 0
    next_at: datetime = Field(sa_type=UtcMoment)
    leased_until: datetime | None = Field(default=None, sa_type=UtcMoment)
    last_error: str = ""
    created_at: datetime = Field(sa_type=UtcMoment)
    post_id: str | None = Field(default=None, foreign_key="post.id", index=True)
    post_event: str | None = None
