"""What one socket still has to send, and what it must read from the log instead."""

from hypothesis import given
from hypothesis import strategies as st

from nova_app.protocol.server_frames import EncodedFrame, join
from nova_app.realtime.send_queue import CATCH_UP_BELOW_BYTES, QUEUE_MAX_BYTES, EventRun, SendQueue


def frame(data):
    return EncodedFrame(data, "system")


def a_send_queue():
    return SendQueue("ana", "session", wake=lambda: None, on_conversation=lambda _: None)


def test_frames_leave_in_order_and_once():
    send_queue = a_send_queue()

    send_queue.reply(frame(b"1"))
    send_queue.offer("room", 1, frame(b"2"), now=0.0)
    send_queue.offer_state(frame(b"3"))

    assert send_queue.take_batch().fragments == [b"1", b"2", b"3"]
    assert send_queue.take_batch().fragments == []
    assert not send_queue.has_work


def test_a_full_queue_remembers_where_to_read_on():
    send_queue = a_send_queue()
    send_queue.reply(frame(b"x" * (QUEUE_MAX_BYTES + 1)))

    send_queue.offer("room", 7, frame(b"late"), now=0.0)
    send_queue.offer("room", 8, frame(b"later"), now=0.0)
    send_queue.offer_state(frame(b"typing"))

    assert send_queue.next_lag() is None, "there is no room yet"
    assert len(send_queue.take_batch().fragments) == 1
    assert send_queue.next_lag() == ("room", 6)


def test_a_lag_ends_only_when_the_log_was_read_to_the_newest():
    send_queue = a_send_queue()
    send_queue.reply(frame(b"x" * (QUEUE_MAX_BYTES + 1)))
    send_queue.offer("room", 7, frame(b"late"), now=0.0)
    send_queue.take_batch()

    send_queue.offer("room", 8, frame(b"while reading"), now=0.0)
    send_queue.resume_after("room", 7)
    assert send_queue.next_lag() == ("room", 7)
    send_queue.resume_after("room", 8)

    assert send_queue.next_lag() is None
    send_queue.offer("room", 9, frame(b"live"), now=0.0)
    assert send_queue.take_batch().fragments == [b"live"]


def test_what_was_read_from_the_log_before_it_was_published_is_sent_once():
    send_queue = a_send_queue()
    send_queue.hold("room")
    send_queue.resume_after("room", 8)

    send_queue.offer("room", 7, frame(b"published late"), now=0.0)
    send_queue.offer("room", 8, frame(b"published late"), now=0.0)
    send_queue.offer("room", 9, frame(b"live"), now=0.0)

    assert send_queue.take_batch().fragments == [b"live"]


def test_of_a_run_that_was_partly_read_from_the_log_the_rest_is_read_from_there():
    send_queue = a_send_queue()
    send_queue.hold("room")
    send_queue.resume_after("room", 8)
    run = EventRun("room", 8, 8)
    run.add(8, frame(b"8"))
    run.add(9, frame(b"9"))

    send_queue.offer_run(run, b"8,9", now=0.0)

    assert send_queue.take_batch().fragments == []
    assert send_queue.next_lag() == ("room", 8)
    send_queue.resume_after("room", 9)
    send_queue.offer("room", 10, frame(b"live"), now=0.0)
    assert send_queue.take_batch().fragments == [b"live"]


def test_a_held_conversation_waits_until_it_is_known_from_where():
    send_queue = a_send_queue()

    send_queue.hold("room")
    send_queue.offer("room", 5, frame(b"early"), now=0.0)

    assert send_queue.next_lag() is None
    send_queue.resume_after("room", 4)
    assert send_queue.next_lag() == ("room", 4)


def test_a_held_conversation_without_news_goes_live():
    send_queue = a_send_queue()

    send_queue.hold("room")
    send_queue.offer("room", 4, frame(b"already in the summary"), now=0.0)
    send_queue.resume_after("room", 4)
    send_queue.offer("room", 5, frame(b"live"), now=0.0)

    assert send_queue.take_batch().fragments == [b"live"]


