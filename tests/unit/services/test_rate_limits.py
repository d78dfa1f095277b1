import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.services.rate_limits import Admissions, Limiter, RateLimit, TokenBucket, network_of


def test_bucket_gives_its_burst_at_once_and_then_its_rate():
    bucket = TokenBucket(rate=2, burst=3, now=100.0)

    assert [bucket.take(1, 100.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert bucket.take(1, 100.5) == 0.0
    assert bucket.take(1, 100.5) == 0.5


def test_bucket_takes_all_or_nothing():
    bucket = TokenBucket(rate=1, burst=10, now=0.0)
    bucket.take(8, 0.0)

    assert bucket.take(5, 0.0) == 3.0
    assert bucket.take(2, 0.0) == 0.0


def test_clock_that_was_set_back_neither_fills_nor_blocks():
    bucket = TokenBucket(rate=1, burst=1, now=1_000.0)
    bucket.take(1, 1_000.0)

    assert bucket.take(1, 10.0) == 1.0
    assert bucket.take(1, 11.0) == 0.0


@given(
    rate=st.floats(0.01, 1_000),
    burst=st.integers(1, 1_000),
    gaps=st.lists(st.floats(0, 100), min_size=1, max_size=200),
)
def test_bucket_never_gives_more_than_burst_and_rate_allow_and_keeps_its_word(rate, burst, gaps):
    bucket, now, tokens_taken = TokenBucket(rate=rate, burst=burst, now=0.0), 0.0, 0
    for gap in gaps:
        now += gap
        wait = bucket.take(1, now)
        tokens_taken += wait == 0.0
        assert wait <= 1 / rate * (1 + 1e-9)
        assert tokens_taken <= burst + rate * now + 1e-6
        if wait > 0:
            assert bucket.take(1, now + wait * (1 + 1e-9) + 1e-9) == 0.0
            tokens_taken, now = tokens_taken + 1, now + wait * (1 + 1e-9) + 1e-9


def test_keys_do_not_share_tokens():
    limiter = Limiter(rate=1, burst=1)

    assert limiter.take("ana", 1, 0.0) == 0.0
    assert limiter.take("ben", 1, 0.0) == 0.0
    assert limiter.take("ana", 1, 0.0) == 1.0


def test_limiter_remembers_a_bounded_number_of_keys_and_forgets_the_oldest():
    limiter = Limiter(rate=0.001, burst=1, max_keys=100)
    for n in range(1_000):
        limiter.take(f"key{n}", 1, float(n) / 1_000)
        assert len(limiter) <= 100

    assert limiter.take("key999", 1, 1.0) > 0


def test_limiter_forgets_those_that_are_as_good_as_new_first():
    limiter = Limiter(rate=1, burst=2, max_keys=3)
    limiter.take("spent", 2, 0.0)
    limiter.take("old", 1, 0.0)
    limiter.take("older", 1, 0.0)

    limiter.take("new", 1, 1.5)

    assert len(limiter) == 2
    assert limiter.take("spent", 2, 1.5) == 0.5


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("unknown", "unknown"),
    ],
)
def test_an_ipv6_network_counts_as_one_address(address, network):
    assert network_of(address) == network


def test_newcomers_who_are_turned_away_come_back_one_after_another():
    admissions = Admissions(per_second=10, now=0.0)

    waits = [admissions.admit(0.0) for _ in range(120)]

    assert waits[:20] == [0.0] * 20
    assert waits[20:] == sorted(waits[20:])
    assert waits[-1] == pytest.approx(10.1)
    assert admissions.admit(60.0) == 0.0


@given(st.integers(21, 400))
def test_a_crowd_that_follows_its_advice_is_inside_soon_and_never_together(count):
    admissions = Admissions(per_second=10, now=0.0)
    arrivals, inside = [(0.0, n) for n in range(count)], []
    while arrivals:
        now, who = min(arrivals)
        arrivals.remove((now, who))
        wait = admissions.admit(now)
        if wait == 0.0:
            inside.append(now)
        else:
            arrivals.append((now + wait, who))

    assert max(inside) <= count / 10 * 2 + 5
    for begin in inside:
        assert sum(begin < moment <= begin + 1 for moment in inside) <= 31


def test_a_limit_refuses_with_its_code_and_reports_to_the_counter():
    counted = []
    limit = RateLimit.per_minute(1, code=ErrorCode.TOO_MANY_SEARCHES, on_refused=lambda: counted.append(1))

    limit.spend("ana", 0.0)
    limit.spend("ben", 0.0)
    with pytest.raises(Refused) as refusal:
        limit.spend("ana", 0.0)

    assert refusal.value.code is ErrorCode.TOO_MANY_SEARCHES
    assert refusal.value.retry_after_seconds == pytest.approx(60.0)
    assert counted == [1]
