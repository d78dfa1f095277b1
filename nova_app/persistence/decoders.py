"""Looks into files by processes that can do nothing else; see ``nova_app.decoder``.

A process starts with the first file and ends after a minute without one. A file that takes too
much of anything costs its process, which is replaced, and is refused.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import logging
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.files import FileFacts
from nova_app.services.fair_turns import FairTurns

logger = logging.getLogger(__name__)

PROCESSES = 2
IDLE_SECONDS = 60.0
ANSWER_SECONDS = 60.0
"""A file whose process does not answer for this long is refused: it may wait for a disk, but not for ever."""
_ROOT = str(Path(__file__).parents[2])
_PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from nova_app.decoder.worker import main; main()"


class Decoders:
    """Up to ``PROCESSES`` processes; one of them for one account at a time."""

    def __init__(self, *, idle_seconds: float = IDLE_SECONDS, answer_seconds: float = ANSWER_SECONDS) -> None:
        """Start nothing yet."""
        self._idle_seconds = idle_seconds
        self._answer_seconds = answer_seconds
        self._turns = FairTurns(slots=PROCESSES, per_key=1, waiting_per_key=32, waiting_max=256)
        self._idle: dict[Process, asyncio.TimerHandle] = {}
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def pids(self) -> list[int]:
        """The processes that wait for a file."""
        return [process.pid for process in self._idle]

    async def inspect(self, received: Path, stored: Path, thumbnail: Path, account: str) -> FileFacts:
        """Say what this whole file is, and store it; a picture is written again, with a thumbnail.

        Raises:
            Refused: ``IMAGE_UNREADABLE``, ``IMAGE_TOO_LARGE``.
            Unavailable: ``OVERLOADED``: too many files wait.
            OSError: The disk is full or cannot be written.
        """
        job = {"received": str(received), "stored": str(stored), "thumbnail": str(thumbnail)}
        answer = await self._do(job, account)
        if answer is None:
            _discard_halves(stored, thumbnail)
            raise Refused(ErrorCode.IMAGE_TOO_LARGE, "expected a picture that is decoded in time and memory")
        return _facts_of(answer)

    async def read_head(self, content: bytes, charset: str, account: str) -> tuple[str, str]:
        """Return what a page calls itself, and how it describes itself; empty for what it does not say.

        Raises:
            Unavailable: ``OVERLOADED``: too many files wait.
        """
        job = {"page": base64.b64encode(content).decode("ascii"), "charset": charset}
        title, description = (await self._do(job, account) or {"head": ("", "")})["head"]
        return title, description

    async def close(self) -> None:
        """End every process."""
        for process in list(self._idle):
            self._idle.pop(process).cancel()
            await self._end(process)
        await asyncio.gather(*self._ending, return_exceptions=True)

    async def _do(self, job: Mapping[str, str], account: str) -> Mapping[str, Any] | None:
        """Return the answer to a job; None if it took too much of anything."""
        async with self._turns.turn(account):
            used = self._take_used()
            # A process that was used before may have ended for another reason than this file.
            return (await self._try(used, job) if used else None) or await self._try(await _start(), job)

    def _take_used(self) -> Process | None:
        if not self._idle:
            return None
        process, timer = self._idle.popitem()
        timer.cancel()
        return process

    async def _try(self, process: Process, job: Mapping[str, str]) -> Mapping[str, Any] | None:
        """Return the answer and keep the process; None if the process ended before, or took too long."""
        try:
            answer = await self._ask(process, job)
        except BaseException:
            await self._end(process)
            raise
        if answer is None:
            await self._end(process)
        else:
            self._idle[process] = asyncio.get_running_loop().call_later(self._idle_seconds, self._retire, process)
        return answer

    async def _ask(self, process: Process, job: Mapping[str, str]) -> Mapping[str, Any] | None:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            async with asyncio.timeout(self._answer_seconds):
                process.stdin.write(json.dumps(job).encode() + b"\n")
                await process.stdin.drain()
                line = await process.stdout.readline()
        except (TimeoutError, ConnectionError):
            line = b""
        answer: Mapping[str, Any] | None = json.loads(line) if line.endswith(b"\n") else None
        return answer

    def _retire(self, process: Process) -> None:
        self._idle.pop(process, None)
        task = asyncio.ensure_future(self._end(process))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _end(self, process: Process) -> None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        # Reads what is left, so that its pipes are closed as well.
        await process.communicate()


async def _start() -> Process:
    # The environment holds secrets that a decoder does not need.
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-c", _PROGRAM, _ROOT), stdin=PIPE, stdout=PIPE, env={}
    )


def _facts_of(answer: Mapping[str, Any]) -> FileFacts:
    if "found" in answer:
        return FileFacts(*answer["found"])
    if "errno" in answer:
        raise OSError(answer["errno"], "a file could not be written by its decoder")
    if answer.get("cause"):
        extra = {"cause": answer["cause"], "at": answer["at"]}
        logger.warning("a picture was refused after an unexpected error", extra=extra)
    code = ErrorCode.IMAGE_TOO_LARGE if answer["is_too_large"] else ErrorCode.IMAGE_UNREADABLE
    raise Refused(code, answer["refused"])


def _discard_halves(*paths: Path) -> None:
    for path in paths:
        path.with_suffix(f"{path.suffix}.new").unlink(missing_ok=True)
