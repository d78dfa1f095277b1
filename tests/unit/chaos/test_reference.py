"""The reference model of the chaos runs finds what it is there to find."""

import pytest

from tests.chaos.scale.operations import (
    HOSTILE_LANE,
    Kind,
    Operation,
    client_id_of,
    code_of,
    operation_of,
)
from tests.chaos.scale.reference import Conversation, Lane, Reading, Reference, StoredMessage, Verdict

ROOM = "room"


def message(number, lane=1):
    return Operation(Kind.MESSAGE, lane, number)


def change(kind, number, target, *, lane=1):
    return Operation(kind, lane, number, 1, target)


def stored(seq, operation, **fields):
    return StoredMessage(seq, operation.code, fields.pop("text", operation.text), **fields)


@pytest.fixture
def reference():
    made = Reference()
    made.lanes = {1: Lane("ana"), 2: Lane("ben")}
    made.conversations[ROOM] = Conversation(3)
    return made


def accept(reference, *operations):
    for seq, operation in enumerate(operations, reference.conversations[ROOM].last_seq + 1):
        reference.sent(operation)
        reference.acked(operation, ROOM, seq)


def verdict_of(reference, history, last_seq=None):
    reference.finish(ROOM, reference.conversations[ROOM].last_seq if last_seq is None else last_seq, history)
    reference.finish_lanes()
    return reference.verdict


@pytest.mark.parametrize(
    "operation",
    [
        message(1),
        Operation(Kind.REACTION, 0xFFFE, 0xFFFFFFFF, 0xFFFD, 0xFFFFFFFE),
        Operation(Kind.DELETE, 1, 2, 3, 4),
    ],
)
def test_a_client_id_names_the_whole_operation(operation):
    client_id = client_id_of(operation.code)

    assert operation_of(code_of(client_id)) == operation
    assert [len(part) for part in client_id.split("-")] == [8, 4, 4, 4, 12]


@pytest.mark.parametrize(
    "client_id", ["", "0197a000-0000-7000-8000-000000000001", "00000000-0000-8009-8000-000000000001"]
)
def test_a_client_id_of_another_program_is_none(client_id):
    assert code_of(client_id) == 0


def test_what_was_kept_is_clean(reference):
    first, second = message(1), message(2)
    edit, like = change(Kind.EDIT, 3, 1), change(Kind.REACTION, 1, 1, lane=2)
    accept(reference, first, second, edit, like, change(Kind.DELETE, 4, 2))
    history = [
        stored(4, first, text=edit.text, reacted=frozenset({"ben"})),
        stored(5, second, text="", is_deleted=True),
    ]

    verdict = verdict_of(reference, history)

    assert verdict.is_clean, verdict
    assert verdict.accepted == {"message": 2, "edit": 1, "reaction": 1, "delete": 1}


def test_an_acknowledged_message_that_the_history_lacks_is_lost(reference):
    accept(reference, message(1), message(2))

    assert verdict_of(reference, [stored(4, message(1))]).lost == 1


def test_a_log_that_ends_earlier_is_lost(reference):
    accept(reference, message(1), message(2))

    assert verdict_of(reference, [stored(4, message(1)), stored(5, message(2))], last_seq=4).lost == 1


def test_numbers_that_nobody_received_are_lost(reference):
    reference.sent(message(1))
    reference.acked(message(1), ROOM, 6)

    assert verdict_of(reference, [stored(6, message(1))]).lost == 2


def test_one_message_under_two_numbers_is_doubled(reference):
    accept(reference, message(1))
    reference.report(ROOM, 5, message(1).code)

    assert reference.verdict.doubled == 1


def test_an_ack_that_comes_again_with_the_same_number_is_not_doubled(reference):
    accept(reference, message(1))
    reference.acked(message(1), ROOM, 4)

    assert verdict_of(reference, [stored(4, message(1))]).is_clean
    assert reference.messages == 1


def test_an_ack_that_comes_again_with_another_number_is_doubled(reference):
    accept(reference, message(1))
    reference.acked(message(1), ROOM, 5)

    assert reference.verdict.doubled == 1


def test_a_history_that_repeats_a_number_is_doubled(reference):
    accept(reference, message(1))

    assert verdict_of(reference, [stored(4, message(1)), stored(4, message(1))]).doubled == 1


def test_messages_of_one_lane_in_another_order_are_reordered(reference):
    accept(reference, message(2), message(1))

    assert verdict_of(reference, [stored(4, message(2)), stored(5, message(1))]).reordered == 1


