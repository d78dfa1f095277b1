from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.history import choose_target, find_first, parse_moment, share


def test_one_target_is_chosen():
    assert choose_target(None, None, has_range=True) is None
    assert choose_target(7, None, has_range=False) == 7
    assert choose_target(None, "2026-01-31", has_range=False) == datetime(2026, 1, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("around_seq", "at", "has_range", "field"),
    [
        (7, "2026-01-31", False, "around_seq"),
        (7, None, True, "around_seq"),
        (None, "2026-01-31", True, "at"),
        (None, "", False, "at"),
        (None, "soon", False, "at"),
    ],
)
def test_two_targets_at_once_or_no_moment_are_refused(around_seq, at, has_range, field):
    with pytest.raises(Refused) as refused:
        choose_target(around_seq, at, has_range=has_range)
    assert refused.value.code is ErrorCode.INVALID_FIELDS
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T09:30:00Z", datetime(2026, 1, 31, 9, 30, tzinfo=UTC)),
        ("2026-01-31T00:30:00+01:00", datetime(2026, 1, 30, 23, 30, tzinfo=UTC)),
        ("2026-01-31T09:30:00", None),
        ("2026-02-30", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("1000", None),
    ],
)
def test_days_and_moments_with_an_offset_are_read(text, moment):
    assert parse_moment(text) == moment


@given(st.text(max_size=40))
def test_any_text_is_a_moment_in_utc_or_none(text):
    moment = parse_moment(text)
    assert moment is None or moment.utcoffset().total_seconds() == 0


@given(st.integers(0, 200), st.integers(0, 200), st.integers(1, 100))
def test_a_page_is_as_full_as_it_can_be_and_half_lies_before(before, after, limit):
    kept_before, kept_after = share(before, after, limit)
    assert 0 <= kept_before <= before
    assert 0 <= kept_after <= after
    assert kept_before + kept_after == min(limit, before + after)
    if after:
        assert kept_after >= 1
    if before >= limit // 2 and after >= limit - limit // 2:
        assert kept_before == limit // 2


@given(st.integers(0, 100_000), st.integers(1, 100_001))
def test_the_first_number_is_found_in_few_steps(last, first):
    asked = []

    def is_reached(number):
        asked.append(number)
        return number >= first

    assert find_first(last, is_reached) == min(first, last + 1)
    assert len(asked) <= 17
    assert all(1 <= number <= last for number in asked)


@given(st.lists(st.booleans(), max_size=40))
def test_where_time_went_back_a_beginning_is_found(held):
    found = find_first(len(held), lambda number: held[number - 1])
    assert found == len(held) + 1 or held[found - 1]
    assert found == 1 or not held[found - 2]
