"""The entities that the services know, their ids, and how moments are written.

Ids are UUIDs in their canonical text form; moments are aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NewType

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


class Role(StrEnum):
    """A member's role in a group; direct conversations have none."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"


class Notify(StrEnum):
    """Which messages a user is notified of."""

    ALL = "all"
    MENTIONS = "mentions"
    NONE = "none"


class PasswordNotice(StrEnum):
    """Whether a user is asked for a longer password: not yet, now, or they were and never are again."""

    NONE = ""
    DUE = "due"
    DONE = "done"


class UploadState(StrEnum):
    """A file is being received, or whole and checked."""

    RECEIVING = "receiving"
    READY = "ready"


class DeliveryState(StrEnum):
    """The state of a delivery: waiting for its first try, for another one, or for an operator."""

    PENDING = "pending"
    RETRY = "retry"
    FAILED = "failed"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person or a program with an account; ``username`` is lower case and unique.

    ``avatar_id`` is the upload that shows them.  What ``shares_read`` and
    ``shares_presence`` deny is not shown to others.  ``notify`` is the default of their conversations;
    with ``only_acquaintances_add`` nobody else adds them to one;
    ``quiet_hours`` is JSON, empty for none. ``link_previews``: whether they see those.  An ``is_admin`` administers the
    server; an ``is_service`` is a program of the server's own, such as the prober.
    """

    id: str
    username: str
    display_name: str
    password_hash: str
    created_at: datetime
    disabled_at: datetime | None = None
    status: str = ""
    avatar_id: str | None = None
    shares_read: bool = True
    shares_presence: bool = True
    only_acquaintances_add: bool = False
    notify: str = Notify.ALL
    quiet_hours: str = ""
    link_previews: bool = True
    is_admin: bool = False
    is_service: bool = False
    password_notice: str = PasswordNotice.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in browser on a ``device``; only the SHA-256 of its secret is kept."""

    id: str
    secret_hash: str
    user_id: str
    created_at: datetime
    seen_at: datetime
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What of a session or token decides whether it still opens the account.

    A session has ``seen_at``, a token ``expires_at``.
    """

    id: str
    created_at: datetime
    seen_at: datetime | None
    disabled_at: datetime | None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """A link to create an account, until it expires or was used ``max_uses`` times (None: any number).

    ``created_by`` is None where it was made by command.
    """

    id: str
    secret_hash: str
    created_by: str | None
    created_at: datetime
    expires_at: datetime
    max_uses: int | None
    uses: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReset:
    """A link to set the password of an account once; an account has at most one.

    ``created_by`` is None where it was made by command.
    """

    user_id: str
    secret_hash: str
    created_at: datetime
    expires_at: datetime
    created_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A program's key; only the SHA-256 of its secret is kept.

    ``scopes`` are names with spaces between them (``domain.token_scopes``).
    """

    id: str
    secret_hash: str
    user_id: str
    name: str
    created_at: datetime
    scopes: str
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file of its owner; the bytes are on disk under its id.

    ``size_bytes`` is what was announced, and once it is ready what is stored.  Images
    have a ``width`` and a ``height`` in pixels, other files 0.  ``creation_key`` makes a
    repeated announcement answer the first.
    """

    id: str
    owner_id: str
    creation_key: str | None = None
    name: str
    size_bytes: int
    content_type: str = ""
    width: int = 0
    height: int = 0
    state: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What a user posted."""

    id: str
    author_id: str
    creation_key: str
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What a user wrote under a post."""

    id: str
    post_id: str
    author_id: str
    creation_key: str
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A URL that receives the messages of a conversation, until it has ``ended_at``; without one, the posts."""

    id: str
    conversation_id: str | None
    url: str
    secret: str
    created_by: str
    created_at: datetime
    ended_at: datetime | None = None
