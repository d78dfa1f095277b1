"""The server's side of a socket, without a network."""

import json

import pytest

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.events import Draft, MessagePosted, Position, Posted, Typing
from nova_app.protocol.codes import LIMITS
from nova_app.protocol.server_frames import encode
from nova_app.protocol.session import Session, SessionState, answer_all, plan_replay
from tests.builders import a_summary

HELLO = '{"type":"hello","protocol":1}'


def live_session():
    session = Session("ana")
    session.receive(HELLO)
    session.end_turn()
    return session


def replies_of(turn):
    return [json.loads(encode(reply).data) for reply in turn.replies]


def send(client_id="c1", text="hi", conversation_id="room"):
    return json.dumps({"type": "send", "client_id": client_id, "conversation_id": conversation_id, "text": text})


def test_hello_makes_the_session_live():
    session = Session("ana")

    session.receive('{"type":"hello","protocol":1,"cursors":{"room":7},"resume":{"reason":"network","gap_ms":12.5}}')

    turn = session.end_turn()
    assert session.state is SessionState.LIVE
    assert turn.hello.cursors == {"room": 7}
    assert turn.replies == []


@pytest.mark.parametrize("first", [send(), '{"type":"ping","id":1}', "no json", "[]", '{"type":"hello"}'])
def test_anything_but_a_hello_first_ends_the_socket(first):
    session = Session("ana")

    session.receive(first)

    turn = session.end_turn()
    assert session.state is SessionState.CLOSED
    assert turn.close.code is ErrorCode.HELLO_EXPECTED
    assert replies_of(turn)[0]["type"] == "error"
    assert turn.drafts == []


@pytest.mark.parametrize("named", ["ben", "", "ANA", "ana "])
def test_a_hello_for_another_account_ends_the_socket_and_nothing_more_is_taken(named):
    session = Session("ana")

    session.receive(json.dumps({"type": "hello", "protocol": 1, "user_id": named}))
    session.receive(send())

    turn = session.end_turn()
    assert session.state is SessionState.CLOSED
    assert turn.close.code is ErrorCode.ACCOUNT_CHANGED
    assert [reply["error"]["code"] for reply in replies_of(turn)] == ["account_changed"]
    assert (turn.hello, turn.drafts) == (None, [])
    assert turn.faults == {"auth": 1}


@pytest.mark.parametrize("more", [{}, {"user_id": None}, {"user_id": "ana"}])
def test_a_hello_for_its_own_account_or_none_makes_it_live(more):
    session = Session("ana")

    session.receive(json.dumps({"type": "hello", "protocol": 1, **more}))

    assert session.end_turn().hello is not None


def test_another_protocol_is_outdated():
    session = Session("ana")

    session.receive('{"type":"hello","protocol":2}')

    assert session.end_turn().close.code is ErrorCode.PROTOCOL_OUTDATED


def test_a_second_hello_ends_the_socket():
    session = live_session()

    session.receive(HELLO)

    assert session.end_turn().close.code is ErrorCode.HELLO_EXPECTED


def test_a_late_hello_ends_the_socket_once():
    session = Session("ana")

    session.hello_is_late()

    assert session.end_turn().close.code is ErrorCode.SILENT
    live = live_session()
    live.hello_is_late()
    assert live.state is SessionState.LIVE


def test_drafts_of_one_turn_leave_as_one_group_in_order():
    session = live_session()

    for number in range(5):
        session.receive(send(f"c{number}"))

    turn = session.end_turn()
    assert turn.drafts == [Draft("ana", f"c{number}", "room", "hi") for number in range(5)]
    assert session.end_turn().drafts == []


def test_positions_are_kept_as_far_as_they_advance():
    session = live_session()

    for seq in (3, 9, 4):
        session.receive(json.dumps({"type": "read", "conversation_id": "room", "seq": seq}))
    session.receive('{"type":"delivered","conversation_id":"room","seq":10}')
    session.receive('{"type":"typing","conversation_id":"room"}')
    session.receive('{"type":"typing","conversation_id":"room"}')

    turn = session.end_turn()
    assert turn.positions == [Position("read", "room", "ana", 9), Position("delivered", "room", "ana", 10)]
    assert turn.typing == [Typing("room", "ana")]


def test_a_ping_is_answered_with_its_id():
    session = live_session()

    session.receive('{"type":"ping","id":"x7"}')

    assert replies_of(session.end_turn()) == [{"type": "pong", "id": "x7"}]


def test_unknown_frames_are_ignored_and_counted():
    session = live_session()

    session.receive('{"type":"dance","with":"me"}')

    turn = session.end_turn()
    assert (turn.received["other"], turn.answered) == (1, 1)
    assert turn.replies == []
    assert turn.close is None


