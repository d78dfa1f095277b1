"""python-socketio with SQLModel, as tutorials put them together; both are in Nova's environment."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import version

from benchmarks.side_by_side.load.plan import Part
from benchmarks.side_by_side.peers.base import Layout, Peer, Server, place, running
from benchmarks.side_by_side.peers.socketio_frames import socketio_parts

SERVER = "benchmarks.side_by_side.peers.socketio_sqlmodel_server"


class SocketIoSqlModel(Peer):
    """A session and a commit per message."""

    name = "socketio-python"

    def version(self) -> str:
        """The libraries'."""
        return ", ".join(f"{name} {version(name)}" for name in ("python-socketio", "sqlmodel", "uvicorn"))

    @contextlib.contextmanager
    def serve(self, layout: Layout) -> Iterator[Server]:  # noqa: ARG002 - it takes any room
        """Serve with a database of its own."""
        with place() as (directory, port):
            command = [sys.executable, "-m", SERVER, port, directory / "messages.db"]
            with running(command, port) as server:
                yield server

    def parts(self, layout: Layout, port: int) -> Sequence[Part]:
        """Socket.IO's packets."""
        return socketio_parts(layout, port)