def test_messages_of_two_lanes_have_no_order_between_them(reference):
    accept(reference, message(2, lane=2), message(1), message(3, lane=2))
    history = [stored(4, message(2, lane=2)), stored(5, message(1)), stored(6, message(3, lane=2))]

    assert verdict_of(reference, history).is_clean


def test_what_was_refused_with_a_time_may_come_later(reference):
    reference.sent(message(1))
    reference.refused(message(1), is_final=False)
    accept(reference, message(2), message(1))

    assert verdict_of(reference, [stored(4, message(2)), stored(5, message(1))]).is_clean


def test_what_was_sent_again_and_overtaken_is_counted_apart(reference):
    for number in (1, 2):
        reference.sent(message(number))
    reference.sent_again(message(1))
    accept(reference, message(2), message(1))

    verdict = verdict_of(reference, [stored(4, message(2)), stored(5, message(1))])

    assert (verdict.overtaken, verdict.is_clean) == (1, True)


def test_a_history_that_is_not_ascending_is_reordered(reference):
    accept(reference, message(1), message(2))

    assert verdict_of(reference, [stored(5, message(2)), stored(4, message(1))]).reordered == 1


def test_what_was_refused_for_good_and_is_stored_is_invented(reference):
    reference.sent(message(1))
    reference.refused(message(1), is_final=True)
    reference.report(ROOM, 4, message(1).code)

    assert reference.verdict.invented == 1


@pytest.mark.parametrize("lane", [1, 9, HOSTILE_LANE])
def test_what_nobody_may_have_sent_is_invented(reference, lane):
    reference.report(ROOM, 4, message(1, lane=lane).code)

    assert reference.verdict.invented == 1


def test_a_message_of_the_history_that_no_event_made_is_invented(reference):
    accept(reference, message(1))

    assert verdict_of(reference, [stored(4, message(1)), stored(5, message(2))]).invented == 1


def test_two_who_saw_different_things_at_one_number_are_wrong(reference):
    accept(reference, message(1))
    reference.sent(message(2))
    reference.report(ROOM, 4, message(2).code)

    assert reference.verdict.wrong == 1


@pytest.mark.parametrize(
    "found",
    [
        {"text": "another"},
        {"text": message(1).text},
        {"text": change(Kind.EDIT, 2, 1).text, "reacted": frozenset({"ben"})},
        {"text": "", "is_deleted": True},
    ],
    ids=["another text", "an edit that is missing", "a reaction too many", "a deletion too many"],
)
def test_another_state_than_the_events_make_is_wrong(reference, found):
    accept(reference, message(1), change(Kind.EDIT, 2, 1))

    assert verdict_of(reference, [stored(4, message(1), **found)]).wrong == 1


def test_what_was_never_answered_is_named(reference):
    reference.sent(message(1))

    assert verdict_of(reference, []).unanswered == 1


def reading(held=10):
    verdict = Verdict()
    return Reading(held, verdict), verdict


def test_a_reader_who_gets_everything_in_order_is_clean():
    reader, verdict = reading()
    for seq in (11, 12):
        reader.receive(seq)
    reader.reconnect()
    reader.receive(13)
    reader.finish(13)

    assert verdict.is_clean


def test_a_reader_who_gets_one_again_has_it_doubled():
    reader, verdict = reading()
    for seq in (11, 11):
        reader.receive(seq)

    assert verdict.doubled == 1


def test_a_reader_who_gets_a_later_one_first_has_it_reordered_and_asks_for_the_gap():
    reader, verdict = reading()
    reader.receive(12)

    assert (verdict.reordered, reader.held, reader.repair_until) == (1, 10, 12)


def test_a_reader_who_misses_the_end_has_lost_it():
    reader, verdict = reading()
    reader.receive(11)
    reader.finish(13)

    assert verdict.lost == 2


def test_a_reader_who_is_reset_asks_for_the_gap_while_live_events_go_on():
    reader, verdict = reading()
    reader.reset(13)
    assert reader.repair_until == 13
    reader.ask(13)
    for seq in (11, 14, 12, 12, 13):
        reader.receive(seq)
    assert reader.held == 13
    assert reader.repair_until == 14
    reader.receive(14)
    reader.finish(14)

    assert verdict.is_clean
    assert reader.repair_until == 0


def test_what_was_asked_for_twice_may_come_twice_on_that_line_only():
    reader, verdict = reading()
    reader.reset(12)
    reader.ask(12)
    for seq in (11, 12, 11, 12):
        reader.receive(seq)
    assert verdict.is_clean
    reader.reconnect()
    reader.receive(12)

    assert verdict.doubled == 1


def test_a_server_that_went_back_has_lost_what_a_reader_held():
    reader, verdict = reading()
    reader.reset(9)

    assert verdict.lost == 1
