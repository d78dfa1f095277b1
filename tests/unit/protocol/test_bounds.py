"""Every figure that a client names is bounded, whatever it writes there."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from nova_app.protocol.bounds import bounded_ms
from nova_app.protocol.server_frames import encode
from nova_app.protocol.session import Session
from nova_app.protocol.telemetry import TelemetryRequest

HELLO = '{"type":"hello","protocol":1}'
WEEK_MS = 7 * 86_400_000
ABSURD = ["1e308", "-1", "1e400", "9" * 25, "9" * 5_000, "true", '"5"', "null", "[]", "NaN", "-9223372036854775809"]
figures = st.one_of(
    st.integers(), st.floats(allow_nan=True, allow_infinity=True), st.booleans(), st.text(max_size=3), st.none()
).map(json.dumps)


def turn_of(*data):
    session = Session("ana")
    for frame in data:
        session.receive(frame)
    return session.end_turn()


@pytest.mark.parametrize(("sent", "kept"), [("1e308", WEEK_MS), (str(WEEK_MS * 3), WEEK_MS), ("-5", 0), ("12.5", 12.5)])
def test_a_gap_is_a_week_at_most_and_never_less_than_nothing(sent, kept):
    turn = turn_of(f'{{"type":"hello","protocol":1,"resume":{{"reason":"network","gap_ms":{sent}}}}}')

    assert bounded_ms(turn.hello.resume.gap_ms) == kept


@given(figures)
def test_no_gap_ruins_a_sum(sent):
    turn = turn_of(f'{{"type":"hello","protocol":1,"resume":{{"gap_ms":{sent}}}}}')

    assert turn.close is not None or 0 <= bounded_ms(turn.hello.resume.gap_ms) <= WEEK_MS


FIGURES = {
    "read": '{{"type":"read","conversation_id":"r","seq":{}}}',
    "delivered": '{{"type":"delivered","conversation_id":"r","seq":{}}}',
    "events after": '{{"type":"events","conversation_id":"r","after_seq":{},"until_seq":9}}',
    "events until": '{{"type":"events","conversation_id":"r","after_seq":0,"until_seq":{}}}',
}


@pytest.mark.parametrize("frame", FIGURES.values(), ids=FIGURES)
@pytest.mark.parametrize("figure", [*ABSURD, str(2**53), str(2**63)], ids=lambda figure: figure[:20])
def test_an_absurd_number_is_refused(frame, figure):
    turn = turn_of(HELLO, frame.format(figure))

    (reply,) = turn.replies
    assert json.loads(encode(reply).data)["type"] == "error"
    assert turn.positions == turn.ranges == []


@pytest.mark.parametrize("figure", ABSURD, ids=lambda figure: figure[:20])
def test_an_absurd_protocol_or_cursor_ends_the_socket_with_words(figure):
    for frame in (
        f'{{"type":"hello","protocol":{figure}}}',
        f'{{"type":"hello","protocol":1,"cursors":{{"r":{figure}}}}}',
    ):
        turn = turn_of(frame)
        assert turn.close is not None
        assert turn.hello is None


@given(figures)
def test_a_ping_is_answered_or_refused(figure):
    (reply,) = turn_of(HELLO, f'{{"type":"ping","id":{figure}}}').replies

    assert json.loads(encode(reply).data)["type"] in {"pong", "error"}


@pytest.mark.parametrize(
    "report",
    [
        {"connection": {"dials": True}},
        {"connection": {"dials": "5"}},
        {"connection": {"downtime_ms": "5"}},
        {"connection": {"downtime_ms": True}},
        {"connection": {}, "page": {"layout_shift": True}},
        {"connection": {}, "page": {"roundtrips_ms": ["5"]}},
    ],
)
def test_a_report_takes_numbers_only(report):
    with pytest.raises(ValidationError):
        TelemetryRequest.model_validate(report)


@pytest.mark.parametrize("figure", [1e308, -1, float("nan"), float("inf"), 10**30, -(10**30)])
@pytest.mark.parametrize("place", ["dials", "downtime_ms", "ack_p95_ms", "oldest_queued_ms"])
def test_a_report_takes_bounded_numbers_only(figure, place):
    with pytest.raises(ValidationError):
        TelemetryRequest.model_validate({"connection": {place: figure}})
