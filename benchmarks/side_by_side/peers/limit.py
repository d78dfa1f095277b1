"""The limit: the same work in C, where a compiler and SQLite's header are there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.side_by_side.load.generator import compile_c
from benchmarks.side_by_side.load.plan import Part
from benchmarks.side_by_side.peers.base import Layout, Peer, Server, place, running
from benchmarks.side_by_side.peers.frames import room_parts

SOURCE = Path(__file__).with_name("limit.c")


class Limit(Peer):
    """Stores and sends on, and nothing else."""

    name = "limit"

    def version(self) -> str:
        """What it is."""
        compile_c(SOURCE, "sqlite3")
        return "limit.c"

    @contextlib.contextmanager
    def serve(self, layout: Layout) -> Iterator[Server]:  # noqa: ARG002 - it takes any room
        """Serve with a database of its own."""
        with place() as (directory, port):
            command = [compile_c(SOURCE, "sqlite3"), port, directory / "messages.db"]
            with running(command, port) as server:
                yield server

    def parts(self, layout: Layout, port: int) -> Sequence[Part]:
        """Nova's frames."""
        return room_parts(layout, port)
