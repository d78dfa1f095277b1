"""Lets requests and sockets in: whoever has a session as they are, strangers by the budget of their address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from nova_app.api.problems import problem, request_id_of
from nova_app.api.strangers import CONNECTION_UNITS, REQUEST_UNITS, Strangers
from nova_app.domain.errors import Refused
from nova_app.protocol.credentials import read_credentials

CONNECTION = "nova.connection"
"""Where the server's protocol leaves the line that a request came on; absent behind another server."""
TOO_OFTEN = 4429


@dataclass(frozen=True, slots=True)
class Admission:
    """Stands before everything, static files included.

    Attributes:
        app: The application inside.
        find: Returns who counts strangers; None while Nova is not running.
    """

    app: ASGIApp
    find: Callable[[], Strangers | None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with the time to wait."""
        strangers = self.find() if scope["type"] in ("http", "websocket") else None
        if strangers is None:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        credentials = read_credentials(headers.get("cookie", ""), headers.get("authorization", ""))
        line = scope.get("state", {}).pop(CONNECTION, None)
        is_first = scope["type"] == "websocket" or (line is not None and line.is_first)
        address = str(scope["client"][0]) if scope.get("client") else ""
        try:
            has_session = await strangers.admit(credentials, address, CONNECTION_UNITS if is_first else REQUEST_UNITS)
        except Refused as refusal:
            await _refuse(refusal, scope, receive, send)
            return
        if has_session and line is not None:
            line.prove()
        await self.app(scope, receive, send)


async def _refuse(refusal: Refused, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        # Closing before accepting makes the server answer the upgrade with 403.
        await receive()
        await send({"type": "websocket.close", "code": TOO_OFTEN, "reason": refusal.code})
        return
    response = problem(refusal, request_id_of(Request(scope)), {"connection": "close"})
    await response(scope, receive, send)
