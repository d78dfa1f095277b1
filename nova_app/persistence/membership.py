"""Writes around membership; each runs inside the writer's transaction.

A direct conversation is found by its two people, a repeated creation by its key.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, select

from nova_app.domain.authorization import Standing
from nova_app.domain.events import MemberChanged
from nova_app.domain.models import ConversationId, ConversationKind, Role, UserId, to_text
from nova_app.persistence.tables import Change, Conversation, Member, User


@dataclass(frozen=True, slots=True)
class NewConversation:
    """A conversation to create or find."""

    id: ConversationId
    kind: ConversationKind
    title: str
    creator_id: UserId
    member_ids: Sequence[UserId]
    creation_key: str | None
    created_at: datetime

    def find_or_add(self, session: Session) -> tuple[ConversationId, bool]:
        """Return the id of the one that is meant, and whether it is new."""
        found = self._find_by_key(session) or self._find_by_pair(session)
        if found is not None:
            return found, False
        session.add(
            Conversation(
                id=self.id,
                kind=self.kind,
                title=self.title,
                created_by=self.creator_id,
                created_at=self.created_at,
                direct_key=self._direct_key,
                creation_key=self.creation_key,
            )
        )
        session.flush()
        session.add_all(
            Member(conversation_id=self.id, user_id=user_id, joined_at=self.created_at, role=self._role_of(user_id))
            for user_id in self._everyone
        )
        return self.id, True

    def _role_of(self, user_id: UserId) -> Role | None:
        if self.kind is ConversationKind.DIRECT:
            return None
        return Role.OWNER if user_id == self.creator_id else Role.MEMBER

    @property
    def _everyone(self) -> list[UserId]:
        return list(dict.fromkeys((self.creator_id, *self.member_ids)))

    @property
    def _direct_key(self) -> str | None:
        return ":".join(sorted(self._everyone)) if self.kind is ConversationKind.DIRECT else None

    def _find_by_key(self, session: Session) -> ConversationId | None:
        if self.creation_key is None:
            return None
        statement = select(Conversation.id).where(
            Conversation.created_by == self.creator_id, Conversation.creation_key == self.creation_key
        )
        return _first_id(session.exec(statement).first())

    def _find_by_pair(self, session: Session) -> ConversationId | None:
        if self._direct_key is None:
            return None
        return _first_id(
            session.exec(select(Conversation.id).where(Conversation.direct_key == self._direct_key)).first()
        )


def join(
    session: Session, conversation_id: ConversationId, user_id: UserId, actor_id: UserId, at: datetime
) -> MemberChanged | None:
    """Add a member and number the event; see ``ConversationRepository.add_member``."""
    if session.get(Member, (conversation_id, user_id)) is not None:
        return None
    event = _number(session, conversation_id, user_id, action="joined", actor_id=actor_id, at=at)
    session.add(
        Member(
            conversation_id=conversation_id,
            user_id=user_id,
            joined_at=at,
            delivered_seq=event.seq,
            read_seq=event.seq,
            receipt_seq=event.seq,
            joined_seq=event.seq,
            role=Role.MEMBER if _has_owner(session, conversation_id) else Role.OWNER,
        )
    )
    return event


def leave(
    session: Session, conversation_id: ConversationId, user_id: UserId, actor_id: UserId, at: datetime
) -> MemberChanged | None:
    """Remove a member and number the event; see ``ConversationRepository.remove_member``."""
    member = session.get(Member, (conversation_id, user_id))
    if member is None:
        return None
    session.delete(member)
    session.flush()
    if member.role == Role.OWNER and not _has_owner(session, conversation_id):
        _pass_ownership(session, conversation_id)
    return _number(session, conversation_id, user_id, action="left", actor_id=actor_id, at=at)


def read_standing(session: Session, conversation_id: ConversationId, user_id: UserId) -> Standing | None:
    """Return a member's place in a conversation; None for a user who is no member."""
    statement = (
        select(Conversation.kind, Member.role)
        .join(Member, col(Member.conversation_id) == col(Conversation.id))
        .where(Conversation.id == conversation_id, Member.user_id == user_id)
    )
    row = session.exec(statement).first()
    return None if row is None else to_standing(*row)


def to_standing(kind: str, role: str | None) -> Standing:
    """Return a member's place from its columns."""
    return Standing(ConversationKind(kind), None if role is None else Role(role))


def _has_owner(session: Session, conversation_id: ConversationId) -> bool:
    owners = select(Member.user_id).where(Member.conversation_id == conversation_id, Member.role == Role.OWNER)
    return session.exec(owners).first() is not None


def _pass_ownership(session: Session, conversation_id: ConversationId) -> None:
    """Make the member of longest standing the owner, if anyone is left."""
    statement = (
        select(Member)
        .join(User, col(User.id) == col(Member.user_id))
        .where(Member.conversation_id == conversation_id)
        .order_by(col(Member.joined_at), col(Member.joined_seq), col(User.username))
    )
    heir = session.exec(statement).first()
    if heir is not None:
        heir.role = Role.OWNER
        session.add(heir)


def _number(
    session: Session,
    conversation_id: ConversationId,
    user_id: UserId,
    *,
    action: Literal["joined", "left"],
    actor_id: UserId,
    at: datetime,
) -> MemberChanged:
    """Write the event into the log at the next number."""
    conversation = session.exec(select(Conversation).where(col(Conversation.id) == conversation_id)).one()
    user = session.exec(select(User).where(col(User.id) == user_id)).one()
    conversation.last_seq += 1
    session.add(conversation)
    person = {"user_id": user.id, "username": user.username, "display_name": user.display_name, "action": action}
    session.add(
        Change(
            conversation_id=conversation_id,
            seq=conversation.last_seq,
            kind="member",
            actor_id=actor_id,
            body=json.dumps(person, ensure_ascii=False),
            created_at=at,
        )
    )
    return MemberChanged(
        conversation_id=conversation_id,
        seq=conversation.last_seq,
        user_id=user_id,
        username=user.username,
        display_name=user.display_name,
        action=action,
        actor_id=actor_id,
        created_at=to_text(at),
    )


def _first_id(found: str | None) -> ConversationId | None:
    return None if found is None else ConversationId(found)
