"""What follows from an error's code: what is offered, and what is no error of the session. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from nova_app.domain.errors import ERRORS, ErrorCode, ErrorKind

ACTIONS: Mapping[ErrorKind | ErrorCode, str] = {
    ErrorKind.UNAUTHORIZED: "sign_in",
    ErrorKind.SERVER_ERROR: "copy",
    ErrorKind.UNKNOWN: "reload",
    ErrorCode.WRONG_CREDENTIALS: "",
    ErrorCode.PROTOCOL_OUTDATED: "reload",
    ErrorCode.ACCOUNT_CHANGED: "reload",
    ErrorCode.MALFORMED_FRAME: "reload",
    ErrorCode.HELLO_EXPECTED: "reload",
    ErrorCode.OUTBOX_UNAVAILABLE: "edit",
    ErrorCode.OUTBOX_FULL: "edit",
}
"""What a person can do besides trying again: ``sign_in``, ``reload``, ``copy`` (the details,
for whoever runs this Nova), ``edit`` (what was written) or nothing; by kind, and by code where that differs."""

RETRY_BY_HAND = frozenset(
    {
        ErrorCode.OUTBOX_STALE,
        ErrorCode.OUTBOX_UNAVAILABLE,
        ErrorCode.FILE_NOT_READY,
        ErrorCode.OFFSET_MISMATCH,
        ErrorCode.TAKEN_OVER,
        ErrorCode.QUOTA_EXCEEDED,
        ErrorCode.NOT_SIGNED_IN,
        ErrorCode.UNEXPECTED_ANSWER,
        ErrorCode.PAGE_FAILED,
    }
)
"""Never repeated automatically, but worth a click: the cause may be gone, or a person has decided."""


def offers_retry(code: ErrorCode) -> bool:
    """Return whether a Retry beside this failure can ever succeed."""
    return ERRORS[code].retryable or code in RETRY_BY_HAND


EXPECTED_REFUSALS = frozenset(
    {
        ErrorCode.WRONG_CREDENTIALS,
        ErrorCode.INVALID_FIELDS,
        ErrorCode.USERNAME_TAKEN,
        ErrorCode.TEXT_TOO_LONG,
        ErrorCode.TEXT_EMPTY,
    }
)
"""What a form is refused for in daily use: said at the form, and no error of the session."""
