"""Changes of stored messages: what a client asks for, the events they become, and their outcome.

Plain frozen values, free of any wire or table form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nova_app.domain.models import ClientId, ConversationId, MessageId, UploadId, UserId


@dataclass(frozen=True, slots=True)
class Edit:
    """A new text for a message; ``base_seq`` is the version that its author saw, None if it does not matter."""

    actor_id: UserId
    client_id: ClientId
    conversation_id: ConversationId
    message_id: MessageId
    text: str
    base_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """The end of a message: its text, versions, files, reactions and mentions."""

    actor_id: UserId
    client_id: ClientId
    conversation_id: ConversationId
    message_id: MessageId


@dataclass(frozen=True, slots=True)
class React:
    """An emoji of the actor at a message, set or removed."""

    actor_id: UserId
    client_id: ClientId
    conversation_id: ConversationId
    message_id: MessageId
    emoji: str
    is_on: bool


MessageChange = Edit | Delete | React
"""What a client may do to a stored message; ``(actor_id, client_id)`` names it for ever."""


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """A message got another text at ``seq``; the text is empty once the message was deleted."""

    conversation_id: ConversationId
    seq: int
    message_id: MessageId
    author_id: UserId
    client_id: ClientId
    text: str
    created_at: str
    mentions: Sequence[UserId] = ()
    mentions_all: bool = False


@dataclass(frozen=True, slots=True)
class MessageDeleted:
    """A message was deleted at ``seq`` by its author or by an admin of the conversation."""

    conversation_id: ConversationId
    seq: int
    message_id: MessageId
    user_id: UserId
    client_id: ClientId
    created_at: str


@dataclass(frozen=True, slots=True)
class ReactionChanged:
    """A member set or removed an emoji at a message, at ``seq``."""

    conversation_id: ConversationId
    seq: int
    message_id: MessageId
    user_id: UserId
    client_id: ClientId
    emoji: str
    is_on: bool
    created_at: str


ChangeEvent = MessageEdited | MessageDeleted | ReactionChanged


@dataclass(frozen=True, slots=True)
class Changed:
    """The outcome of a change.

    Attributes:
        seq: The number of the event; of a duplicate, of the event that made it so.
        duplicate: There is no new event: it was done before.
        freed: Files that were removed from the message.
        recounted: Members for whom one unread message less is left.
        deleted_of: Whose message was deleted by somebody else, an admin; None if that did not happen.
    """

    client_id: ClientId
    conversation_id: ConversationId
    message_id: MessageId
    seq: int
    created_at: str
    duplicate: bool
    freed: Sequence[UploadId] = ()
    recounted: Sequence[UserId] = ()
    deleted_of: UserId | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One text of a message; ``created_at`` is when it became the text."""

    seq: int
    text: str
    created_at: str
