"""Servers for benchmarks, each in a process of its own: any app, or Nova's API and socket alone; and ways in."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import websockets

from nova_app.api.gate import Gate
from nova_app.asgi import running
from nova_app.persistence.migrate import migrate
from nova_app.protocol.gate import GatePolicy
from nova_app.protocol.origins import OriginPolicy
from nova_app.settings import load_settings

ROOT = Path(__file__).parents[1]
READY_SECONDS = 30
NO_LIMITS = {"NOVA_REGISTRATION": "open", "NOVA_SEND_RATE": "1000000", "NOVA_SEND_BURST": "1000000"}


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that runs."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """Processor time that it has used, of all its threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def nova_app():
    """Nova's API and socket alone, without pages."""
    settings = load_settings()
    migrate(settings)
    held = {}

    async def app(scope, receive, send):
        if scope["type"] != "lifespan":
            await Gate(held["nova"].api, GatePolicy(OriginPolicy()))(scope, receive, send)
            return
        async with running(settings) as held["nova"]:
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    return app


@contextlib.contextmanager
def served(app: str, *, is_factory: bool = True) -> Iterator[Serving]:
    """Serve an app in a process of its own, with a directory of its own.

    Args:
        app: As uvicorn takes it: ``module:name``.
        is_factory: The name is of a function that makes the app.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as directory:
        factory = ["--factory"] if is_factory else []
        command = [sys.executable, "-m", "uvicorn", app, *factory, "--port", str(port)]
        options = ["--loop", "uvloop", "--ws", "websockets-sansio", "--log-level", "error"]
        deflate = ["--ws-per-message-deflate", "false"]
        environ = {**os.environ, "NOVA_DATA_DIR": directory, **NO_LIMITS}
        process = subprocess.Popen([*command, *options, *deflate], cwd=ROOT, env=environ)
        try:
            _wait_until_ready(port)
            yield Serving(port, process.pid)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def make_account(http: httpx.AsyncClient, name: str) -> str:
    """Register somebody, who is signed in with this client then; gives a token of theirs."""
    body = {"username": name, "display_name": name, "password": "correct horse"}
    (await http.post("/auth/register", json=body)).raise_for_status()
    return (await http.post("/auth/tokens", json={"name": "bench"})).raise_for_status().json()["token"]


async def start_group(http: httpx.AsyncClient, members: Sequence[str] = ()) -> str:
    """Start a group of whoever is signed in and these; gives its id."""
    body = {"kind": "group", "title": "Bench", "members": list(members)}
    return (await http.post("/conversations", json=body)).raise_for_status().json()["id"]


async def connect(port: int, token: str) -> websockets.ClientConnection:
    """Open a messaging socket that was welcomed."""
    url, headers = f"ws://127.0.0.1:{port}/api/v1/socket", {"Authorization": f"Bearer {token}"}
    connection = await websockets.connect(url, additional_headers=headers, compression=None, ping_interval=None)
    await connection.send('{"type":"hello","protocol":1}')
    while "welcome" not in await connection.recv():
        pass
    return connection


def _wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200:
                return
        time.sleep(0.05)
    raise SystemExit("a server did not start")
