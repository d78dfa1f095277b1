"""Moving many read and delivered positions forward inside a transaction.

Every member of a busy conversation reports positions all the time, so they are
taken together like drafts.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nova_app.domain.events import Position

_FIND = """
SELECT m.conversation_id, m.user_id, m.delivered_seq, m.read_seq, m.receipt_seq, c.last_seq, u.shares_read
FROM json_each(?) AS p
CROSS JOIN member AS m
  ON m.conversation_id = json_extract(p.value, '$[0]') AND m.user_id = json_extract(p.value, '$[1]')
CROSS JOIN conversation AS c ON c.id = m.conversation_id
CROSS JOIN user AS u ON u.id = m.user_id
"""
_UPDATE = """
UPDATE member SET delivered_seq = ?, read_seq = ?, receipt_seq = ? WHERE conversation_id = ? AND user_id = ?
"""


@dataclass(slots=True)
class _MemberPositions:
    """One member's positions in a conversation."""

    delivered: int
    read: int
    receipt: int
    newest: int
    shares_read: bool
    has_moved: bool = False

    def advance(self, kind: str, seq: int) -> int | None:
        """Go to ``seq`` or the newest number; None if that is no step forward."""
        seq = min(seq, self.newest)
        if seq <= (self.read if kind == "read" else self.delivered):
            return None
        if kind == "read":
            self.read = seq
            self.receipt = max(self.receipt, seq)
        self.delivered = max(self.delivered, seq)
        self.has_moved = True
        return seq


def advance_positions(connection: sqlite3.Connection, positions: Sequence[Position]) -> list[Position | None]:
    """Move positions, in this order; each only forward and never past the newest number.

    A position that was set back (marked as unread) moves forward again, which others are not sent.

    Returns:
        Per position where it is now, or None if nothing moved or this is no member.
    """
    wanted = {(position.conversation_id, position.user_id) for position in positions}
    rows = connection.execute(_FIND, (json.dumps(list(wanted)),)).fetchall()
    members = {(row[0], row[1]): _MemberPositions(*row[2:]) for row in rows}
    outcomes = [_advance(members.get((position.conversation_id, position.user_id)), position) for position in positions]
    moved = [
        (member.delivered, member.read, member.receipt, *key) for key, member in members.items() if member.has_moved
    ]
    connection.executemany(_UPDATE, moved)
    return outcomes


def _advance(member: _MemberPositions | None, position: Position) -> Position | None:
    delivered, receipt = (0, 0) if member is None else (member.delivered, member.receipt)
    seq = None if member is None else member.advance(position.kind, position.seq)
    if member is None or seq is None:
        return None
    is_private = position.kind == "read" and not member.shares_read
    return replace(
        position,
        seq=seq,
        is_private=is_private,
        was_delivered=seq <= delivered,
        is_newest=seq == member.newest,
        was_read=position.kind == "read" and seq <= receipt,
    )
