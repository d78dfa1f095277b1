"""The headers of every response: how long it may be kept, and what a browser may do with it.

One place for pages, files, API and refusals. A route that knows better (a download, ``/metrics``)
sets its own ``Cache-Control``, which stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
PERSONAL = "private, no-store"

_HASHED = re.compile(r"/assets/[^/]+-[\w-]{8}\.[a-z0-9]+|/fonts/[^/]+-[0-9a-f]{8}\.woff2")
"""The names of the build's own files, and of the fonts: another content has another name."""
_KEPT = frozenset({HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_MODIFIED})
_OF_THE_MOMENT = ("/api", "/healthz", "/readyz", "/metrics", "/_event")
_SECRET_ADDRESSES = ("/reset/", "/invite/")


def headers_for(path: str, status: int) -> Mapping[str, str]:
    """Return the headers of a response, in lower case."""
    is_secret = path.startswith(_SECRET_ADDRESSES)
    return {
        "cache-control": _cache_control(path, status),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer" if is_secret else "same-origin",
    }


def _cache_control(path: str, status: int) -> str:
    if any(path == root or path.startswith(f"{root}/") for root in _OF_THE_MOMENT):
        return PERSONAL
    return IMMUTABLE if status in _KEPT and _HASHED.fullmatch(path) else REVALIDATE


class ResponseHeaders:
    """Completes the headers of another ASGI app's responses; those that it set itself stay."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = str(scope["path"])  # a mounted app shortens it

        async def send_complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message.get("headers", [])))
                for name, value in headers_for(path, message["status"]).items():
                    headers.setdefault(name, value)
                message = {**message, "headers": headers.raw}
            await send(message)

        await self._app(scope, receive, send_complete)
