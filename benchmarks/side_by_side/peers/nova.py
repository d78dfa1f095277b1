"""Nova as it is shipped: ``nova serve``, everybody signed in and a member."""

from __future__ import annotations

import contextlib
import functools
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.side_by_side.absent import Absent
from benchmarks.side_by_side.load.plan import Part, Step, upgrade
from benchmarks.side_by_side.peers.base import ROOT, Layout, Peer, Server, place, running
from benchmarks.side_by_side.peers.frames import ACK, WELCOME, room_name, send_frame
from benchmarks.side_by_side.peers.nova_members import secret_of
from nova_app.build import find_pages
from nova_app.protocol.credentials import COOKIE

# Limits of an account, of an address and of all newcomers: a storm is to show what the server can, not what it lets in.
LIFTED = {
    "NOVA_SEND_RATE": "1000000",
    "NOVA_SEND_BURST": "1000000",
    "NOVA_ADMISSIONS_PER_SECOND": "1000000",
    "NOVA_STRANGER_CONNECTIONS_PER_SECOND": "1000000",
}
HELLO = Step('{"type":"hello","protocol":1,"cursors":{}}', WELCOME)


class Nova(Peer):
    """The whole product."""

    name = "nova"

    def version(self) -> str:
        """Nova's own."""
        if find_pages(ROOT) is None:
            raise Absent("its pages are not built: nova build")
        return f"{version('nova-messenger')}, picows {version('picows')}, uvloop {version('uvloop')}"

    @contextlib.contextmanager
    def serve(self, layout: Layout) -> Iterator[Server]:
        """Serve a copy of a database that has the members."""
        with place() as (directory, port):
            shutil.copytree(_with_members(layout.rooms, layout.members, layout.stored), directory, dirs_exist_ok=True)
            environ = {
                **LIFTED,
                "NOVA_DATA_DIR": str(directory),
                "NOVA_HOST": "127.0.0.1",
                "NOVA_PORT": str(port),
            }
            command = [sys.executable, "-m", "nova_app", "serve", "--no-build"]
            with running(command, port, environ=environ) as server:
                yield server

    def parts(self, layout: Layout, port: int) -> Sequence[Part]:
        """Each member's own session."""
        return [
            Part(
                steps=[upgrade(port, "/api/v1/socket", f"Cookie: {COOKIE}={secret_of(number)}"), HELLO],
                message=send_frame(room_name(room)),
                ack_mark=ACK,
                is_sender=is_sender,
            )
            for number, (room, is_sender) in enumerate(layout.seats())
        ]


@functools.cache
def _kept() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="nova-bench-members-")


@functools.cache
def _with_members(rooms: int, members: int, stored: int) -> Path:
    directory = Path(_kept().name) / f"{rooms}x{members}x{stored}"
    command = [sys.executable, "-m", "benchmarks.side_by_side.peers.nova_members", directory, rooms, members, stored]
    subprocess.run([str(word) for word in command], cwd=ROOT, check=True)
    return directory
