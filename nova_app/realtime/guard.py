"""Binds Reflex's socket to one account: it is refused to another, and ends with its session."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nova_app.domain.errors import ErrorCode, NovaError, Refused
from nova_app.domain.events import Identity
from nova_app.protocol.account import ACCOUNT_HEADER, ACCOUNT_QUERY, is_other_account
from nova_app.protocol.codes import CLOSE_CODE_OF
from nova_app.protocol.credentials import read_credentials
from nova_app.realtime.entrance import Authenticate
from nova_app.realtime.hub import MemoryHub


@dataclass(frozen=True, slots=True)
class SessionGuard:
    """Guards sockets that are not Nova's own.

    Reflex reads the handshake's headers once per connection: without this, a socket
    would outlive the session it was opened with. A browser's socket names the account of
    its page in the address; handlers find it among the handshake's headers.
    """

    hub: MemoryHub
    authenticate: Authenticate

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the socket with ``app``, until it ends or its session does."""
        named = _find_account(scope)
        scope = _with_account(scope, named)
        try:
            identity = await self._find_identity(scope)
        except Refused as refusal:
            await _refuse(refusal.code, receive, send)
            return
        if identity is None:
            await app(scope, receive, send)
            return
        if is_other_account(named, identity.user_id):
            await _refuse(ErrorCode.ACCOUNT_CHANGED, receive, send)
            return
        ended: asyncio.Future[ErrorCode] = asyncio.get_running_loop().create_future()

        def end(code: ErrorCode) -> None:
            if not ended.done():
                ended.set_result(code)

        forget = self.hub.on_revoke(identity.session_id, end)
        try:
            await app(scope, _until(ended, receive, send), send)
        finally:
            forget()

    async def _find_identity(self, scope: Scope) -> Identity | None:
        credentials = read_credentials(Headers(scope=scope).get("cookie", ""), "")
        if not credentials.session_secret:
            return None
        try:
            return await self.authenticate(credentials)
        except NovaError as fault:
            # Pages without a session have sockets, too; those of an account that was deactivated do not.
            if fault.code is ErrorCode.ACCOUNT_DISABLED:
                raise
            return None


def _find_account(scope: Scope) -> str | None:
    named = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True).get(ACCOUNT_QUERY)
    return named[-1] if named else None


def _with_account(scope: Scope, named: str | None) -> Scope:
    """Return the handshake with the account as a header, as in requests to the API."""
    if named is None:
        return scope
    header = ACCOUNT_HEADER.lower().encode()
    others = [(name, value) for name, value in scope["headers"] if name != header]
    return {**scope, "headers": [*others, (header, named.encode("latin-1", "replace"))]}


async def _refuse(code: ErrorCode, receive: Receive, send: Send) -> None:
    # A page cannot read a refused upgrade, so it is accepted and closed.
    with contextlib.suppress(RuntimeError, OSError):
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close", "code": CLOSE_CODE_OF[code], "reason": code})


def _until(ended: asyncio.Future[ErrorCode], receive: Receive, send: Send) -> Receive:
    """Receive as before; once the session has ended, close and report a disconnect."""
    waiting: asyncio.Future[Message] | None = None

    async def receive_or_end() -> Message:
        nonlocal waiting
        waiting = waiting or asyncio.ensure_future(receive())
        await asyncio.wait((waiting, ended), return_when=asyncio.FIRST_COMPLETED)
        if waiting.done():
            message, waiting = waiting.result(), None
            return message
        waiting.cancel()
        code = ended.result()
        reason = "signed_out" if code is ErrorCode.NOT_SIGNED_IN else code
        with contextlib.suppress(RuntimeError, OSError):
            await send({"type": "websocket.close", "code": CLOSE_CODE_OF[code], "reason": reason})
        return {"type": "websocket.disconnect", "code": CLOSE_CODE_OF[code]}

    return receive_or_end
