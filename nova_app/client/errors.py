"""Every way a call of Nova's API can fail, as one exception with one of the nine kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from nova_app.domain.errors import ERRORS, ErrorCode, ErrorKind


class NovaAPIError(Exception):
    """A call failed.

    Attributes:
        code: What happened.
        detail: For the developer.
        fields: Messages by field name.
        retry_after_seconds: How long the server asks to wait; None if it does not.
        request_id: The server's name for the request; empty if no answer came.
        status: The HTTP status; None if no answer came.
    """

    def __init__(
        self,
        code: ErrorCode,
        detail: str = "",
        *,
        fields: Mapping[str, str] | None = None,
        retry_after_seconds: float | None = None,
        request_id: str = "",
        status: int | None = None,
    ) -> None:
        """Keep what is known of the failure."""
        super().__init__(detail or ERRORS[code].text)
        self.code = code
        self.detail = detail
        self.fields = dict(fields or {})
        self.retry_after_seconds = retry_after_seconds
        self.request_id = request_id
        self.status = status

    @property
    def kind(self) -> ErrorKind:
        """One of the nine kinds."""
        return ERRORS[self.code].kind

    @property
    def retryable(self) -> bool:
        """Whether the same call may succeed later, unchanged."""
        return ERRORS[self.code].retryable

    @property
    def text(self) -> str:
        """What to tell a person: the first field's message, else the code's own words."""
        return next(iter(self.fields.values()), ERRORS[self.code].text)


def from_transport(fault: httpx.HTTPError) -> NovaAPIError:
    """Translate a failure without an answer."""
    code = ErrorCode.TIMED_OUT if isinstance(fault, httpx.TimeoutException) else ErrorCode.NETWORK_UNREACHABLE
    return NovaAPIError(code, f"{type(fault).__name__}: {fault}")


def from_response(response: httpx.Response) -> NovaAPIError:
    """Translate an answer that says no; one that is no problem document is unexpected."""
    try:
        body: Any = response.json()
        code = ErrorCode(body["code"])
    except (ValueError, KeyError, TypeError):
        return NovaAPIError(
            ErrorCode.UNEXPECTED_ANSWER,
            f"expected a problem document, got status {response.status_code}",
            request_id=response.headers.get("x-request-id", ""),
            status=response.status_code,
        )
    return NovaAPIError(
        code,
        str(body.get("detail", "")),
        fields=body.get("fields"),
        retry_after_seconds=body.get("retry_after_seconds"),
        request_id=str(body.get("request_id", "")),
        status=response.status_code,
    )
