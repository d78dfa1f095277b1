"""Commands that ask for something to be stored, and the events that say it was.

Plain frozen values, free of any wire or table form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from nova_app.domain.files import PostedFile
from nova_app.domain.models import (
    ClientId,
    ConversationId,
    ConversationKind,
    MessageId,
    SessionId,
    UploadId,
    UserId,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A message on its way in; ``(author_id, client_id)`` names it for ever.

    ``upload_ids`` are whole files of the author, in the order they are shown; with them
    the text may be empty.
    """

    author_id: UserId
    client_id: ClientId
    conversation_id: ConversationId
    text: str
    upload_ids: tuple[UploadId, ...] = ()


@dataclass(frozen=True, slots=True)
class MessagePosted:
    """A message was committed at ``seq``; ``created_at`` is ISO 8601 text, UTC.

    ``author_name`` is what the author is called now, whether or not they are still a member.
    """

    conversation_id: ConversationId
    seq: int
    message_id: MessageId
    client_id: ClientId
    author_id: UserId
    text: str
    created_at: str
    files: Sequence[PostedFile] = ()
    author_name: str = ""


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """A user joined or left at ``seq``; ``action`` is ``joined`` or ``left``."""

    conversation_id: ConversationId
    seq: int
    user_id: UserId
    username: str
    display_name: str
    action: Literal["joined", "left"]
    actor_id: UserId
    created_at: str


Event = MessagePosted | MemberChanged
"""A durable event: it has a conversation and a number in it."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a draft: the stored message, and whether it was there before."""

    message: MessagePosted
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Position:
    """How far one member has received (``delivered``) or seen (``read``) a conversation.

    Attributes:
        is_private: Not shown to other users.
        was_delivered: It was delivered up to here before.
        is_newest: It is the newest event at that moment.
    """

    kind: str
    conversation_id: ConversationId
    user_id: UserId
    seq: int
    is_private: bool = False
    was_delivered: bool = False
    is_newest: bool = False

    @property
    def public(self) -> Position | None:
        """What the other members may know: of what is read in private, that it was delivered.

        None where they know that already: saying it again would tell when it was read.
        """
        if not self.is_private:
            return self
        return None if self.was_delivered else replace(self, kind="delivered")


@dataclass(frozen=True, slots=True)
class Typing:
    """A user is typing; true for a few seconds, never stored."""

    conversation_id: ConversationId
    user_id: UserId


@dataclass(frozen=True, slots=True)
class Person:
    """The public part of a user's profile.

    Attributes:
        status: A short text about the user; may be empty.
        avatar_id: The upload that shows them.
    """

    user_id: UserId
    username: str
    display_name: str
    status: str = ""
    avatar_id: str | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """A member of a conversation.

    Attributes:
        joined_seq: The number of the event that let them in; 0 for the first members. What
            was said before was never sent to them.
    """

    person: Person
    joined_seq: int = 0

    @property
    def user_id(self) -> UserId:
        """The user's id."""
        return self.person.user_id


@dataclass(frozen=True, slots=True)
class Profile:
    """A user's own profile.

    Attributes:
        shares_read: Others may learn how far this user has read.
        shares_presence: Others may learn whether this user is here.
    """

    user_id: UserId
    username: str
    display_name: str
    created_at: datetime
    status: str = ""
    avatar_id: str | None = None
    shares_read: bool = True
    shares_presence: bool = True
    is_admin: bool = False

    @property
    def person(self) -> Person:
        """The public part."""
        return Person(self.user_id, self.username, self.display_name, self.status, self.avatar_id)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is asking: a user, and the session (or token) they came with.

    Attributes:
        session_id: The id of the session row, or of the API token row.
        is_token: A program's token rather than a browser's session.
    """

    user_id: UserId
    session_id: SessionId
    is_token: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """One conversation as its member sees it.

    Attributes:
        members: Ordered by the time they joined, then by user name.
        last_seq: The number of the newest durable event; 0 while there is none.
        read_seq: The asking member's own position.
        unread: Messages of others after ``read_seq``.
        created_by: Who made it; they may have left since.
        last_message: The newest message, None while there is none.
    """

    id: ConversationId
    kind: ConversationKind
    title: str
    members: Sequence[Membership]
    last_seq: int
    read_seq: int
    unread: int
    created_at: datetime
    created_by: UserId
    last_message: MessagePosted | None


@dataclass(frozen=True, slots=True)
class Page:
    """Consecutive messages of a conversation, ascending.

    Attributes:
        has_more: There are further messages in the direction of reading.
        last_seq: The conversation's newest number at the moment of the read.
        has_older: There are messages before these; ``has_newer``: after these.
        target_seq: The message that the read was centred on, if there is one.
        former_authors: Those who wrote some of these messages and are not members any more.
    """

    items: Sequence[MessagePosted]
    has_more: bool
    last_seq: int
    has_older: bool
    has_newer: bool
    target_seq: int | None = None
    former_authors: Sequence[Person] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that matched, with the name of its conversation for the searching user."""

    message: MessagePosted
    conversation_name: str
    author_avatar_id: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, the newest first.

    Attributes:
        index_type: Which index answered; empty where none was asked.
        looked_at: How many of its rows were looked at.
    """

    hits: Sequence[Hit]
    has_more: bool
    index_type: str
    looked_at: int
