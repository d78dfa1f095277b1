"""Names in the answer to a page what that page will load, so that a browser fetches all of it at once.

The document of an address with a variable part is the same for all such pages: without this, a browser
learns only from the scripts that it runs which page's own scripts it needs.
"""

from __future__ import annotations

import json
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ROUTE = "c/:conversation_id"
_PREFIX = "/c/"


def preload_header(pages: Path | None) -> str:
    """Return the ``Link`` header of a conversation's page; empty where the build does not tell its modules."""
    manifests = sorted((pages / "build" / "client" / "assets").glob("manifest-*.js")) if pages else []
    return header_of(manifests[0].read_text(encoding="utf-8")) if manifests else ""


def header_of(manifest: str) -> str:
    """Return the header for a manifest of React Router: an assignment of JSON."""
    try:
        routes = json.loads(manifest[manifest.index("{") : manifest.rindex("}") + 1])["routes"]
        known = _modules(routes["root"])  # the document itself names them
        own = [route for route in routes.values() if route.get("path") == _ROUTE]
        modules = {module: None for route in own for module in _modules(route)}
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    return ", ".join(f"<{module}>; rel=modulepreload" for module in modules if module not in known)


def _modules(route: dict[str, object]) -> list[str]:
    imports = route.get("imports")
    return [str(route["module"]), *(map(str, imports) if isinstance(imports, list) else ())]


class Preloads:
    """Adds the header to the documents of conversations."""

    def __init__(self, app: ASGIApp, header: str) -> None:
        self._app = app
        self._header = header

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        if scope["type"] != "http" or not self._header or not str(scope["path"]).startswith(_PREFIX):
            await self._app(scope, receive, send)
            return

        async def send_with_header(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message.get("headers", [])))
                if headers.get("content-type", "").startswith("text/html"):
                    headers["link"] = self._header
                message = {**message, "headers": headers.raw}
            await send(message)

        await self._app(scope, receive, send_with_header)
