"""The shapes that the HTTP API and the messaging socket share, and how domain values become them.

Each is declared here once: ``nova generate`` writes the browser's types from them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from nova_app.domain.errors import NovaError
from nova_app.domain.events import Membership, MessagePosted, Person, Quote, Reaction, Summary
from nova_app.domain.files import PostedFile
from nova_app.domain.limits import REACTION_USERS_MAX
from nova_app.domain.models import ConversationKind, Notify, Role, UserId, to_text

ADDED_LATER = msgspec.Meta(extra={"added_later": True})
"""Marks a field that is missing where a server older than the page, or an older stored record, wrote the shape."""


class FileBody(msgspec.Struct, frozen=True):
    """A file, the same wherever one is sent; the URLs are paths of this origin.

    ``alt`` describes it in a message; it is left out where its author did not.
    """

    id: str
    url: str
    thumbnail_url: str
    name: str
    content_type: str
    size_bytes: int
    width: int
    height: int
    alt: str | UnsetType = UNSET


class QuoteBody(msgspec.Struct, frozen=True):
    """The message that another one replies to: 200 characters of its text, none once it was deleted."""

    message_id: str
    seq: int
    author_id: str
    author_name: str
    text: str
    deleted: Literal[True] | UnsetType = UNSET


class ReactionBody(msgspec.Struct, frozen=True):
    """An emoji at a message: how many users set it, and at most 20 of them."""

    emoji: str
    count: int
    user_ids: tuple[str, ...]


class MessageBody(msgspec.Struct, frozen=True):
    """A message in its present form; fields without a value are left out.

    ``version_seq`` is the number of its newest edit, else its own.  Servers older than edits leave out
    ``version_seq``, ``mentions`` and ``reactions``, too.
    """

    conversation_id: str
    message_id: str
    seq: int
    client_id: str
    author_id: str
    author_name: Annotated[str, ADDED_LATER]
    text: str
    created_at: str
    files: tuple[FileBody, ...] | UnsetType = UNSET
    version_seq: int | UnsetType = UNSET
    edited_at: str | UnsetType = UNSET
    deleted: Literal[True] | UnsetType = UNSET
    reply_to: QuoteBody | UnsetType = UNSET
    mentions: tuple[str, ...] | UnsetType = UNSET
    mentions_all: Literal[True] | UnsetType = UNSET
    reactions: tuple[ReactionBody, ...] | UnsetType = UNSET


class PersonBody(msgspec.Struct, frozen=True):
    """A user's public profile; ``avatar_url`` is a path of this origin, empty without a picture."""

    user_id: str
    username: str
    display_name: str
    status: Annotated[str, ADDED_LATER]
    avatar_url: Annotated[str, ADDED_LATER]


class MemberBody(PersonBody, frozen=True):
    """A member of a conversation; ``joined_seq`` is the number of the event that let them in.

    ``role`` is left out in direct conversations, which have none.
    """

    joined_seq: Annotated[int, ADDED_LATER]
    role: Role | UnsetType = UNSET


class SummaryBody(msgspec.Struct, frozen=True):
    """A conversation as its member sees it.

    The member's own settings are left out where they are not set, and ``unread_mentions`` where there are none.
    """

    id: str
    kind: ConversationKind
    title: str
    members: tuple[MemberBody, ...]
    last_seq: int
    read_seq: int
    unread: int
    created_at: str
    created_by: Annotated[str, ADDED_LATER]
    last_message: MessageBody | None
    unread_mentions: int | UnsetType = UNSET
    pinned: Literal[True] | UnsetType = UNSET
    muted_until: str | UnsetType = UNSET
    notify: Notify | UnsetType = UNSET


class ErrorBody(msgspec.Struct, frozen=True):
    """The error of a ``nack`` or ``error`` frame; ``message`` is for people, ``detail`` for programs."""

    kind: str
    code: str
    message: str
    detail: Annotated[str, ADDED_LATER]
    retryable: bool
    retry_after_ms: int | UnsetType = UNSET


MessageT = TypeVar("MessageT", bound=MessageBody)
PersonT = TypeVar("PersonT", bound=PersonBody)


def to_fields(body: msgspec.Struct) -> dict[str, Any]:
    """Return a body as plain JSON fields, for the HTTP API."""
    fields: dict[str, Any] = msgspec.to_builtins(body)
    return fields


