"""What every path answers besides its own methods: HEAD and OPTIONS, and which methods there are.

Also for answers of the pages, which Starlette's static files give: their redirects are made
of the request's Host, which after a proxy, or from an attacker, names another site.
Source: RFC 9110, chapters 9.3.2, 9.3.7, 10.2.1 and 10.2.2.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nova_app.api.problems import problem, request_id_of
from nova_app.domain.errors import ErrorCode, Refused

ASKED_HEAD = "nova.asked_head"
ORDER = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
HOST = (b"host", b"localhost")
REFLEX_SOCKET = "/_event"
"""Decides about Origin and Host itself, also where it polls."""
OF_PAGES = frozenset({"GET", "HEAD", "OPTIONS"})


class EveryMethod:
    """Answers HEAD wherever there is a GET, OPTIONS for every path, and 405 with all methods of a path."""

    def __init__(self, app: ASGIApp, methods_of: Callable[[str], Collection[str]]) -> None:
        """Serve ``app``.

        Args:
            methods_of: The methods that the routes of a path declare; none for a path that nobody serves.
        """
        self._app = app
        self._methods_of = methods_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        declared = self._methods_of(scope["path"]) if scope["type"] == "http" else ()
        if not declared:
            await self._app(scope, receive, send)
            return
        allowed, method = with_implied(declared), scope["method"]
        if method == "OPTIONS":
            await Response(status_code=204, headers={"Allow": list_methods(allowed)})(scope, receive, send)
        elif method not in allowed:
            await _refuse(scope, allowed)(scope, receive, send)
        elif method == "HEAD" and method not in declared:
            await self._head(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _head(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route as GET; the server has to know of HEAD again before it sees the answer."""
        scope["method"], scope[ASKED_HEAD] = "GET", True

        async def send_head(message: Message) -> None:
            scope["method"] = "HEAD"
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        try:
            await self._app(scope, receive, send_head)
        finally:
            scope["method"] = "HEAD"


async def note_head(request: Request) -> None:
    """Let an endpoint know that only the head is asked for, so that no file is read for nothing."""
    if request.scope.get(ASKED_HEAD):
        request.scope["method"] = "HEAD"


class OwnAddresses:
    """Keeps the answers of pages to this site: relative redirects, OPTIONS and Allow.

    The gate has checked Host; what follows it does not see that header.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not scope["path"].startswith(REFLEX_SOCKET):
            scope["headers"] = [*((name, value) for name, value in scope["headers"] if name != b"host"), HOST]
        is_emptied = False

        async def send_own(message: Message) -> None:
            nonlocal is_emptied
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                is_emptied = message["status"] == HTTPStatus.METHOD_NOT_ALLOWED and scope["method"] == "OPTIONS"
                _correct(message["status"], headers)
                if is_emptied:
                    message = {**message, "status": 204}
                    del headers["content-length"], headers["content-type"]
                message = {**message, "headers": headers.raw}
            elif is_emptied:
                message = {**message, "body": b""}
            await send(message)

        await self._app(scope, receive, send_own)


def _correct(status: int, headers: MutableHeaders) -> None:
    if "location" in headers:
        headers["location"] = relative(headers["location"])
    if status == HTTPStatus.METHOD_NOT_ALLOWED and "OPTIONS" not in headers.get("allow", ""):
        headers["allow"] = list_methods({*filter(None, headers.get("allow", "").split(", ")), *OF_PAGES})


def relative(location: str) -> str:
    r"""Return the path of an address, and what follows it, as one of this site.

    A browser takes ``//`` and ``/\`` at the beginning for another site.
    """
    parts = urlsplit(location)
    path = "/" + parts.path.lstrip("/\\")
    return path + (f"?{parts.query}" if parts.query else "")


def with_implied(declared: Collection[str]) -> Collection[str]:
    """Return the methods of a path with those that go without saying."""
    return {*declared, "OPTIONS", *(["HEAD"] if "GET" in declared else [])}


def list_methods(methods: Collection[str]) -> str:
    """Return methods as ``Allow`` lists them."""
    return ", ".join(method for method in ORDER if method in methods)


def _refuse(scope: Scope, allowed: Collection[str]) -> Response:
    methods = list_methods(allowed)
    detail = f"expected {methods.replace(', ', ' or ')}, got {scope['method']}"
    error = Refused(ErrorCode.METHOD_NOT_ALLOWED, detail)
    return problem(error, request_id_of(Request(scope)), {"Allow": methods})
