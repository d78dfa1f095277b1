"""Queues what happens to posts for the webhooks of posts, in the transaction that stores it."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, delete, func

from nova_app.domain.models import DeliveryState, UserId
from nova_app.domain.posts import CommentView
from nova_app.persistence.post_tables import Post
from nova_app.persistence.post_views import POSTS, read_posts
from nova_app.persistence.tables import Delivery
from nova_app.persistence.webhook_rights import LISTENING
from nova_app.protocol.bodies import to_fields
from nova_app.protocol.post_bodies import comment_body, post_fields

_LISTENERS = f"SELECT w.id FROM webhook AS w WHERE w.conversation_id IS NULL AND {LISTENING}"  # noqa: S608 - constants


def queue_post(session: Session, kind: str, post_id: str, actor_id: UserId, at: datetime, **more: Any) -> None:
    """Queue an event of a post, with the post as it is now, inside the caller's transaction.

    Args:
        kind: For example ``post.edited``.
        more: Further fields of the event's data.
    """
    webhook_ids = session.connection().execute(text(_LISTENERS)).scalars().all()
    if not webhook_ids:
        return
    session.flush()
    (view,) = read_posts(session, POSTS.where(Post.id == post_id))
    event = json.dumps({"type": kind, "data": {"post": post_fields(view), "user_id": actor_id, **more}})
    session.add_all(
        Delivery(
            id=str(uuid.uuid4()),
            webhook_id=webhook_id,
            post_id=post_id,
            post_event=event,
            state=DeliveryState.PENDING,
            next_at=at,
            created_at=at,
        )
        for webhook_id in webhook_ids
    )


def queue_comment(session: Session, kind: str, comment: CommentView, actor_id: UserId, at: datetime) -> None:
    """Queue that a comment came or went likewise."""
    queue_post(session, kind, comment.post_id, actor_id, at, comment=to_fields(comment_body(comment)))


def forget_post(session: Session, post_id: str) -> None:
    """Forget what waits to be delivered of a post."""
    session.exec(delete(Delivery).where(col(Delivery.post_id) == post_id))


def forget_comment(session: Session, comment: CommentView) -> None:
    """Forget what waits to be delivered of a comment."""
    commented = func.json_extract(col(Delivery.post_event), "$.data.comment.id") == comment.comment_id
    session.exec(delete(Delivery).where(col(Delivery.post_id) == comment.post_id, commented))
