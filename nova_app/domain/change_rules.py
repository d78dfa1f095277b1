"""Decides what a change of a message leads to: a new event, nothing new, or a refusal. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from nova_app.domain.authorization import Action, Standing, authorize
from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.limits import REACTION_KINDS_MAX
from nova_app.domain.message_changes import Delete, Edit, MessageChange, React
from nova_app.domain.models import ConversationId, MessageId, UserId
from nova_app.domain.visible_text import shows_something

_ACTIONS = {Edit: Action.EDIT, Delete: Action.DELETE, React: Action.REACT}


@dataclass(frozen=True, slots=True)
class Target:
    """The message that a change is about, as it is now.

    Attributes:
        version_seq: The number of its newest text.
        deleted_seq: The number of its deletion; 0 while it is there.
        kinds: The emoji that it has.
        reaction_seq: The number of the event that set the actor's reaction of this emoji; 0 if it is not set.
        removal_seq: The number of the event that removed it last; 0 if it never was set.
    """

    message_id: MessageId
    conversation_id: ConversationId
    seq: int
    author_id: UserId
    text: str
    version_seq: int
    deleted_seq: int = 0
    has_files: bool = False
    kinds: Collection[str] = ()
    reaction_seq: int = 0
    removal_seq: int = 0


def find_done(change: MessageChange, target: Target | None, standing: Standing | None) -> int | None:
    """Return the number of the event that has done this already; None if a new event is needed.

    Raises:
        Refused: ``NOT_FOUND``, ``NOT_ALLOWED``, ``MESSAGE_DELETED``, ``EDIT_CONFLICT``, ``TEXT_EMPTY``,
            ``REACTION_LIMIT``.
    """
    authorize(standing, Action.READ)
    if target is None or target.conversation_id != change.conversation_id:
        raise Refused(ErrorCode.NOT_FOUND)
    authorize(standing, _ACTIONS[type(change)], is_author=target.author_id == change.actor_id)
    if isinstance(change, Delete):
        return target.deleted_seq or None
    if target.deleted_seq:
        raise Refused(ErrorCode.MESSAGE_DELETED)
    return _find_edit(change, target) if isinstance(change, Edit) else _find_reaction(change, target)


def _find_edit(edit: Edit, target: Target) -> int | None:
    if edit.base_seq is not None and edit.base_seq < target.version_seq:
        detail = f"expected an edit of version {target.version_seq}, got one of version {edit.base_seq}"
        raise Refused(ErrorCode.EDIT_CONFLICT, detail)
    if not target.has_files and not shows_something(edit.text):
        raise Refused(ErrorCode.TEXT_EMPTY)
    return target.version_seq if edit.text == target.text else None


def _find_reaction(react: React, target: Target) -> int | None:
    if not react.is_on:
        return None if target.reaction_seq else target.removal_seq or target.seq
    if target.reaction_seq:
        return target.reaction_seq
    if react.emoji not in target.kinds and len(target.kinds) >= REACTION_KINDS_MAX:
        raise Refused(ErrorCode.REACTION_LIMIT, f"expected at most {REACTION_KINDS_MAX} different emoji")
    return None