@given(st.lists(st.sampled_from(["event", "drain", "read"]), max_size=200), st.integers(1, 5))
def test_whatever_the_reader_does_it_gets_every_event_once_in_order(steps, frames_that_fit):
    """A model: the log holds all events; the reader gets them live or from the log, never twice."""
    fragment = b"x" * (QUEUE_MAX_BYTES // frames_that_fit + 1)
    send_queue, log, received, queued = a_send_queue(), 0, [], []

    def drain():
        received.extend(queued[: len(send_queue.take_batch().fragments)])
        queued.clear()

    def read_on():
        lag = send_queue.next_lag()
        if lag:
            queued.extend(range(lag[1] + 1, log + 1))
            for _ in range(lag[1] + 1, log + 1):
                send_queue.reply(frame(b""))
            send_queue.resume_after("room", log)

    for step in steps:
        if step == "event":
            log += 1
            was_waiting = len(queued)
            before = send_queue.waiting_bytes
            send_queue.offer("room", log, frame(fragment), now=0.0)
            if send_queue.waiting_bytes > before:
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
    assert send_queue.waiting_bytes <= QUEUE_MAX_BYTES + len(fragment)


def test_of_positions_that_did_not_fit_only_the_newest_come_once_there_is_room():
    send_queue = a_send_queue()
    send_queue.reply(frame(b"x" * (QUEUE_MAX_BYTES + 1)))

    send_queue.offer_latest(("room", "ben", "read"), frame(b"ben 1"))
    send_queue.offer_latest(("room", "cleo", "read"), frame(b"cleo 1"))
    send_queue.offer_latest(("room", "ben", "read"), frame(b"ben 2"))

    assert send_queue.take_batch().fragments[1:] == [b"ben 2", b"cleo 1"]
    assert not send_queue.has_work
    send_queue.offer_latest(("room", "ben", "read"), frame(b"ben 3"))
    assert send_queue.take_batch().fragments == [b"ben 3"]


def test_a_reader_with_much_to_read_is_behind_for_signs_of_life():
    send_queue = a_send_queue()

    send_queue.reply(frame(b"x" * (CATCH_UP_BELOW_BYTES + 1)))
    assert send_queue.is_slow
    send_queue.take_batch()

    assert not send_queue.is_slow


def a_run(first_seq, sizes):
    run = EventRun("room", first_seq, first_seq)
    for number, size in enumerate(sizes):
        run.add(first_seq + number, EncodedFrame(b"x" * size, "message" if size % 2 else "change"))
    return run


@given(st.lists(st.lists(st.integers(1, 200), min_size=1, max_size=5), max_size=30))
def test_runs_give_what_single_events_give(commits):
    single, joined, seq = a_send_queue(), a_send_queue(), 0
    for sizes in commits:
        run = a_run(seq + 1, sizes)
        for data, kind in zip(run.parts, ["message" if size % 2 else "change" for size in sizes], strict=True):
            seq += 1
            single.offer("room", seq, EncodedFrame(data, kind), now=1.0)
        joined.offer_run(run, b",".join(run.parts), now=1.0)

    assert single.waiting_frames == joined.waiting_frames == seq
    one, other = single.take_batch(), joined.take_batch()
    assert join(one.fragments, one.frames) == join(other.fragments, other.frames)
    assert (one.events, one.kinds, one.live_since) == (other.events, other.kinds, other.live_since)


@given(st.lists(st.lists(st.integers(1, 200_000), min_size=1, max_size=5), min_size=1, max_size=20))
def test_what_a_run_does_not_queue_is_behind_the_lag(commits):
    send_queue, seq, queued = a_send_queue(), 0, 0
    for sizes in commits:
        run = a_run(seq + 1, sizes)
        seq = run.last_seq
        send_queue.offer_run(run, b",".join(run.parts), now=1.0)
        if not send_queue.lags:
            queued = seq

    lag = send_queue.lags.get("room")
    assert send_queue.waiting_frames == queued
    assert (lag is None) if queued == seq else (lag.after, lag.upto) == (queued, seq)
