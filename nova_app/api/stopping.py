"""Requests that a stop cuts off get an answer, and leave no traceback."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nova_app.api.problems import problem, request_id_of
from nova_app.domain.errors import ErrorCode, Unavailable


@dataclass(frozen=True, slots=True)
class CutOff:
    """Answers with 503 what is cancelled because Nova stops; every other cancellation goes on its way.

    Attributes:
        app: The application inside.
        is_stopping: Whether Nova stops now.
    """

    app: ASGIApp
    is_stopping: Callable[[], bool]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        has_begun = False

        async def noting_send(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, receive, noting_send)
        except asyncio.CancelledError:
            if not self.is_stopping():
                raise
            if scope["type"] == "http" and not has_begun:
                # Of an upload in parts, what has arrived is kept: the client goes on after the restart.
                await problem(Unavailable(ErrorCode.RESTARTING), request_id_of(Request(scope)))(scope, receive, send)
