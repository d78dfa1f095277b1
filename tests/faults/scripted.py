"""An HTTP server that misbehaves as it is told: one scripted answer per request, the last one again and again."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass, field


@dataclass
class Answer:
    """What one request gets.

    ``fault``: ``reset`` (RST instead of an answer), ``hang`` (none ever), ``truncate`` (half of
    the body, then the end), ``slow`` (the body in drops); empty for an orderly answer.
    """

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    fault: str = ""


def says(value, status=200, **headers):
    """An orderly JSON answer."""
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json", **headers})


def refuses(code, status, **facts):
    """A problem document."""
    return says({"code": code, "detail": "scripted", "request_id": "r1", **facts}, status)


class ScriptedServer:
    """Use as ``async with ScriptedServer([...]) as server``; ``requests`` keeps what came."""

    def __init__(self, answers):
        self._answers = list(answers)
        self.requests = []
        self._open = {}

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_):
        self.cut()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await self._server.wait_closed()

    def cut(self):
        """Take no more connections, and end those there are."""
        self._server.close()
        for writer in self._open.values():
            writer.transport.abort()

    async def _serve(self, reader, writer):
        task = asyncio.current_task()
        self._open[task] = writer
        try:
            await self._answer_all(reader, writer)
        finally:
            del self._open[task]
            writer.close()

    async def _answer_all(self, reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                lines = head.split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                if not await self._give(self._choose(lines[0], headers, body), writer):
                    return

    def _choose(self, *request):
        self.requests.append(request)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    async def _give(self, answer, writer):
        if answer.fault == "reset":
            writer.transport.abort()
            return False
        if answer.fault == "hang":
            await asyncio.Event().wait()
        lines = [f"HTTP/1.1 {answer.status} Scripted", f"Content-Length: {len(answer.body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in answer.headers.items()]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        if answer.fault == "truncate":
            writer.write(answer.body[: len(answer.body) // 2])
            await writer.drain()
            writer.close()
            return False
        if answer.fault != "slow":
            writer.write(answer.body)
            return True
        for position in range(len(answer.body)):
            writer.write(answer.body[position : position + 1])
            await asyncio.sleep(0.2)
        return True
