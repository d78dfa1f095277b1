"""Peers in JavaScript: Bun comes with Nova's environment, Node where it is there or may be asked for."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.side_by_side.absent import Absent
from benchmarks.side_by_side.load.plan import Part
from benchmarks.side_by_side.peers.base import Layout, Peer, Server, place, running
from benchmarks.side_by_side.peers.frames import room_parts
from benchmarks.side_by_side.peers.socketio_frames import socketio_parts

HERE = Path(__file__).parent / "programs"


class _JavaScript(Peer):
    """A server of this folder."""

    program: str
    packages: Sequence[str] = ()
    is_compiling = False

    def version(self) -> str:
        """The runtime's and the packages'."""
        runtime = self._runtime()
        said = subprocess.run([runtime, "--version"], capture_output=True, text=True, check=True).stdout.strip()
        _install(is_compiling=self.is_compiling)
        names = (*self.packages, *(["better-sqlite3"] if self.is_compiling else []))
        return ", ".join([f"{Path(runtime).name} {said}", *(_version_of(name) for name in names)])

    @contextlib.contextmanager
    def serve(self, layout: Layout) -> Iterator[Server]:  # noqa: ARG002 - it takes any room
        """Serve with a database of its own."""
        with place() as (directory, port):
            command = [self._runtime(), self.program, port, directory / "messages.db"]
            with running(command, port, cwd=HERE) as server:
                yield server

    def _runtime(self) -> str:
        return _find("node" if self.is_compiling else "bun")


class _SocketIo(_JavaScript):
    program = "socketio.mjs"
    packages = ("socket.io",)

    def parts(self, layout: Layout, port: int) -> Sequence[Part]:
        """Socket.IO's packets."""
        return socketio_parts(layout, port)


class _Plain(_JavaScript):
    def parts(self, layout: Layout, port: int) -> Sequence[Part]:
        """Nova's frames."""
        return room_parts(layout, port)


class BunSockets(_Plain):
    """Bun's own server."""

    name, program = "bun", "bun.mjs"


class BunSocketIo(_SocketIo):
    """The usual choice, without compiling anything."""

    name = "socketio-bun"


class NodeSocketIo(_SocketIo):
    """The usual choice."""

    name, is_compiling = "socketio-node", True


class NodeWs(_Plain):
    """The usual WebSocket library of Node."""

    name, program, packages, is_compiling = "ws-node", "ws.mjs", ("ws",), True


@functools.cache
def _install(*, is_compiling: bool) -> None:
    """Install the packages: Bun does, npm only where something is compiled for Node.

    Raises:
        Absent: That failed, for example without a network.
    """
    if is_compiling:
        _run([_find("npm"), "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock"])
        if not (HERE / "node_modules" / "better-sqlite3" / "build").exists():
            raise Absent("better-sqlite3 does not compile here")
    elif not (HERE / "node_modules" / "socket.io").exists():
        _run([_find("bun"), "install", "--silent", "--no-save", "--omit=optional"])


def _find(program: str) -> str:
    """Bun is in Nova's own environment."""
    found = shutil.which(program, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if found is None:
        raise Absent(f"no {program}")
    return found


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Absent(f"{Path(command[0]).name} install failed: {(done.stderr or done.stdout).strip()[-200:]}")


def _version_of(package: str) -> str:
    found = json.loads((HERE / "node_modules" / package / "package.json").read_text(encoding="utf-8"))
    return f"{package} {found['version']}"
