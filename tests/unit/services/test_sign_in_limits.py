import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.known_devices import name_of, seal
from nova_app.services.sign_in_limits import DELAY_MAX_SECONDS, FORGET_SECONDS, AttemptLimits, GrowingDelay


@pytest.fixture
def attempts():
    return AttemptLimits(sign_ins_per_account=5, sign_ins_per_address=20, registrations_per_address=2)


def test_sixth_sign_in_to_one_account_is_delayed_at_that_address_only(attempts):
    for _ in range(5):
        attempts.sign_in("ana", "10.0.0.9", 0.0)

    with pytest.raises(Refused) as refusal:
        attempts.sign_in("ana", "10.0.0.9", 0.0)

    assert refusal.value.code is ErrorCode.TOO_MANY_ATTEMPTS
    assert refusal.value.retry_after_seconds == pytest.approx(12)
    attempts.sign_in("ben", "10.0.0.9", 0.0)
    attempts.sign_in("ana", "10.0.0.8", 0.0)
    attempts.sign_in("ana", "10.0.0.9", 12.0)


def test_twenty_first_sign_in_of_a_minute_from_one_address_is_refused_for_any_account(attempts):
    for n in range(20):
        attempts.sign_in(f"user{n}", "10.0.0.1", 0.0)

    with pytest.raises(Refused) as refusal:
        attempts.sign_in("another", "10.0.0.1", 0.0)

    assert refusal.value.retry_after_seconds == pytest.approx(3)
    attempts.sign_in("another", "10.0.0.2", 0.0)


def test_registrations_are_limited_per_address(attempts):
    attempts.register("10.0.0.1", 0.0)
    attempts.register("10.0.0.1", 0.0)

    with pytest.raises(Refused) as refusal:
        attempts.register("10.0.0.1", 0.0)

    assert refusal.value.retry_after_seconds == pytest.approx(1_800)


def wait_of(delay, key, now):
    try:
        delay.spend(key, now)
    except Refused as refusal:
        return refusal.retry_after_seconds
    return 0.0


@given(st.lists(st.floats(0, 4_000), max_size=60))
def test_whoever_waits_as_asked_is_let_through_and_no_delay_is_longer_than_the_longest(pauses):
    delay, now = GrowingDelay(free=5, first_seconds=12), 0.0
    for pause in pauses:
        now += pause
        wait = wait_of(delay, "ana", now)
        assert 0 <= wait <= DELAY_MAX_SECONDS
        if wait:
            now += wait + 0.001
            assert wait_of(delay, "ana", now) == 0


def test_a_try_that_comes_too_early_makes_nothing_longer(attempts):
    delay = GrowingDelay(free=1, first_seconds=10)
    assert [wait_of(delay, "ana", now) for now in (0, 0, 4, 9, 10)] == [0, 10, 6, 1, 0]
    assert wait_of(delay, "ana", 10) == 20


def test_tries_are_forgotten_with_the_right_password_and_after_an_hour():
    delay = GrowingDelay(free=1, first_seconds=10)
    delay.spend("ana", 0)
    delay.reset("ana")
    delay.spend("ana", 0)
    assert wait_of(delay, "ana", FORGET_SECONDS - 1) == 0
    assert wait_of(delay, "ana", 2 * FORGET_SECONDS) == 0
    assert wait_of(delay, "ana", 2 * FORGET_SECONDS) == 10


def test_strangers_with_many_names_take_no_memory_without_bound():
    delay = GrowingDelay(free=1, first_seconds=10, max_keys=100)
    for n in range(1_000):
        delay.spend(f"name{n}", 0)
    assert len(delay) == 100
    assert wait_of(delay, "name999", 0) == 10


def test_a_device_is_known_by_the_account_whose_password_sealed_it():
    cookie = seal("abc", "$argon2id$salt$hash")
    assert name_of(cookie, "$argon2id$salt$hash") == "abc"
    assert [name_of(other, "$argon2id$salt$hash") for other in ("", ".", "abc", "abd" + cookie[3:], cookie + "0")] == [
        ""
    ] * 5
    assert name_of(cookie, "$argon2id$salt$other") == ""
