"""The one rule of who may do what in a conversation, for REST, socket, search and files. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.models import ConversationKind, Role


class Action(StrEnum):
    """What a user may do in a conversation."""

    READ = "read"
    SEND = "send"
    EDIT = "edit"
    DELETE = "delete"
    REACT = "react"
    MENTION_ALL = "mention_all"
    ADD_MEMBER = "add_member"
    REMOVE_MEMBER = "remove_member"
    CHANGE_ROLE = "change_role"
    RENAME = "rename"
    LEAVE = "leave"
    MANAGE_WEBHOOKS = "manage_webhooks"
    CHANGE_OWN_SETTINGS = "change_own_settings"


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's place in a conversation; ``role`` is None in a direct conversation."""

    kind: ConversationKind
    role: Role | None

    @property
    def is_admin(self) -> bool:
        """Whether this member has the rights of an admin."""
        return self.role in (Role.OWNER, Role.ADMIN)


_BY_ANY_MEMBER = frozenset(
    {
        Action.READ,
        Action.SEND,
        Action.REACT,
        Action.ADD_MEMBER,
        Action.LEAVE,
        Action.MANAGE_WEBHOOKS,
        Action.CHANGE_OWN_SETTINGS,
    }
)
_BY_AUTHOR = frozenset({Action.EDIT, Action.DELETE})
_BY_ADMIN = frozenset({Action.DELETE, Action.MENTION_ALL, Action.RENAME})
_ON_MEMBERS = frozenset({Action.REMOVE_MEMBER, Action.CHANGE_ROLE})
_RANKS = {Role.MEMBER: 0, Role.ADMIN: 1, Role.OWNER: 2}


def may(
    standing: Standing | None,
    action: Action,
    *,
    is_author: bool = False,
    subject: Role | None = None,
    new_role: Role | None = None,
) -> bool:
    """Return whether a user may do this.

    Args:
        standing: None for a user who is no member.
        is_author: Whether what is acted on is the user's own message.
        subject: The role of the member who is acted on.
        new_role: The role that they would get.
    """
    if standing is None:
        return False
    if action in _BY_ANY_MEMBER or (is_author and action in _BY_AUTHOR):
        return True
    if action in _ON_MEMBERS:
        return _commands(standing.role, subject, new_role or Role.MEMBER)
    return standing.is_admin and action in _BY_ADMIN


def _commands(role: Role | None, subject: Role | None, new_role: Role) -> bool:
    """Return whether this role has power over another: owners over everybody, admins over members.

    Nobody gives a role above their own.
    """
    if role is None or subject is None or _RANKS[new_role] > _RANKS[role]:
        return False
    return role is Role.OWNER or _RANKS[role] > _RANKS[subject]


def authorize(
    standing: Standing | None,
    action: Action,
    *,
    is_author: bool = False,
    subject: Role | None = None,
    new_role: Role | None = None,
) -> None:
    """Refuse what a user may not do.

    Raises:
        Refused: ``NOT_ALLOWED`` for a member without the right; ``NOT_FOUND`` for all others, as if there were no
            such conversation.
    """
    if standing is None:
        raise Refused(ErrorCode.NOT_FOUND)
    if not may(standing, action, is_author=is_author, subject=subject, new_role=new_role):
        raise Refused(ErrorCode.NOT_ALLOWED)
