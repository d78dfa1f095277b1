"""Every way a call of Nova's API can fail, as one exception with one of the nine kinds."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

import httpx
from pydantic import BaseModel, Field, ValidationError

from nova_app.domain.errors import ERRORS, ErrorCode, ErrorKind
from nova_app.protocol.codes import code_of_status
from nova_app.protocol.retry_after import read_retry_after

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

Text = Annotated[str, Field(max_length=2_000)]


class ProblemDocument(BaseModel):
    """The parts of a problem document that the client reads."""

    code: ErrorCode
    detail: str = ""
    fields: dict[str, Text] = {}
    retry_after_seconds: Annotated[float, Field(allow_inf_nan=False)] | None = None
    request_id: str = ""


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
        """The text for the user: the first field's message, otherwise the text of the code."""
        return next(iter(self.fields.values()), ERRORS[self.code].text)


def from_exception(fault: Exception) -> NovaAPIError:
    """Translate a failure without an answer; total over what httpx raises."""
    code = next(code for kind, code in CODE_OF_EXCEPTION.items() if isinstance(fault, kind))
    return NovaAPIError(code, f"{type(fault).__name__}: {fault}")


def from_response(response: httpx.Response) -> NovaAPIError:
    """Translate an answer that says no; one that is no problem document is judged by its status."""
    advised, status = read_retry_after(response.headers), response.status_code
    try:
        document = ProblemDocument.model_validate_json(response.content)
    except ValidationError:
        return NovaAPIError(
            code_of_status(status),
            f"expected a problem document, got status {status}",
            retry_after_seconds=advised,
            request_id=response.headers.get("x-request-id", ""),
            status=status,
        )
    return NovaAPIError(
        document.code,
        document.detail,
        fields=document.fields,
        retry_after_seconds=advised if document.retry_after_seconds is None else document.retry_after_seconds,
        request_id=document.request_id,
        status=status,
    )
