"""What can be tried again, and what is no error of the session: rules over the one table of errors."""

import pytest

from nova_app.domain.error_rules import EXPECTED_REFUSALS, RETRY_BY_HAND, offers_retry
from nova_app.domain.errors import ERRORS, ErrorCode


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (ErrorCode.NETWORK_UNREACHABLE, True),
        (ErrorCode.INTERNAL, True),
        (ErrorCode.TOO_MANY_UPLOADS, True),
        (ErrorCode.OUTBOX_STALE, True),
        (ErrorCode.QUOTA_EXCEEDED, True),
        (ErrorCode.FILE_EMPTY, False),
        (ErrorCode.FILE_TOO_LARGE, False),
        (ErrorCode.IMAGE_UNREADABLE, False),
        (ErrorCode.NOT_A_MEMBER, False),
        (ErrorCode.NOT_FOUND, False),
        (ErrorCode.TEXT_TOO_LONG, False),
        (ErrorCode.INVALID_FIELDS, False),
    ],
)
def test_a_retry_is_offered_only_where_it_can_succeed(code, expected):
    assert offers_retry(code) is expected


def test_what_is_repeated_automatically_needs_no_second_rule():
    assert [code for code in RETRY_BY_HAND if ERRORS[code].retryable] == []


def test_what_a_form_is_refused_for_is_nothing_that_a_retry_would_mend():
    assert [code for code in EXPECTED_REFUSALS if offers_retry(code)] == []
