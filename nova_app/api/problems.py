"""Every refusal as a problem document (RFC 9457)."""

from __future__ import annotations

import json
import logging
import math
import uuid
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nova_app.domain.errors import ErrorCode, NovaError, Refused, Unavailable
from nova_app.observability.audit import record_refusals
from nova_app.observability.request_context import current_account

logger = logging.getLogger(__name__)

STATUS_OF: Mapping[ErrorCode, int] = MappingProxyType(
    {
        ErrorCode.NETWORK_UNREACHABLE: 502,
        ErrorCode.TIMED_OUT: 504,
        ErrorCode.NOT_SIGNED_IN: 401,
        ErrorCode.WRONG_CREDENTIALS: 401,
        ErrorCode.ACCOUNT_DISABLED: 403,
        ErrorCode.ACCOUNT_CHANGED: 409,
        ErrorCode.ORIGIN_REFUSED: 403,
        ErrorCode.NOT_FOUND: 404,
        ErrorCode.METHOD_NOT_ALLOWED: 405,
        ErrorCode.MALFORMED_BODY: 400,
        ErrorCode.INVALID_FIELDS: 422,
        ErrorCode.USERNAME_TAKEN: 422,
        ErrorCode.TEXT_TOO_LONG: 422,
        ErrorCode.TEXT_EMPTY: 422,
        ErrorCode.MALFORMED_FRAME: 400,
        ErrorCode.FRAME_TOO_LARGE: 413,
        ErrorCode.HELLO_EXPECTED: 400,
        ErrorCode.PROTOCOL_OUTDATED: 426,
        ErrorCode.UPGRADE_REQUIRED: 426,
        ErrorCode.KEY_REUSED: 422,
        ErrorCode.RANGE_TOO_LARGE: 422,
        ErrorCode.TOO_MANY_ATTEMPTS: 429,
        ErrorCode.TOO_MANY_SENDS: 429,
        ErrorCode.TOO_MANY_DIALS: 429,
        ErrorCode.TOO_MANY_SOCKETS: 429,
        ErrorCode.SILENT: 408,
        ErrorCode.READER_TOO_SLOW: 503,
        ErrorCode.RESTARTING: 503,
        ErrorCode.OVERLOADED: 503,
        ErrorCode.STORAGE_UNAVAILABLE: 503,
        ErrorCode.INTERNAL: 500,
        ErrorCode.OUTBOX_FULL: 507,
        ErrorCode.OUTBOX_STALE: 410,
        ErrorCode.OUTBOX_UNAVAILABLE: 507,
        ErrorCode.NO_ANSWER: 504,
        ErrorCode.COOKIES_BLOCKED: 403,
        ErrorCode.UNEXPECTED_ANSWER: 502,
        ErrorCode.SAVED_OFFLINE: 503,
        ErrorCode.PAGE_FAILED: 500,
        ErrorCode.PAGE_UNREACHABLE: 503,
        ErrorCode.PAGE_OUTDATED: 500,
        ErrorCode.FILE_TOO_LARGE: 413,
        ErrorCode.FILE_EMPTY: 422,
        ErrorCode.FILE_UNREADABLE: 422,
        ErrorCode.IMAGE_UNREADABLE: 422,
        ErrorCode.IMAGE_TOO_LARGE: 422,
        ErrorCode.QUOTA_EXCEEDED: 413,
        ErrorCode.TOO_MANY_FILES: 422,
        ErrorCode.TOO_MANY_UPLOADS: 429,
        ErrorCode.TOO_MANY_SEARCHES: 429,
        ErrorCode.OFFSET_MISMATCH: 409,
        ErrorCode.TAKEN_OVER: 409,
        ErrorCode.FILE_NOT_READY: 422,
        ErrorCode.UNAVAILABLE: 503,
        ErrorCode.NOT_ALLOWED: 403,
        ErrorCode.CANNOT_BE_ADDED: 403,
        ErrorCode.EDIT_CONFLICT: 409,
        ErrorCode.MESSAGE_DELETED: 409,
        ErrorCode.POST_DELETED: 409,
        ErrorCode.TARGET_FAILED: 409,
        ErrorCode.REACTION_LIMIT: 422,
        ErrorCode.TOO_MANY_REACTIONS: 429,
        ErrorCode.TOO_MANY_ADDITIONS: 429,
        ErrorCode.NOT_A_MEMBER: 403,
        ErrorCode.REGISTRATION_CLOSED: 403,
        ErrorCode.INVITE_REQUIRED: 403,
        ErrorCode.LINK_INVALID: 404,
        ErrorCode.LAST_ADMIN: 409,
        ErrorCode.LAST_OWNER: 409,
    }
)
"""Every code's HTTP status; a test proves that none is missing."""

PROBLEM = "application/problem+json"
_KEPT = ("allow", "content-range", "retry-after", "www-authenticate")
"""Headers that say something about a refusal, whatever its body is."""
_TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    413: "Too large",
    416: "Range not satisfiable",
    422: "Invalid",
    426: "Upgrade required",
    429: "Too many requests",
    500: "Internal error",
    503: "Not available",
}


