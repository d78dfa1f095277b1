"""The rules of trying again, with a fake clock and fixed chance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_app.client.retry import Breaker, Budget, RetryPolicy

POLICY = RetryPolicy()


def test_waits_grow_with_full_jitter_and_end_after_three():
    waits = [POLICY.wait(attempt, advised=None, elapsed=0, random=0.5) for attempt in range(4)]

    assert waits == [pytest.approx(0.15), pytest.approx(0.3), pytest.approx(0.6), None]
    assert POLICY.wait(0, advised=None, elapsed=0, random=0.0) == 0.0


@pytest.mark.parametrize(
    ("advised", "expected"),
    [(2.0, 2.1), (0.0, 0.15), (-5.0, 0.15), (60.0, None), (61.0, None), (86_400.0, None)],
    ids=["two seconds", "none", "negative", "more than is left", "too long", "a day"],
)
def test_the_servers_advice_is_waited_for_in_full_or_not_at_all(advised, expected):
    wait = POLICY.wait(0, advised=advised, elapsed=0, random=0.5)

    assert wait == (None if expected is None else pytest.approx(expected))


@given(st.integers(0, 5), st.floats(0, 40), st.floats(0, 0.999), st.none() | st.floats(-10, 100))
def test_no_wait_outlasts_the_whole(attempt, elapsed, random, advised):
    wait = POLICY.wait(attempt, advised=advised, elapsed=elapsed, random=random)

    assert wait is None or (wait >= 0 and elapsed + wait < POLICY.total)


def test_a_budget_pays_for_few_retries_and_successes_fill_it():
    budget = Budget()
    paid = [budget.pay(timed_out=False) for _ in range(12)]

    assert paid == [True] * 10 + [False] * 2
    for _ in range(10):
        budget.refund()
    assert budget.pay(timed_out=True)
    assert not budget.pay(timed_out=False)


def test_a_breaker_opens_after_five_in_a_row_and_lets_one_probe_through():
    breaker = Breaker()
    for _ in range(5):
        assert breaker.allows(0)
        breaker.record(failed=True, now=0, random=0.5)

    assert not breaker.allows(12.4)
    assert breaker.wait(2.5) == pytest.approx(10.0)
    assert breaker.allows(12.5)
    assert not breaker.allows(12.6), "one probe at a time"
    breaker.record(failed=True, now=13, random=0.0)
    assert not breaker.allows(22.9)
    assert breaker.allows(23)
    breaker.record(failed=False, now=23.1, random=0.0)
    assert [breaker.allows(23.2) for _ in range(3)] == [True] * 3


def test_a_breaker_opens_when_half_of_many_fail():
    breaker = Breaker()
    for number in range(20):
        breaker.record(failed=number % 2 == 1, now=number / 10, random=0)

    assert not breaker.allows(2)


def test_a_probe_that_was_cancelled_lets_the_next_one_try():
    breaker = Breaker()
    for _ in range(5):
        breaker.record(failed=True, now=0, random=0)
    assert breaker.allows(10)
    breaker.cancel()
    assert breaker.allows(10.1)