def file_body(file: PostedFile) -> FileBody:
    """Return a file as it is sent."""
    url = f"/api/v1/uploads/{file.upload_id}"
    return FileBody(
        id=file.upload_id,
        url=url,
        thumbnail_url=f"{url}/thumbnail" if file.facts.width else "",
        name=file.name,
        content_type=file.facts.content_type,
        size_bytes=file.facts.size_bytes,
        width=file.facts.width,
        height=file.facts.height,
        alt=file.alt or UNSET,
    )


def message_as(kind: type[MessageT], message: MessagePosted, viewer_id: UserId | None = None) -> MessageT:
    """Return a message as a body, or as a frame that has the same fields.

    Args:
        viewer_id: Whom reactions name in any case, however many others there are.
    """
    return kind(
        conversation_id=message.conversation_id,
        message_id=message.message_id,
        seq=message.seq,
        client_id=message.client_id,
        author_id=message.author_id,
        author_name=message.author_name,
        text=message.text,
        created_at=message.created_at,
        files=tuple(map(file_body, message.files)) if message.files else UNSET,
        **_present_form(message, viewer_id),
    )


def _present_form(message: MessagePosted, viewer_id: UserId | None) -> dict[str, Any]:
    """Return the fields that later events change; none where they are not known."""
    if not message.version_seq:
        return {}
    return {
        "version_seq": message.version_seq,
        "edited_at": message.edited_at or UNSET,
        "deleted": message.is_deleted or UNSET,
        "reply_to": _quote_body(message.reply_to) if message.reply_to else UNSET,
        "mentions": tuple(message.mentions),
        "mentions_all": message.mentions_all or UNSET,
        "reactions": tuple(ReactionBody(r.emoji, r.count, _named(r, viewer_id)) for r in message.reactions),
    }


def _named(reaction: Reaction, viewer_id: UserId | None) -> tuple[UserId, ...]:
    """Return the first users of a reaction, with the viewer if they are one of all."""
    first, others = tuple(reaction.user_ids[:REACTION_USERS_MAX]), reaction.user_ids[REACTION_USERS_MAX:]
    return (viewer_id, *first[:-1]) if viewer_id is not None and viewer_id in others else first


def _quote_body(quote: Quote) -> QuoteBody:
    return QuoteBody(
        message_id=quote.message_id,
        seq=quote.seq,
        author_id=quote.author_id,
        author_name=quote.author_name,
        text=quote.text,
        deleted=True if quote.is_deleted else UNSET,
    )


def message_body(message: MessagePosted, viewer_id: UserId | None = None) -> MessageBody:
    """Return a message as it is sent to this viewer, if it is to one."""
    return message_as(MessageBody, message, viewer_id)


def person_as(kind: type[PersonT], person: Person) -> PersonT:
    """Return a user's public profile as a body, or as a frame that has the same fields."""
    return kind(
        user_id=person.user_id,
        username=person.username,
        display_name=person.display_name,
        status=person.status,
        avatar_url=avatar_url(person.avatar_id),
    )


def person_body(person: Person) -> PersonBody:
    """Return a user's public profile as it is sent."""
    return person_as(PersonBody, person)


def member_body(member: Membership) -> MemberBody:
    """Return a member of a conversation as it is sent."""
    person = member.person
    return MemberBody(
        person.user_id,
        person.username,
        person.display_name,
        person.status,
        avatar_url(person.avatar_id),
        member.joined_seq,
        member.role or UNSET,
    )


def avatar_url(avatar_id: str | None) -> str:
    """Return the path of a user's avatar, empty where they have none."""
    return f"/api/v1/uploads/{avatar_id}/thumbnail" if avatar_id else ""


def summary_body(summary: Summary) -> SummaryBody:
    """Return a conversation as it is sent."""
    return SummaryBody(
        id=summary.id,
        kind=summary.kind,
        title=summary.title,
        members=tuple(map(member_body, summary.members)),
        last_seq=summary.last_seq,
        read_seq=summary.read_seq,
        unread=summary.unread,
        created_at=to_text(summary.created_at),
        created_by=summary.created_by,
        last_message=None if summary.last_message is None else message_body(summary.last_message),
        unread_mentions=summary.unread_mentions or UNSET,
        pinned=summary.is_pinned or UNSET,
        muted_until=summary.muted_until or UNSET,
        notify=summary.notify or UNSET,
    )


def error_body(error: NovaError) -> ErrorBody:
    """Return the error of a ``nack`` or ``error`` frame."""
    seconds = error.retry_after_seconds
    return ErrorBody(
        kind=error.kind,
        code=error.code,
        message=error.text,
        detail=error.detail,
        retryable=error.retryable,
        retry_after_ms=UNSET if seconds is None else round(seconds * 1000),
    )
