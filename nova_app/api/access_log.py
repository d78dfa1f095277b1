"""One line per request, for those who want it: method, route, status and time, and never what was asked for."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nova_app.observability.family import OTHER

logger = logging.getLogger("nova.access")


@dataclass(frozen=True, slots=True)
class AccessLog:
    """Logs each request when it was answered.

    Attributes:
        template_of: The route that served a request: its path may hold ids, words that were searched for, or the
            secret of a link.
    """

    app: ASGIApp
    template_of: Callable[[Scope], str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note how it was answered."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begin, status = time.perf_counter(), 0

        async def noting_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting_send)
        finally:
            milliseconds = round((time.perf_counter() - begin) * 1000)
            logger.info("request", extra={**self._facts(scope), "status": status, "ms": milliseconds})

    def _facts(self, scope: Scope) -> dict[str, str]:
        client = scope.get("client")
        return {
            "method": str(scope["method"]),
            "route": self._route_of(scope),
            "address": str(client[0]) if client else "-",
            "request_id": str(scope.get("state", {}).get("request_id", "-")),
        }

    def _route_of(self, scope: Scope) -> str:
        template = self.template_of(scope)
        # Of a page only its first part: after it there may be the secret of a link.
        return f"/{scope['path'].split('/')[1][:40]}" if template == OTHER else template
