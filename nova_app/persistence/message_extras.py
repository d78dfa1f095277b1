"""What a message shows besides its own columns: the message it replies to, reactions, mentions."""

from __future__ import annotations

import json
from collections.abc import Sequence

from nova_app.domain.events import Quote, Reaction
from nova_app.domain.graphemes import cut
from nova_app.domain.limits import QUOTE_MAX_CHARS
from nova_app.domain.models import MessageId, UserId

_QUOTE = f"""(
  SELECT json_array(q.id, q.seq, q.author_id, (SELECT display_name FROM user WHERE user.id = q.author_id),
    substr(q.text, 1, {QUOTE_MAX_CHARS + 1}), q.deleted_seq > 0)
  FROM message AS q WHERE q.conversation_id = {{message}}.conversation_id AND q.seq = {{message}}.reply_seq
)"""  # noqa: S608 - constants
_REACTIONS = """(
  SELECT json_group_array(json_array(r.first_seq, r.seq, r.emoji, r.user_id))
  FROM reaction AS r WHERE r.message_id = {message}.id
)"""


def quote_column(message: str) -> str:
    """Return SQL for the message that a message replies to, to be read by :func:`quote_of`.

    Args:
        message: What the statement calls the table of messages.
    """
    return _QUOTE.format(message=message)


def quote_of(column: str | None) -> Quote | None:
    """Return the quote in a :func:`quote_column`; None where the message is no reply."""
    if column is None:
        return None
    message_id, seq, author_id, author_name, text, is_deleted = json.loads(column)
    return Quote(
        MessageId(message_id), seq, UserId(author_id), author_name, cut(text, QUOTE_MAX_CHARS), bool(is_deleted)
    )


def reactions_column(message: str) -> str:
    """Return SQL for a message's reactions, to be read by :func:`reactions_of`.

    Args:
        message: What the statement calls the table of messages.
    """
    return _REACTIONS.format(message=message)


def reactions_of(column: str) -> Sequence[Reaction]:
    """Return the reactions in a :func:`reactions_column`, in the order of the log."""
    if len(column) <= len("[]"):
        return ()
    users: dict[str, list[UserId]] = {}
    for _, _, emoji, user_id in sorted(json.loads(column)):
        users.setdefault(emoji, []).append(UserId(user_id))
    return tuple(Reaction(emoji, len(ids), tuple(ids)) for emoji, ids in users.items())


def mentions_of(column: str) -> Sequence[UserId]:
    """Return the users that a message mentions."""
    return () if len(column) <= len("[]") else tuple(UserId(user_id) for user_id in json.loads(column))
