"""Answers of the API in fewer bytes: a page of a history is a quarter of its size, which slow lines feel.

Only what is read: an answer to a write may hold a secret that was made for it, and secrets are not compressed beside
what somebody else may have written (BREACH). Files are sent as they are stored.
"""

from __future__ import annotations

import asyncio
import gzip

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BYTES_MIN = 1_400
"""What fits into one packet is not sooner there for being smaller."""
OF_STORED = frozenset({"accept-ranges", "content-disposition", "content-encoding", "etag"})
"""The headers of what is sent as it is stored, or was compressed already."""
_LEVEL = 1
"""A page of a hundred messages takes 0.4 ms; level 6 takes half as long again for a tenth less."""
_INLINE_MAX = 64 * 1024
"""Longer answers are compressed off the event loop."""


class CompressedJson:
    """Compresses the JSON that another ASGI app answers to GET, for clients that take gzip."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        is_read = scope["type"] == "http" and scope["method"] == "GET"
        if is_read and "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            send = _Sender(send)
        await self._app(scope, receive, send)


class _Sender:
    """Holds the head of an answer back until its body is there."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._head: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_plain_json(Headers(raw=message["headers"])):
            self._head = message
            return
        head, self._head = self._head, None
        if head is not None:
            message = await _compress(head, message)
            await self._send(head)
        await self._send(message)


def _is_plain_json(headers: Headers) -> bool:
    return headers.get("content-type", "").startswith("application/json") and not OF_STORED & set(headers.keys())


async def _compress(head: Message, message: Message) -> Message:
    """Return the body compressed, and say so in the head; as it is where it is short, or only a part."""
    headers = MutableHeaders(raw=list(head["headers"]))
    head["headers"] = headers.raw
    headers.add_vary_header("Accept-Encoding")
    body = message.get("body", b"")
    if message.get("more_body") or len(body) < BYTES_MIN:
        return message
    if len(body) > _INLINE_MAX:
        packed = await asyncio.to_thread(gzip.compress, body, _LEVEL, mtime=0)
    else:
        packed = gzip.compress(body, _LEVEL, mtime=0)
    headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(packed))
    return {**message, "body": packed}
