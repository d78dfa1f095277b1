"""Ends somebody else's socket (Reflex's) when the session that opened it ends."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nova_app.domain.errors import ErrorCode, NovaError
from nova_app.domain.models import SessionId
from nova_app.protocol.codes import CLOSE_CODE_OF
from nova_app.protocol.credentials import read_credentials
from nova_app.realtime.endpoint import Authenticate
from nova_app.realtime.hub import MemoryHub


@dataclass(frozen=True, slots=True)
class SessionGuard:
    """Watches over sockets that are not Nova's own.

    Reflex reads the handshake's headers once per connection: without this, a socket
    would outlive the session it was opened with.
    """

    hub: MemoryHub
    authenticate: Authenticate

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the socket with ``app``, until it ends or its session does."""
        session_id = await self._find_session(scope)
        if session_id is None:
            await app(scope, receive, send)
            return
        ended = asyncio.Event()
        forget = self.hub.on_revoke(session_id, ended.set)
        try:
            await app(scope, _until(ended, receive, send), send)
        finally:
            forget()

    async def _find_session(self, scope: Scope) -> SessionId | None:
        credentials = read_credentials(Headers(scope=scope).get("cookie", ""), "")
        if not credentials.session_secret:
            return None
        with contextlib.suppress(NovaError):
            return (await self.authenticate(credentials)).session_id
        return None


def _until(ended: asyncio.Event, receive: Receive, send: Send) -> Receive:
    """Receive as before; once the session has ended, close and report a disconnect."""
    waiting: asyncio.Future[Message] | None = None

    async def receive_or_end() -> Message:
        nonlocal waiting
        waiting = waiting or asyncio.ensure_future(receive())
        ending = asyncio.ensure_future(ended.wait())
        try:
            await asyncio.wait((waiting, ending), return_when=asyncio.FIRST_COMPLETED)
        finally:
            ending.cancel()
        if waiting.done():
            message, waiting = waiting.result(), None
            return message
        waiting.cancel()
        code = CLOSE_CODE_OF[ErrorCode.NOT_SIGNED_IN]
        with contextlib.suppress(RuntimeError, OSError):
            await send({"type": "websocket.close", "code": code, "reason": "signed_out"})
        return {"type": "websocket.disconnect", "code": code}

    return receive_or_end
