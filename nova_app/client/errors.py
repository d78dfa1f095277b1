"""Every way a call of Nova's API can fail, as one exception with one of the nine kinds."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import httpx

from nova_app.client.retry import read_retry_after
from nova_app.domain.errors import ERRORS, ErrorCode, ErrorKind

CODE_OF_EXCEPTION: Mapping[type[Exception], ErrorCode] = MappingProxyType(
    {
        httpx.TimeoutException: ErrorCode.TIMED_OUT,
        TimeoutError: ErrorCode.TIMED_OUT,
        httpx.NetworkError: ErrorCode.NETWORK_UNREACHABLE,
        httpx.ProxyError: ErrorCode.NETWORK_UNREACHABLE,
        httpx.RemoteProtocolError: ErrorCode.NETWORK_UNREACHABLE,
        # What is left is an answer, or a use of this client, that makes no sense.
        httpx.HTTPError: ErrorCode.UNEXPECTED_ANSWER,
        httpx.InvalidURL: ErrorCode.UNEXPECTED_ANSWER,
        httpx.CookieConflict: ErrorCode.UNEXPECTED_ANSWER,
        httpx.StreamError: ErrorCode.UNEXPECTED_ANSWER,
    }
)
"""What failed without an answer; the first class that fits decides."""

CODE_OF_STATUS: Mapping[int, ErrorCode] = MappingProxyType(
    {
        401: ErrorCode.NOT_SIGNED_IN,
        404: ErrorCode.NOT_FOUND,
        408: ErrorCode.TIMED_OUT,
        425: ErrorCode.OVERLOADED,
        429: ErrorCode.TOO_MANY_ATTEMPTS,
        500: ErrorCode.INTERNAL,
        502: ErrorCode.OVERLOADED,
        503: ErrorCode.OVERLOADED,
        504: ErrorCode.TIMED_OUT,
    }
)
"""Answers that are no problem document: a proxy speaks, not Nova."""


class NovaAPIError(Exception):
    """A call failed.

    Attributes:
        code: What happened.
        detail: For the developer.
        fields: Messages by field name.
        retry_after_seconds: How long the server asks to wait; None if it does not.
        request_id: The server's name for the request; empty if no answer came.
        status: The HTTP status; None if no answer came.
        tries: How many requests were sent for this call.
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
        self.tries = 1

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


def from_exception(fault: Exception) -> NovaAPIError:
    """Translate a failure without an answer; total over what httpx raises."""
    code = next(code for kind, code in CODE_OF_EXCEPTION.items() if isinstance(fault, kind))
    return NovaAPIError(code, f"{type(fault).__name__}: {fault}")


def from_response(response: httpx.Response) -> NovaAPIError:
    """Translate an answer that says no; one that is no problem document is judged by its status."""
    advised = read_retry_after(response.headers)
    try:
        body: Any = response.json()
        code = ErrorCode(body["code"])
    except (ValueError, KeyError, TypeError):
        return NovaAPIError(
            CODE_OF_STATUS.get(response.status_code, ErrorCode.UNEXPECTED_ANSWER),
            f"expected a problem document, got status {response.status_code}",
            retry_after_seconds=advised,
            request_id=response.headers.get("x-request-id", ""),
            status=response.status_code,
        )
    return NovaAPIError(
        code,
        str(body.get("detail", "")),
        fields=body.get("fields"),
        retry_after_seconds=body.get("retry_after_seconds", advised),
        request_id=str(body.get("request_id", "")),
        status=response.status_code,
    )
