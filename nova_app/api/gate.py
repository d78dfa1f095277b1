"""The gate before everything: exact Origins, request ids and body sizes.

One place for REST, the messaging socket and Reflex's socket, so that no route can be
forgotten.  It is ASGI only and knows no framework.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nova_app.api.problems import problem
from nova_app.api.strangers import CONNECTION, Line
from nova_app.domain.errors import NovaError
from nova_app.observability.request_context import RequestContext, current_request
from nova_app.protocol.gate import (
    BODY_MAX_BYTES,
    SOCKET_PATH,
    Admitted,
    GatePolicy,
    Rejected,
    RequestHead,
    decide,
    is_file,
    too_large,
)
from nova_app.protocol.server_frames import encode, error_frame

Judge = Callable[[RequestHead, str, Line | None], Awaitable[NovaError | None]]
PAGES_WITH_TOKENS = ("/invite/", "/reset/")
"""Pages whose address holds a secret: it is named to no other site, nor to this one's own files."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Refuses foreign pages, numbers requests, bounds bodies; ``protocol.gate`` decides.

    Attributes:
        app: The application after the gate.
        policy: Which pages may talk to Nova, and which proxies are believed.
        on_foreign_socket: Called with the path of each socket that a foreign page tried to open.
        judge: Asked for each request, with its address and its line: why the limits refuse it, None where they do not.
    """

    app: ASGIApp
    policy: GatePolicy
    on_foreign_socket: Callable[[str], None] = lambda _path: None
    judge: Judge | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        scope["headers"] = self.policy.bind(scope["headers"])
        head = RequestHead.from_scope(scope)
        state = scope.setdefault("state", {})
        line, verdict = state.pop(CONNECTION, None), None
        if self.judge is not None:
            address = self.policy.proxies.find_client(head.peer, head.join("x-forwarded-for"))
            verdict = await self.judge(head, address, line)
        decision = decide(head, self.policy, fresh_id=str(uuid.uuid4()), verdict=verdict)
        state["request_id"] = decision.request_id
        before = current_request.set(RequestContext(decision.request_id, decision.address))
        try:
            if isinstance(decision, Rejected):
                await self._refuse(decision, scope, receive, send)
            elif scope["type"] == "http":
                await self._http(decision, scope, receive, send)
            else:
                await self.app(scope, receive, send)
        finally:
            current_request.reset(before)

    async def _refuse(self, rejected: Rejected, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await problem(rejected.error, rejected.request_id)(scope, receive, send)
            return
        await receive()
        if rejected.before_upgrade:
            # Closing before accepting makes the server answer the upgrade with 403.
            self.on_foreign_socket(str(scope["path"]))
        else:
            await send({"type": "websocket.accept"})
            if scope["path"] == SOCKET_PATH:
                await send({"type": "websocket.send", "text": encode(error_frame(rejected.error)).data.decode()})
        await send({"type": "websocket.close", "code": rejected.close_code, "reason": rejected.reason})

    async def _http(self, admitted: Admitted, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"]["host"] = admitted.host
        added = [(b"x-request-id", admitted.request_id.encode())]
        if str(scope["path"]).startswith(PAGES_WITH_TOKENS):
            added.append((b"referrer-policy", b"no-referrer"))

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *added]
            await send(message)

        is_upload = is_file(scope["method"], str(scope["path"]))
        await self.app(scope, receive if is_upload else _bounded(receive), send_with_id)


def host_of(connection: HTTPConnection) -> str:
    """Return the Host that was asked for, which is kept from everything after the gate; empty without a gate."""
    return str(connection.scope.get("state", {}).get("host", ""))


def _bounded(receive: Receive) -> Receive:
    """Count a body that does not say its length."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > BODY_MAX_BYTES:
            raise HTTPException(413, too_large().detail)
        return message

    return counted
