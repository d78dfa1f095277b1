"""What one socket still has to send, and what it must read from the log instead."""

from hypothesis import given
from hypothesis import strategies as st

from nova_app.realtime.send_queue import CATCH_UP_BELOW_BYTES, QUEUE_MAX_BYTES, Subscriber


def a_subscriber():
    return Subscriber("ana", "session", wake=lambda: None, on_conversation=lambda _: None)


def test_frames_leave_in_order_and_once():
    subscriber = a_subscriber()

    subscriber.reply(b"1", "system")
    subscriber.offer("room", 1, b"2", kind="message", now=0.0)
    subscriber.offer_state(b"3")

    assert subscriber.take().fragments == [b"1", b"2", b"3"]
    assert subscriber.take().fragments == []
    assert not subscriber.has_work


def test_a_full_queue_remembers_where_to_read_on():
    subscriber = a_subscriber()
    subscriber.reply(b"x" * (QUEUE_MAX_BYTES + 1), "system")

    subscriber.offer("room", 7, b"late", kind="message", now=0.0)
    subscriber.offer("room", 8, b"later", kind="message", now=0.0)
    subscriber.offer_state(b"typing")

    assert subscriber.next_lag() is None, "there is no room yet"
    assert len(subscriber.take().fragments) == 1
    assert subscriber.next_lag() == ("room", 6)


def test_a_lag_ends_only_when_the_log_was_read_to_the_newest():
    subscriber = a_subscriber()
    subscriber.reply(b"x" * (QUEUE_MAX_BYTES + 1), "system")
    subscriber.offer("room", 7, b"late", kind="message", now=0.0)
    subscriber.take()

    subscriber.offer("room", 8, b"while reading", kind="message", now=0.0)
    subscriber.resume_after("room", 7)
    assert subscriber.next_lag() == ("room", 7)
    subscriber.resume_after("room", 8)

    assert subscriber.next_lag() is None
    subscriber.offer("room", 9, b"live", kind="message", now=0.0)
    assert subscriber.take().fragments == [b"live"]


def test_a_held_conversation_waits_until_it_is_known_from_where():
    subscriber = a_subscriber()

    subscriber.hold("room")
    subscriber.offer("room", 5, b"early", kind="message", now=0.0)

    assert subscriber.next_lag() is None
    subscriber.resume_after("room", 4)
    assert subscriber.next_lag() == ("room", 4)


def test_a_held_conversation_without_news_goes_live():
    subscriber = a_subscriber()

    subscriber.hold("room")
    subscriber.offer("room", 4, b"already in the summary", kind="message", now=0.0)
    subscriber.resume_after("room", 4)
    subscriber.offer("room", 5, b"live", kind="message", now=0.0)

    assert subscriber.take().fragments == [b"live"]


@given(st.lists(st.sampled_from(["event", "drain", "read"]), max_size=200), st.integers(1, 5))
def test_whatever_the_reader_does_it_gets_every_event_once_in_order(steps, frames_that_fit):
    """A model: the log holds all events; the reader gets them live or from the log, never twice."""
    fragment = b"x" * (QUEUE_MAX_BYTES // frames_that_fit + 1)
    subscriber, log, received, queued = a_subscriber(), 0, [], []

    def drain():
        received.extend(queued[: len(subscriber.take().fragments)])
        queued.clear()

    def read_on():
        lag = subscriber.next_lag()
        if lag:
            queued.extend(range(lag[1] + 1, log + 1))
            for _ in range(lag[1] + 1, log + 1):
                subscriber.reply(b"", "system")
            subscriber.resume_after("room", log)

    for step in steps:
        if step == "event":
            log += 1
            was_waiting = len(queued)
            before = subscriber.waiting_bytes
            subscriber.offer("room", log, fragment, kind="message", now=0.0)
            if subscriber.waiting_bytes > before:
                queued.append(log)
                assert len(queued) == was_waiting + 1
        elif step == "drain":
            drain()
        else:
            read_on()
    for _ in range(3):
        drain()
        read_on()
    drain()

    assert received == list(range(1, log + 1))
    assert subscriber.waiting_bytes <= QUEUE_MAX_BYTES + len(fragment)


def test_of_positions_that_did_not_fit_only_the_newest_come_once_there_is_room():
    subscriber = a_subscriber()
    subscriber.reply(b"x" * (QUEUE_MAX_BYTES + 1), "system")

    subscriber.offer_latest(("room", "ben", "read"), b"ben 1")
    subscriber.offer_latest(("room", "cleo", "read"), b"cleo 1")
    subscriber.offer_latest(("room", "ben", "read"), b"ben 2")

    assert subscriber.take().fragments[1:] == [b"ben 2", b"cleo 1"]
    assert not subscriber.has_work
    subscriber.offer_latest(("room", "ben", "read"), b"ben 3")
    assert subscriber.take().fragments == [b"ben 3"]


def test_a_reader_with_much_to_read_is_behind_for_signs_of_life():
    subscriber = a_subscriber()

    subscriber.reply(b"x" * (CATCH_UP_BELOW_BYTES + 1), "system")
    assert subscriber.is_behind
    subscriber.take()

    assert not subscriber.is_behind
