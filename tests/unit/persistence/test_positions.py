"""Positions only grow, and a repeat is no news, in whatever order they come."""

import sqlite3

from hypothesis import given, settings
from hypothesis import strategies as st

from nova_app.domain.events import Position
from nova_app.persistence.positions import advance_positions

NEWEST = 8
MOVES = st.lists(
    st.tuples(st.sampled_from(["read", "delivered"]), st.sampled_from(["ana", "ben", "stranger"]), st.integers(0, 12)),
    max_size=30,
)


def a_table():
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        f"""
        CREATE TABLE conversation (id TEXT PRIMARY KEY, last_seq INTEGER);
        CREATE TABLE user (id TEXT PRIMARY KEY, shares_read BOOLEAN);
        CREATE TABLE member (
          conversation_id TEXT, user_id TEXT, delivered_seq INTEGER, read_seq INTEGER, receipt_seq INTEGER
        );
        INSERT INTO conversation VALUES ('room', {NEWEST});
        INSERT INTO user VALUES ('ana', 1), ('ben', 0), ('stranger', 1);
        INSERT INTO member VALUES ('room', 'ana', 0, 0, 0), ('room', 'ben', 0, 0, 0);
        """
    )
    return connection


def places(connection):
    rows = connection.execute("SELECT user_id, delivered_seq, read_seq FROM member")
    return {user_id: (delivered, read) for user_id, delivered, read in rows}


@settings(deadline=None)
@given(MOVES, st.integers(1, 30))
def test_whatever_comes_positions_grow_to_the_furthest_and_are_published_once(moves, size):
    connection = a_table()
    wanted = [Position(kind, "room", user_id, seq) for kind, user_id, seq in moves]

    notified = []
    for begin in range(0, len(wanted), size):
        before = places(connection)
        notified += advance_positions(connection, wanted[begin : begin + size])
        after = places(connection)
        assert all(after[name] >= before[name] and after[name][1] >= before[name][1] for name in after)

    for name in ("ana", "ben"):
        of = [(kind, min(seq, NEWEST)) for kind, user_id, seq in moves if user_id == name]
        read = max((seq for kind, seq in of if kind == "read"), default=0)
        assert places(connection)[name] == (max((seq for _, seq in of), default=0), read)
    moved = [position for position in notified if position is not None]
    assert len(set(moved)) == len(moved), "nothing is told twice"
    assert all(position.is_newest == (position.seq == NEWEST) for position in moved)
    assert all(position.is_private == (position.user_id == "ben" and position.kind == "read") for position in moved)
    assert not any(position.user_id == "stranger" for position in moved)
    assert not any(advance_positions(connection, wanted)), "a repeat moves nothing"
    connection.close()
