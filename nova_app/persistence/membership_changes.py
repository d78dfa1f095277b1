"""Changes of a conversation's members and title inside the writer's transaction: authorized, made, numbered.

See ``ConversationRepository`` for what each function does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, select, update

from nova_app.domain.authorization import Action, Standing, authorize
from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.events import ConversationRenamed, MemberChanged
from nova_app.domain.models import ConversationId, Role, UserId, to_text
from nova_app.persistence.engine import raw_connection
from nova_app.persistence.enqueue import queue_event
from nova_app.persistence.membership import read_standing
from nova_app.persistence.tables import Change, Conversation, Member, User, Webhook


def join(
    session: Session, conversation_id: ConversationId, user_id: UserId, actor_id: UserId, at: datetime
) -> MemberChanged | None:
    """Add a member."""
    if session.get(Member, (conversation_id, user_id)) is not None:
        return None
    event = _number_member(session, conversation_id, user_id, action="joined", actor_id=actor_id, at=at)
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
    """Let a member leave, or remove them."""
    member = session.get(Member, (conversation_id, user_id))
    if actor_id != user_id:
        _authorize(session, conversation_id, actor_id, Action.REMOVE_MEMBER, member=member)
    if member is None:
        return None
    session.delete(member)
    session.flush()
    mine = (col(Webhook.conversation_id) == conversation_id, col(Webhook.created_by) == user_id)
    session.exec(update(Webhook).where(*mine, col(Webhook.ended_at).is_(None)).values(ended_at=at))
    if member.role == Role.OWNER and not _has_owner(session, conversation_id):
        _pass_ownership(session, conversation_id)
    action: Literal["left", "removed"] = "left" if actor_id == user_id else "removed"
    return _number_member(session, conversation_id, user_id, action=action, actor_id=actor_id, at=at)


def rename(
    session: Session, conversation_id: ConversationId, title: str, actor_id: UserId, at: datetime
) -> ConversationRenamed | None:
    """Give a conversation another title."""
    authorize(read_standing(session, conversation_id, actor_id), Action.RENAME)
    conversation = session.exec(select(Conversation).where(col(Conversation.id) == conversation_id)).one()
    if conversation.title == title:
        return None
    conversation.title = title
    seq = _number(session, conversation, "renamed", {"title": title}, actor_id=actor_id, at=at)
    event = ConversationRenamed(
        conversation_id=conversation_id,
        seq=seq,
        title=title,
        actor_id=actor_id,
        created_at=to_text(at),
        actor_name=_find_user(session, actor_id).display_name,
    )
    queue_event(raw_connection(session.connection()), event)
    return event


def change_role(
    session: Session, conversation_id: ConversationId, user_id: UserId, role: Role, actor_id: UserId
) -> bool:
    """Give a member another role."""
    member = session.get(Member, (conversation_id, user_id))
    _authorize(session, conversation_id, actor_id, Action.CHANGE_ROLE, member=member, new_role=role)
    assert member is not None
    if member.role == role:
        return False
    was, member.role = member.role, role
    session.add(member)
    session.flush()
    if was == Role.OWNER and not _has_owner(session, conversation_id):
        raise Refused(ErrorCode.LAST_OWNER)
    return True


def _authorize(
    session: Session,
    conversation_id: ConversationId,
    actor_id: UserId,
    action: Action,
    *,
    member: Member | None,
    new_role: Role | None = None,
) -> None:
    """Refuse what the actor may not do to this member; whoever is no member cannot be acted on."""
    standing: Standing | None = read_standing(session, conversation_id, actor_id)
    if member is None:
        # To a member without the right it makes no difference whether there is one.
        authorize(standing, action, subject=Role.MEMBER, new_role=new_role)
        raise Refused(ErrorCode.NOT_FOUND)
    subject = None if member.role is None else Role(member.role)
    authorize(standing, action, subject=subject, new_role=new_role)


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


def _number_member(
    session: Session,
    conversation_id: ConversationId,
    user_id: UserId,
    *,
    action: Literal["joined", "left", "removed"],
    actor_id: UserId,
    at: datetime,
) -> MemberChanged:
    """Write the event into the log, and queue it for webhooks."""
    conversation = session.exec(select(Conversation).where(col(Conversation.id) == conversation_id)).one()
    user = _find_user(session, user_id)
    person = {"user_id": user.id, "username": user.username, "display_name": user.display_name, "action": action}
    event = MemberChanged(
        conversation_id=conversation_id,
        seq=_number(session, conversation, "member", person, actor_id=actor_id, at=at),
        user_id=user_id,
        username=user.username,
        display_name=user.display_name,
        action=action,
        actor_id=actor_id,
        created_at=to_text(at),
        actor_name=_find_user(session, actor_id).display_name,
    )
    queue_event(raw_connection(session.connection()), event)
    return event


def _number(
    session: Session,
    conversation: Conversation,
    kind: Literal["member", "renamed"],
    body: Mapping[str, str],
    *,
    actor_id: UserId,
    at: datetime,
) -> int:
    """Write an event into the log at the next number, and return that."""
    conversation.last_seq += 1
    session.add(conversation)
    session.add(
        Change(
            conversation_id=conversation.id,
            seq=conversation.last_seq,
            kind=kind,
            actor_id=actor_id,
            body=json.dumps(body, ensure_ascii=False),
            created_at=at,
        )
    )
    return conversation.last_seq


def _find_user(session: Session, user_id: UserId) -> User:
    return session.exec(select(User).where(col(User.id) == user_id)).one()
