"""The misbehaving server for pages: it also hands out the runtime's modules, and runs beside a browser."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from tests.faults.scripted import Answer, ScriptedServer

RUNTIME = Path(__file__).parents[2] / "assets"
HTML = b"<!doctype html><title>scripted</title>"


class PageServer(ScriptedServer):
    """Answers ``/api/`` as scripted, ``/nova/*.js`` and the page itself in order."""

    def cut_from_outside(self):
        """The same from another thread; returns when it was done."""

        async def cut():
            self.cut()

        asyncio.run_coroutine_threadsafe(cut(), self._server.get_loop()).result(10)

    def _choose(self, *request):
        path = request[0].split()[1]
        if path.startswith("/api/"):
            return super()._choose(*request)
        if path.startswith("/nova/") and path.endswith(".js"):
            return Answer(body=(RUNTIME / path[1:]).read_bytes(), headers={"Content-Type": "text/javascript"})
        return Answer(body=HTML, headers={"Content-Type": "text/html"})


class Beside:
    """A server in a thread of its own; use as ``with Beside([...]) as server``."""

    def __init__(self, answers):
        self._answers = answers

    def __enter__(self):
        started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(started)))
        self._thread.start()
        started.wait(10)
        return self.server

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)

    async def _run(self, started):
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with PageServer(self._answers) as self.server:
            started.set()
            await self._stop.wait()