def problem(
    error: NovaError, request_id: str, headers: Mapping[str, str] | None = None, *, status: int = 0
) -> Response:
    """Return the error as a response, with Retry-After where waiting helps.

    Args:
        status: Another than the code's.
    """
    status = status or STATUS_OF[error.code]
    body: dict[str, Any] = {
        "type": f"urn:nova:error:{error.code}",
        "title": _TITLES.get(status, "Refused"),
        "status": status,
        "detail": error.detail,
        "message": error.text,
        "kind": error.kind,
        "code": error.code,
        "retryable": error.retryable,
        "request_id": request_id,
    }
    answer_headers = dict(headers or {})
    if error.retry_after_seconds is not None:
        body["retry_after_seconds"] = error.retry_after_seconds
        answer_headers["Retry-After"] = str(max(1, math.ceil(error.retry_after_seconds)))
    if error.fields:
        body["fields"] = error.fields
    return Response(json.dumps(body), status, answer_headers, PROBLEM)


def request_id_of(request: Request) -> str:
    """Return the id that the gate gave this request."""
    return str(request.scope.get("state", {}).get("request_id", ""))


def install_problems(app: FastAPI) -> None:
    """Make every refusal of this app a problem document."""

    @app.exception_handler(NovaError)
    async def on_nova_error(request: Request, error: NovaError) -> Response:
        action = str(request.app.state.action_of(request.scope))
        record_refusals([error], account=current_account.get(), route=action)
        return problem(error, request_id_of(request))

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> Response:
        return problem(_from_validation(error.errors()), request_id_of(request))

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        return problem(_from_status(error), request_id_of(request), error.headers)

    app.add_middleware(Unexpected)
    app.add_middleware(OnlyProblems)


class OnlyProblems:
    """Turns a refusal that is no problem document into one: libraries answer in plain text."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        if scope["type"] != "http" or not scope["path"].startswith("/api"):
            await self._app(scope, receive, send)
            return
        refusal: Response | None = None

        async def send_problem(message: Message) -> None:
            nonlocal refusal
            if message["type"] == "http.response.start":
                refusal = _as_problem(message, request_id_of(Request(scope)))
            if refusal is None:
                await send(message)
            elif not message.get("more_body") and message["type"] == "http.response.body":
                await refusal(scope, receive, send)

        await self._app(scope, receive, send_problem)


def _as_problem(start: Message, request_id: str) -> Response | None:
    """Return the refusal as a problem document; None for what is one already, and for what is no refusal."""
    status, headers = start["status"], Headers(raw=start["headers"])
    if status < HTTPStatus.BAD_REQUEST or headers.get("content-type", "").startswith(PROBLEM):
        return None
    kept = {name: headers[name] for name in _KEPT if name in headers}
    error = _from_status(HTTPException(status, HTTPStatus(status).phrase))
    return problem(error, request_id, kept, status=status)


class Unexpected:
    """Answers an unexpected failure and keeps the connection, which the server would close otherwise.

    A response that has begun cannot be replaced: that connection is closed.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def noting_send(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, noting_send)
        except ClientDisconnect:
            # The client is gone, and nothing failed here.
            logger.debug("a client left in the middle of its request")
        except Exception:
            if has_begun:
                raise
            # A call within this process did not come through the gate, which gives out the ids.
            request_id = request_id_of(Request(scope)) or str(uuid.uuid4())
            logger.exception("a request failed", extra={"request_id": request_id})
            await problem(Unavailable(ErrorCode.INTERNAL), request_id)(scope, receive, send)


def _from_status(error: HTTPException) -> NovaError:
    code = {404: ErrorCode.NOT_FOUND, 405: ErrorCode.METHOD_NOT_ALLOWED, 413: ErrorCode.FRAME_TOO_LARGE}
    fallback = ErrorCode.INTERNAL if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR else ErrorCode.MALFORMED_BODY
    is_absent = error.status_code == HTTPStatus.NOT_FOUND
    return Refused(code.get(error.status_code, fallback), None if is_absent else str(error.detail))


def _from_validation(errors: Sequence[Any]) -> NovaError:
    """Sort a failed validation: unreadable body, an id in the path, or fields."""
    first = errors[0] if errors else {"loc": (), "msg": "", "type": ""}
    location = first["loc"][0] if first["loc"] else ""
    if location == "path":
        return Refused(ErrorCode.NOT_FOUND)
    if first["type"] in ("json_invalid", "model_attributes_type") or first["loc"] == ("body",):
        return Refused(ErrorCode.MALFORMED_BODY, f"expected a JSON object as the body: {first['msg']}")
    named = {str(item["loc"][1] if len(item["loc"]) > 1 else item["loc"][0]): item for item in errors}
    detail = "; ".join(f"{name}: {item['msg']}" for name, item in named.items())
    return Refused(ErrorCode.INVALID_FIELDS, detail, fields={name: _field_text(item) for name, item in named.items()})


_FIELD_TEXTS = {
    "missing": "This field is required.",
    "string_too_long": "Use at most {max_length} characters.",
    "string_too_short": "Use at least {min_length} characters.",
    "too_long": "Use at most {max_length}.",
    "greater_than_equal": "Use {ge} or more.",
    "less_than_equal": "Use {le} or less.",
    "string_unicode": "This contains half a character (an unpaired surrogate). Remove it.",
    "string_type": "Enter a text.",
    "int_type": "Enter a whole number.",
    "int_parsing": "Enter a whole number.",
    "int_parsing_size": "This number is too large.",
    "int_from_float": "Enter a whole number.",
    "float_type": "Enter a number.",
    "uuid_parsing": "Enter an id such as 123e4567-e89b-42d3-a456-426614174000.",
}


def _field_text(item: Mapping[str, Any]) -> str:
    """Return the text that is shown at the field; the validator's own text is for the developer."""
    words = _FIELD_TEXTS.get(str(item["type"]), "This value is not valid. Check it and try again.")
    return words.format_map(item.get("ctx") or {})
