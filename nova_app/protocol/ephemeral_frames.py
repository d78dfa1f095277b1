"""Ephemeral frames: positions, typing and presence.

They have no number and are never replayed.
"""

from __future__ import annotations

from collections.abc import Sequence

from nova_app.domain.events import Position, Typing
from nova_app.domain.models import UserId
from nova_app.protocol.frames import to_json


def state(item: Position | Typing) -> bytes:
    """Return the frame of a member's position, or that they are typing."""
    key = {"conversation_id": item.conversation_id, "user_id": item.user_id}
    if isinstance(item, Typing):
        return to_json({"type": "typing", **key})
    return to_json({"type": item.kind, **key, "seq": item.seq})


def presence(online: Sequence[UserId], offline: Sequence[UserId]) -> bytes:
    """Return the frame of users who are online now or no longer; others have not changed."""
    return to_json({"type": "presence", "online": online, "offline": offline})
