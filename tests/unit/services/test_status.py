"""The figures of the page of status, from samples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_app.observability.history import (
    EVERY_SECONDS,
    HALF_HOUR,
    HALF_HOURS,
    Recorder,
    Sample,
    per_minute,
    slow_latency,
)
from nova_app.observability.instruments import create_instruments
from nova_app.services.status import HEIGHT, WIDTH, draw, figures_of, is_any_bad, round_up


def a_sample(number=0, **overrides):
    values = {
        "at": number * EVERY_SECONDS,
        **dict.fromkeys(("sockets", "accepted", "delivered", "failed", "operations", "errors"), 0.0),
        **dict.fromkeys(("requests", "refused", "waiting", "failed_messages"), 0.0),
        "latency": {},
        "kinds": {},
    }
    return Sample(**{**values, **overrides})


def value_of(samples, name):
    return next(figure for figure in figures_of(samples) if figure.name == name)


def test_nothing_is_shown_before_the_first_sample():
    assert figures_of([]) == []


def test_a_rate_is_that_of_the_last_minute():
    samples = [a_sample(number, accepted=10.0 * number) for number in range(40)]

    assert per_minute(samples, lambda sample: sample.accepted)[-1] == 120
    assert value_of(samples, "Messages").value == "120/min"


def test_a_restart_is_no_negative_rate():
    samples = [a_sample(0, accepted=500.0), a_sample(1, accepted=3.0)]

    assert per_minute(samples, lambda sample: sample.accepted)[-1] == 0


def test_the_slow_end_of_deliveries_is_a_bound_that_most_keep():
    before = a_sample(0, latency={0.01: 0.0, 1.0: 0.0, float("inf"): 0.0})
    after = a_sample(1, latency={0.01: 90.0, 1.0: 96.0, float("inf"): 100.0})

    assert slow_latency([before, after])[-1] == 1.0
    assert value_of([before, after], "Delivery").value == "1 s"


def test_what_an_alert_would_fire_on_is_marked():
    samples = [a_sample(0), a_sample(1, operations=100.0, errors=6.0, waiting=1_001.0)]

    assert value_of(samples, "Connection errors").is_bad
    assert value_of(samples, "Webhooks waiting").is_bad
    assert not value_of(samples, "Failed requests").is_bad


def test_failures_are_shown_for_as_long_as_their_curve_and_not_for_the_last_minute_alone():
    failed = [a_sample(0), *(a_sample(number, requests=30.0, refused=3.0) for number in range(1, 100))]

    figure = value_of(failed, "Failed requests")
    assert figure.value == "10 %"
    assert figure.about == "3 of 30 requests in the last 15 minutes."
    assert not figure.is_bad


def test_deliveries_of_a_quiet_minute_have_the_figure_of_the_quarter_of_an_hour():
    latency = {0.01: 90.0, 1.0: 96.0, float("inf"): 100.0}
    samples = [a_sample(0), *(a_sample(number, latency=latency) for number in range(1, 60))]

    figure = value_of(samples, "Delivery")
    assert (figure.value, figure.path != "") == ("1 s", True)
    assert figure.about == "95 % delivered within this time, last 15 minutes."


def test_without_any_delivery_there_is_neither_a_figure_nor_a_curve():
    figure = value_of([a_sample(0), a_sample(1)], "Delivery")

    assert (figure.value, figure.path) == ("No messages", "")


def test_a_page_event_that_fails_is_a_failed_request():
    instruments = create_instruments()
    recorder = Recorder(instruments.metrics, lambda: 0.0)
    recorder.record()
    instruments.metrics.histogram("nova_reflex_event_duration_seconds", "ok").observe(0.1)
    instruments.metrics.histogram("nova_reflex_event_duration_seconds", "error").observe(0.1)
    recorder.record()

    assert value_of(list(recorder.samples), "Failed requests").about == "1 of 2 requests in the last 15 minutes."


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=200))
def test_a_course_stays_in_its_field(course):
    for point in draw(course, round_up(max(course), 1.0))[1:].split(" L"):
        x, y = map(float, point.split(","))
        assert 0 <= x <= WIDTH + 0.1
        assert 0 <= y <= HEIGHT


def test_the_recorder_reads_what_is_counted():
    instruments = create_instruments()
    instruments.sockets.accepted(0.1)
    instruments.deliveries.delivered(9, 0.02)
    instruments.deliveries.failed(1, "timeout")
    instruments.browser.errors("TIMEOUT", "chrome", 4)
    instruments.queue.set_waiting("webhook", pending=2, retry=3, failed=5, oldest_at=0)
    instruments.usage.accepted("group", 7)
    recorder = Recorder(instruments.metrics, lambda: 12.0)
    recorder.record()
    (sample,) = recorder.samples

    assert (sample.at, sample.sockets, sample.accepted, sample.delivered, sample.failed) == (12, 1, 7, 9, 1)
    assert (sample.waiting, sample.failed_messages, sample.kinds["TIMEOUT"]) == (5, 5, 4)
    assert sample.latency[0.025] == 1
    assert sample.operations == 1


@pytest.mark.parametrize(
    ("value", "smallest", "top"),
    [
        (0, 1, 1),
        (1, 1, 1),
        (3, 1, 5),
        (12, 1, 20),
        (51, 1, 100),
        (0.003, 0.01, 0.01),
        (1.0, 0.01, 1.0),
        (0.025, 0.001, 0.05),
    ],
)
def test_a_scale_ends_at_a_round_number(value, smallest, top):
    assert round_up(value, smallest) == pytest.approx(top)


@given(st.floats(0, 1e9))
def test_no_value_is_above_its_scale(value):
    assert round_up(value, 1.0) >= value * (1 - 1e-6)


def test_the_scale_has_the_unit_of_its_figure():
    latency = {0.025: 90.0, float("inf"): 90.0}
    samples = [a_sample(0, latency=dict.fromkeys(latency, 0.0)), a_sample(1, latency=latency, sockets=14.0)]
    tops = {figure.name: figure.top for figure in figures_of(samples)}

    assert tops["Open connections"] == "20"
    assert tops["Delivery"] == "50 ms"
    assert tops["Delivered live"] == "100 %"


@pytest.mark.parametrize(
    ("waiting", "limit_path", "top"),
    [
        (0.0, "", "1"),
        (200.0, "", "200"),
        (300.0, "M0,0.0 H120", "1000"),
        (1_000.0, "M0,0.0 H120", "1000"),
        (1_500.0, "M0,16.0 H120", "2000"),
    ],
    ids=["none", "far below", "near", "at it", "above"],
)
def test_the_line_of_the_alert_is_drawn_where_the_course_is_near_it(waiting, limit_path, top):
    figure = value_of([a_sample(0), a_sample(1, waiting=waiting)], "Webhooks waiting")

    assert (figure.limit_path, figure.top) == (limit_path, top)
    assert figure.limit == ("1000" if limit_path else "")


def test_a_figure_without_an_alert_has_no_line():
    assert value_of([a_sample(0), a_sample(1, sockets=9_000.0)], "Open connections").limit_path == ""


def test_the_limit_has_the_unit_of_its_figure():
    samples = [a_sample(0), a_sample(1, requests=30.0, refused=1.0)]

    figure = value_of(samples, "Failed requests")
    assert (figure.limit, figure.top) == ("5 %", "5 %")


def test_a_delivery_that_took_longer_than_any_bound_is_drawn_at_the_top():
    assert draw([0.0, float("inf")], float("inf")) == f"M0.0,{HEIGHT} L{WIDTH},0.0"


def test_half_an_hour_in_which_anything_was_wrong_stays_marked():
    now, instruments = [HALF_HOUR * 1000.0], create_instruments()
    recorder = Recorder(instruments.metrics, lambda: now[0], is_bad=is_any_bad)
    recorder.record()
    instruments.queue.set_waiting("webhook", pending=2_000, retry=0, failed=0, oldest_at=0)
    now[0] += 5
    recorder.record()
    instruments.queue.set_waiting("webhook", pending=0, retry=0, failed=0, oldest_at=0)
    now[0] += 5
    recorder.record()
    assert recorder.read_day()[-2:] == ["none", "bad"]

    now[0] += 2 * HALF_HOUR
    recorder.record()
    assert recorder.read_day()[-4:] == ["none", "bad", "none", "good"]
    assert len(recorder.read_day()) == HALF_HOURS