@pytest.mark.parametrize(
    "data",
    [
        "",
        "{",
        "null",
        "[]",
        '"send"',
        "{}",
        '{"type":7}',
        '{"type":"ping"}',
        '{"type":"read","conversation_id":"r","seq":-1}',
        b"\xff\xfe",
    ],
)
def test_a_malformed_frame_gets_an_error_and_nothing_else_breaks(data):
    session = live_session()

    session.receive(data)
    session.receive('{"type":"ping","id":1}')

    turn = session.end_turn()
    first, second = replies_of(turn)
    assert first["type"] == "error"
    assert first["error"]["kind"] == "VALIDATION_ERROR"
    assert second == {"type": "pong", "id": 1}
    assert turn.close is None


def test_a_malformed_send_is_refused_by_its_client_id():
    session = live_session()

    session.receive('{"type":"send","client_id":"c1","conversation_id":"room","text":5}')

    (reply,) = replies_of(session.end_turn())
    assert reply["type"] == "nack"
    assert reply["client_id"] == "c1"
    assert reply["error"]["code"] == "malformed_frame"


@pytest.mark.parametrize("data", ["x" * 65_537, "ü" * 40_000, b"x" * 65_537])
def test_a_frame_over_64_kib_is_refused_with_its_reason(data):
    session = live_session()

    session.receive(data)

    turn = session.end_turn()
    assert turn.close.code is ErrorCode.FRAME_TOO_LARGE
    assert replies_of(turn)[0]["error"]["code"] == "frame_too_large"


def test_the_longest_text_fits_a_frame():
    session = live_session()

    session.receive(json.dumps(json.loads(send(text="\U0001f642" * 10_000)), ensure_ascii=False))

    assert len(session.end_turn().drafts) == 1


def test_nothing_is_taken_after_the_end():
    session = Session("ana")
    session.receive("x")
    session.end_turn()

    session.receive(HELLO)

    turn = session.end_turn()
    assert turn.hello is None
    assert turn.replies == []


@pytest.mark.parametrize(("after", "until"), [(5, 5), (9, 3), (0, LIMITS.events_range_max + 1)])
def test_an_empty_or_huge_range_is_refused(after, until):
    session = live_session()

    session.receive(json.dumps({"type": "events", "conversation_id": "r", "after_seq": after, "until_seq": until}))

    turn = session.end_turn()
    assert turn.ranges == []
    assert replies_of(turn)[0]["error"]["code"] == "range_too_large"


def test_each_draft_gets_its_own_outcome():
    drafts = [Draft("ana", f"c{n}", "room", "hi") for n in range(3)]
    message = MessagePosted("room", 4, "m1", "c0", "ana", "hi", "2026-01-01T00:00:00.000000Z")

    first, second, third = (
        json.loads(encode(frame).data)
        for frame in answer_all(
            drafts,
            [Posted(message, duplicate=False), Posted(message, duplicate=True), Refused(ErrorCode.NOT_FOUND)],
        )
    )

    assert (first["type"], first["seq"], first["duplicate"]) == ("ack", 4, False)
    assert second["duplicate"] is True
    assert (third["type"], third["client_id"], third["error"]["kind"]) == ("nack", "c2", "NOT_FOUND")


class TestPlanReplay:
    """How a hello is answered."""

    def test_a_cursor_is_replayed_from_its_position(self):
        replay = plan_replay({"room": 3}, [a_summary("room", last_seq=9)])

        assert replay.recovered == {"room": True}
        assert replay.after == {"room": 3}
        assert replay.resets == []

    def test_a_conversation_without_cursor_is_only_summarised(self):
        replay = plan_replay({}, [a_summary("room", last_seq=9)])

        assert replay.recovered == {}
        assert replay.after == {"room": 9}

    @pytest.mark.parametrize(("cursor", "last_seq"), [(0, LIMITS.replay_max_events + 1), (10, 9)])
    def test_too_large_a_gap_or_a_cursor_ahead_is_reset(self, cursor, last_seq):
        replay = plan_replay({"room": cursor}, [a_summary("room", last_seq=last_seq)])

        assert replay.recovered == {"room": False}
        assert replay.resets == [("room", last_seq)]
        assert replay.after == {"room": last_seq}

    def test_the_largest_gap_that_fits_is_replayed(self):
        replay = plan_replay({"room": 0}, [a_summary("room", last_seq=LIMITS.replay_max_events)])

        assert replay.recovered == {"room": True}

    def test_a_strangers_cursor_is_answered_by_false_alone(self):
        replay = plan_replay({"secret": 1}, [])

        assert replay.recovered == {"secret": False}
        assert replay.after == {}
        assert replay.resets == []
