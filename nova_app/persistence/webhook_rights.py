"""Whether a webhook may still hear what happens: looked at whenever it is used, never only when it is made."""

from __future__ import annotations

RIGHTFUL = """
EXISTS (
  SELECT 1 FROM user AS maker WHERE maker.id = w.created_by AND maker.disabled_at IS NULL AND CASE
    WHEN w.conversation_id IS NULL THEN maker.is_admin
    ELSE EXISTS (
      SELECT 1 FROM member AS mine WHERE mine.conversation_id = w.conversation_id AND mine.user_id = w.created_by
    )
  END
)
"""
"""Of a webhook ``w``: whoever made it is active, and is a member of the conversation or, for posts, an admin."""
LISTENING = f"w.ended_at IS NULL AND {RIGHTFUL}"
"""Of a webhook ``w``: it hears what happens."""
