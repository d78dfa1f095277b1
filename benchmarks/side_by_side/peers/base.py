"""What a peer is, and what is common to their servers."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from benchmarks.side_by_side.absent import Absent
from benchmarks.side_by_side.load.plan import Part
from benchmarks.side_by_side.machine import SERVER_CORE, free_port, pinned_to

ROOT = Path(__file__).parents[3]
START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Layout:
    """Rooms and who is in them; each member has one connection, the first ones of a room send.

    Nova has ``stored`` messages before it begins.
    """

    rooms: int
    members: int
    senders: int
    stored: int = 0

    @property
    def connections(self) -> int:
        """How many there are."""
        return self.rooms * self.members

    def seats(self) -> Iterator[tuple[int, bool]]:
        """The room of each connection and whether it sends, room by room."""
        for number in range(self.connections):
            yield number // self.members, number % self.members < self.senders


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs."""

    port: int
    pid: int


class Peer(ABC):
    """A server that is measured.

    Attributes:
        name: Its key in the results.
        is_websocket: Whether the generator speaks in WebSocket frames.
    """

    name: str
    is_websocket = True

    @abstractmethod
    def version(self) -> str:
        """What it is made of, with versions; raises ``Absent`` where it cannot be had."""

    @abstractmethod
    def serve(self, layout: Layout) -> contextlib.AbstractContextManager[Server]:
        """Serve on the servers' core, in processes of its own, with storage of its own."""

    @abstractmethod
    def parts(self, layout: Layout, port: int) -> Sequence[Part]:
        """What each connection says."""


@contextlib.contextmanager
def running(
    command: Sequence[object], port: int, *, cwd: Path = ROOT, environ: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Run a server on the servers' core until the block ends."""
    with tempfile.TemporaryFile() as log:
        process = _start(command, cwd, {**os.environ, **(environ or {})}, log)
        try:
            if not _is_listening(port, process):
                raise Absent(f"its server did not start: {_last_words(log)}")
            yield Server(port, process.pid)
        finally:
            process.kill()
            process.wait()


@contextlib.contextmanager
def place() -> Iterator[tuple[Path, int]]:
    """A directory and a port for one server."""
    with tempfile.TemporaryDirectory(prefix="nova-bench-") as directory:
        yield Path(directory), free_port()


def _start(command: Sequence[object], cwd: Path, environ: Mapping[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    with pinned_to(SERVER_CORE):
        return subprocess.Popen([str(word) for word in command], cwd=cwd, env=environ, stdout=log, stderr=log)


def _is_listening(port: int, process: subprocess.Popen[bytes]) -> bool:
    """Wait for it."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        time.sleep(0.02)
    return False


def _last_words(log: IO[bytes]) -> str:
    log.seek(0)
    lines = [line.strip()[:160] for line in log.read().decode(errors="replace").splitlines() if line.strip()]
    return next((line for line in lines if "Error" in line), lines[-1] if lines else "it said nothing")
