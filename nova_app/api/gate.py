"""The gate before everything: exact Origins, request ids and body sizes.

One place for REST, the messaging socket and Reflex's socket, so that no route can be
forgotten.  It is ASGI only and knows no framework.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nova_app.api.problems import problem
from nova_app.domain.errors import ErrorCode, NovaError, Refused
from nova_app.observability.request_context import RequestContext, current_request, request_id_from
from nova_app.protocol.bounds import read_length
from nova_app.protocol.origins import OriginPolicy, refusal

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
BODY_MAX_BYTES = 256 * 1024
UPLOADS = "/api/v1/uploads"
PAGES_WITH_TOKENS = ("/invite/", "/reset/")
"""Pages whose address holds a secret: it is named to no other site, nor to this one's own files."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Refuses foreign pages, numbers requests, bounds bodies.

    Attributes:
        app: The application after the gate.
        origins: Which pages may talk to Nova.
        on_foreign_socket: Called with the path of each socket that a foreign page tried to open.
    """

    app: ASGIApp
    origins: OriginPolicy
    on_foreign_socket: Callable[[str], None] = lambda _path: None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        request_id = request_id_from(Headers(scope=scope).get("x-request-id"))
        scope.setdefault("state", {})["request_id"] = request_id
        client = scope.get("client")
        before = current_request.set(RequestContext(request_id, str(client[0]) if client else ""))
        try:
            answer = self._http if scope["type"] == "http" else self._websocket
            await answer(scope, receive, send)
        finally:
            current_request.reset(before)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if not self.origins.allows(headers.get("origin"), headers.get("host")):
            # Closing before accepting makes the server answer the upgrade with 403.
            self.on_foreign_socket(str(scope["path"]))
            await receive()
            await send({"type": "websocket.close", "code": 4403, "reason": "origin_refused"})
            return
        await self.app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        request_id = str(scope["state"]["request_id"])
        scope["state"]["host"] = headers.get("host", "")
        fault = self._find_fault(scope, headers)
        if fault is not None:
            await problem(fault, request_id)(scope, receive, send)
            return

        added = [(b"x-request-id", request_id.encode())]
        if str(scope["path"]).startswith(PAGES_WITH_TOKENS):
            added.append((b"referrer-policy", b"no-referrer"))

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *added]
            await send(message)

        await self.app(scope, receive if _is_file(scope) else _bounded(receive), send_with_id)

    def _find_fault(self, scope: Scope, headers: Headers) -> NovaError | None:
        is_api = scope["path"].startswith("/api/")
        if is_api or scope["method"] not in SAFE_METHODS:
            origin = headers.get("origin")
            if not self.origins.allows(origin, headers.get("host")):
                return Refused(ErrorCode.ORIGIN_REFUSED, refusal(origin or ""))
            if origin is None and scope["method"] not in SAFE_METHODS and _is_foreign(headers):
                return Refused(ErrorCode.ORIGIN_REFUSED, "expected a request of this site, got one of another")
        # One that cannot be read is passed over: the body itself is counted as well.
        length = read_length(headers.get("content-length", "")) or 0
        if is_api and not _is_file(scope) and length > BODY_MAX_BYTES:
            return _too_large()
        return None


def host_of(connection: HTTPConnection) -> str:
    """Return the Host that was asked for, which is kept from everything after the gate; empty without a gate."""
    return str(connection.scope.get("state", {}).get("host", ""))


def _is_file(scope: Scope) -> bool:
    """Return whether the body is a file or a part of one: its route limits it while it streams."""
    path, method = str(scope["path"]), scope["method"]
    return (method == "POST" and path == UPLOADS) or (method == "PATCH" and path.startswith(f"{UPLOADS}/"))


def _is_foreign(headers: Headers) -> bool:
    return headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")


def _too_large() -> Refused:
    return Refused(ErrorCode.FRAME_TOO_LARGE, f"expected a body of at most {BODY_MAX_BYTES} bytes")


def _bounded(receive: Receive) -> Receive:
    """Count a body that does not say its length."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > BODY_MAX_BYTES:
            raise HTTPException(413, _too_large().detail)
        return message

    return counted
