"""The headers of every response: how long it may be kept, and what a browser may do with it and for it.

One place for pages, files, API and refusals. A route that knows better (a download, ``/metrics``)
sets its own ``Cache-Control``, which stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nova_app.api.content_security import OF_API, OF_FILES

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
PERSONAL = "private, no-store"

_HASHED = re.compile(r"/assets/[^/]+-[\w-]{8}\.[a-z0-9]+|/fonts/[^/]+-[0-9a-f]{8}\.woff2")
"""The names of the build's own files, and of the fonts: another content has another name."""
_KEPT = frozenset({HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_MODIFIED})
_OF_THE_MOMENT = ("/api", "/healthz", "/readyz", "/metrics", "/_event")
_SECRET_ADDRESSES = ("/reset/", "/invite/")
_HSTS = "max-age=31536000"
_UNUSED = "accelerometer, camera, display-capture, geolocation, gyroscope, magnetometer, microphone, midi, payment, usb"
_PERMISSIONS = ", ".join(f"{feature}=()" for feature in _UNUSED.split(", "))


@dataclass(frozen=True, slots=True)
class PageRules:
    """What differs between a server and ``reflex run``, whose pages have a port of their own.

    Attributes:
        policy: The Content Security Policy of pages; none in development.
        resources_for: Who may load files and answers: ``same-origin`` or ``same-site``.
        is_https: Whether people reach the server by https only.
        covers_subdomains: Whether browsers are to reach hosts below this one by https, too.
    """

    policy: str
    resources_for: str
    is_https: bool = False
    covers_subdomains: bool = False


IN_DEVELOPMENT = PageRules("", "same-site")


def headers_for(path: str, status: int, *, is_page: bool, is_https: bool, rules: PageRules) -> Mapping[str, str]:
    """Return the headers of a response, in lower case."""
    headers = {
        "cache-control": _cache_control(path, status),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer" if path.startswith(_SECRET_ADDRESSES) else "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": rules.resources_for,
        "permissions-policy": _PERMISSIONS,
    }
    if is_https:
        headers["strict-transport-security"] = f"{_HSTS}; includeSubDomains" if rules.covers_subdomains else _HSTS
    if policy := rules.policy if is_page else OF_API if _is_of_the_moment(path) else OF_FILES:
        headers["content-security-policy"] = policy
    return headers


def _cache_control(path: str, status: int) -> str:
    if _is_of_the_moment(path):
        return PERSONAL
    return IMMUTABLE if status in _KEPT and _HASHED.fullmatch(path) else REVALIDATE


def _is_of_the_moment(path: str) -> bool:
    return any(path == root or path.startswith(f"{root}/") for root in _OF_THE_MOMENT)


class ResponseHeaders:
    """Completes the headers of another ASGI app's responses; those that it set itself stay."""

    def __init__(self, app: ASGIApp, rules: PageRules) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = str(scope["path"])  # a mounted app shortens it
        is_https = self._rules.is_https or scope["scheme"] == "https"

        async def send_complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message.get("headers", [])))
                # A page that is unchanged (304) keeps the policy that it was stored with: its scripts are the same.
                is_page = headers.get("content-type", "").startswith("text/html")
                found = headers_for(path, message["status"], is_page=is_page, is_https=is_https, rules=self._rules)
                for name, value in found.items():
                    headers.setdefault(name, value)
                message = {**message, "headers": headers.raw}
            await send(message)

        await self._app(scope, receive, send_complete)
