"""Nova's frames and turns without any logic: what Python can do on this work at most."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import version

from benchmarks.side_by_side.load.plan import Part
from benchmarks.side_by_side.peers.base import Layout, Peer, Server, place, running
from benchmarks.side_by_side.peers.frames import room_parts


class Ceiling(Peer):
    """An echo: it neither checks, nor stores, nor numbers."""

    name = "ceiling"

    def version(self) -> str:
        """The library's."""
        return f"picows {version('picows')}, uvloop {version('uvloop')}"

    @contextlib.contextmanager
    def serve(self, layout: Layout) -> Iterator[Server]:  # noqa: ARG002 - it takes any room
        """Serve; nothing is kept."""
        with place() as (_, port), running(_command(port), port) as server:
            yield server

    def parts(self, layout: Layout, port: int) -> Sequence[Part]:
        """Nova's frames."""
        return room_parts(layout, port)


def _command(port: int) -> Sequence[object]:
    return [sys.executable, "-m", "benchmarks.side_by_side.peers.ceiling_server", port]
