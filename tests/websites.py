"""A web site on this machine that counts who visits its pages."""

from __future__ import annotations

import asyncio
import contextlib


class Website:
    """Answers each path with what a test has put there; ``visits`` are the heads of the requests."""

    def __init__(self):
        self.answers, self.visits, self.delay = {}, [], 0.0
        self._serving = set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.origin = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for task in list(self._serving):
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        await self._server.wait_closed()

    def page(self, path, head, *, body="", content_type="text/html; charset=utf-8"):
        """Put a page there; return its address."""
        content = f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()
        return self.put(path, content, content_type)

    def put(self, path, content, content_type, *, status="200 OK", **headers):
        """Put any answer there; return its address."""
        lines = {"content-type": content_type, "content-length": len(content), "connection": "close", **headers}
        head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
        self.answers[path] = f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + content
        return self.origin + path

    async def _serve(self, reader, writer):
        self._serving.add(asyncio.current_task())
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                self.visits.append(head)
                await asyncio.sleep(self.delay)
                writer.write(
                    self.answers.get(head.split(" ")[1], b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")
                )
                await writer.drain()
        finally:
            writer.close()
            self._serving.discard(asyncio.current_task())
