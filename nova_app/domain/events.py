"""Commands that ask for something to be stored, and the events that say it was.

Plain frozen values, free of any wire or table form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, NamedTuple

from nova_app.domain.files import PostedFile
from nova_app.domain.message_changes import ChangeEvent
from nova_app.domain.models import (
    ClientId,
    ConversationId,
    ConversationKind,
    MessageId,
    Notify,
    Role,
    SessionId,
    UploadId,
    UserId,
    to_text,
)
from nova_app.domain.token_scopes import Scope


@dataclass(frozen=True, slots=True)
class Draft:
    """A message on its way in; ``(author_id, client_id)`` names it for ever.

    ``upload_ids`` are whole files of the author, in the order they are shown; with them
    the text may be empty.  ``reply_to`` is a message of the same conversation.  ``alt_texts``
    describe files, by their ids.
    """

    author_id: UserId
    client_id: ClientId
    conversation_id: ConversationId
    text: str
    upload_ids: tuple[UploadId, ...] = ()
    reply_to: MessageId | None = None
    alt_texts: Mapping[UploadId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Quote:
    """The message that another one replies to, as it is now; the text is cut, and empty once it was deleted."""

    message_id: MessageId
    seq: int
    author_id: UserId
    author_name: str
    text: str
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji at a message: how many set it, and who, the first one first; of a post only the first of them."""

    emoji: str
    count: int
    user_ids: Sequence[UserId]


@dataclass(frozen=True, slots=True)
class MessagePosted:
    """A message that was committed at ``seq``, in its present form; moments are ISO 8601 text, UTC.

    Attributes:
        author_name: What the author is called now, whether or not they are still a member.
        version_seq: The number of its newest edit, else its own; 0 where it is not known.
        edited_at: When that was; empty if it was never edited.
        is_deleted: It was deleted; nothing but its place is left.
        reply_to: What it replies to.
        mentions: The users that it mentions, and ``mentions_all`` whether it mentions everybody.
        reactions: In the order of their first one.
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
    version_seq: int = 0
    edited_at: str = ""
    is_deleted: bool = False
    reply_to: Quote | None = None
    mentions: Sequence[UserId] = ()
    mentions_all: bool = False
    reactions: Sequence[Reaction] = ()


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """A user joined, left or was removed at ``seq``, by what ``actor_id`` did.

    ``display_name`` is what the user was called then, ``actor_name`` what the actor is called now.
    """

    conversation_id: ConversationId
    seq: int
    user_id: UserId
    username: str
    display_name: str
    action: Literal["joined", "left", "removed"]
    actor_id: UserId
    created_at: str
    actor_name: str = ""


@dataclass(frozen=True, slots=True)
class ConversationRenamed:
    """A group got another title at ``seq``; ``actor_name`` is what the actor is called now."""

    conversation_id: ConversationId
    seq: int
    title: str
    actor_id: UserId
    created_at: str
    actor_name: str = ""


Event = MessagePosted | MemberChanged | ConversationRenamed | ChangeEvent
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
        was_read: It was read up to here before, and marked as unread since.
    """

    kind: str
    conversation_id: ConversationId
    user_id: UserId
    seq: int
    is_private: bool = False
    was_delivered: bool = False
    is_newest: bool = False
    was_read: bool = False

    @property
    def public(self) -> Position | None:
        """What the other members may know: of what is read in private, that it was delivered.

        None where they know that already: saying it again would tell when it was read.
        """
        if self.was_read:
            return None
        if not self.is_private:
            return self
        return None if self.was_delivered else replace(self, kind="delivered")


@dataclass(frozen=True, slots=True)
class Typing:
    """A user is typing; true for a few seconds, never stored."""

    conversation_id: ConversationId
    user_id: UserId


@dataclass(frozen=True, slots=True)
class PreviewsRemoved:
    """The author of a message took its link previews away; not an event of the log."""

    conversation_id: ConversationId
    message_id: MessageId


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
        role: None in a direct conversation.
    """

    person: Person
    joined_seq: int = 0
    role: Role | None = None

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
        only_acquaintances_add: Only users who share a conversation with this one may add them to another.
        notify: What they are notified of, where a conversation does not say otherwise; ``quiet_hours``: JSON, or empty.
        link_previews: Whether they see link previews, where the server offers these.
        asks_longer_password: They signed in with a short one, and have not answered yet.
    """

    user_id: UserId
    username: str
    display_name: str
    created_at: datetime
    status: str = ""
    avatar_id: str | None = None
    shares_read: bool = True
    shares_presence: bool = True
    only_acquaintances_add: bool = False
    notify: str = Notify.ALL
    quiet_hours: str = ""
    link_previews: bool = True
    is_admin: bool = False
    asks_longer_password: bool = False

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
        scopes: What the token may do (``domain.token_scopes``); a session may do everything.
        signed_in_at: When the session began; None for a token.
    """

    user_id: UserId
    session_id: SessionId
    is_token: bool = False
    scopes: frozenset[str] = frozenset()
    signed_in_at: datetime | None = None

    @property
    def may_write(self) -> bool:
        """Whether messages may be sent and changed on a socket, and positions moved."""
        return not self.is_token or Scope.MESSAGES_WRITE in self.scopes


class ListPlace(NamedTuple):
    """A place in a list of conversations: when one was last active, and which one; greater is further up."""

    active_at: str
    conversation_id: ConversationId


@dataclass(frozen=True, slots=True)
class Summary:
    """One conversation as its member sees it.

    Attributes:
        members: Ordered by the time they joined, then by user name.
        last_seq: The number of the newest durable event; 0 while there is none.
        read_seq: The asking member's own position.
        unread: Messages of others after ``read_seq`` that were not deleted; more than ``UNREAD_MAX`` count as that.
        unread_mentions: How many of them mention the member.
        is_pinned: The member keeps it at the top of their list.
        muted_until: A moment, ``forever``, or empty if it is not muted.
        notify: What the member is notified of here; None if their default applies.
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
    unread_mentions: int = 0
    is_pinned: bool = False
    muted_until: str = ""
    notify: Notify | None = None

    @property
    def place(self) -> ListPlace:
        """Where it is in the list."""
        return ListPlace(self.last_message.created_at if self.last_message else to_text(self.created_at), self.id)


@dataclass(frozen=True, slots=True)
class Page:
    """Consecutive messages of a conversation, ascending.

    Attributes:
        has_more: There are further messages in the direction of reading.
        last_seq: The conversation's newest number at the moment of the read.
        has_older: There are messages before these; ``has_newer``: after these.
        target_seq: The message that the read was centred on, if there is one.
        former_authors: Those who wrote some of these messages and are not members any more.
        events: The memberships and renames between these messages, ascending; at most ``PAGE_EVENTS_MAX``.
    """

    items: Sequence[MessagePosted]
    has_more: bool
    last_seq: int
    has_older: bool
    has_newer: bool
    target_seq: int | None = None
    former_authors: Sequence[Person] = ()
    events: Sequence[MemberChanged | ConversationRenamed] = ()
