"""The servers of ``shells.py``: ``python shell_servers.py asgi|fast|echo PORT``; prints a line once it listens."""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import sys
from pathlib import Path
from typing import ClassVar

import uvicorn
import uvloop
from picows import WSListener, WSMsgType, ws_create_server

sys.path.insert(0, str(Path(__file__).parents[1]))

from nova_app.api.gate import Gate
from nova_app.container import open_container
from nova_app.persistence.migrate import migrate
from nova_app.realtime.port import FastShell, SocketPort
from nova_app.settings import load_settings


class Echo(WSListener):
    """Acks and sends on what it gets, once per turn and member, and knows nothing else."""

    everyone: ClassVar[dict] = {}
    frames: ClassVar[list] = []
    waiting: ClassVar[dict] = {}

    def on_ws_connected(self, transport):
        self.transport = transport
        self.everyone[self] = None

    def on_ws_disconnected(self, transport):  # noqa: ARG002 - the library's signature
        self.everyone.pop(self, None)

    def on_ws_frame(self, transport, frame):
        value = json.loads(frame.get_payload_as_bytes())
        if value["type"] == "hello":
            transport.send(WSMsgType.TEXT, b'{"type":"welcome"}')
            return
        if not self.frames and not self.waiting:
            asyncio.get_running_loop().call_soon(self.flush)
        value["type"] = "message"
        self.frames.append(json.dumps(value, separators=(",", ":")).encode())
        self.waiting.setdefault(self, []).append(b'{"type":"ack","client_id":"%s"}' % value["client_id"].encode())

    @classmethod
    def flush(cls):
        joined = b",".join(cls.frames)
        for member in cls.everyone:
            acks = cls.waiting.get(member)
            member.transport.send(WSMsgType.TEXT, b"[" + (b",".join(acks) + b"," if acks else b"") + joined + b"]")
        cls.frames.clear()
        cls.waiting.clear()


async def echo(port):
    server = await ws_create_server(lambda _request: Echo(), "127.0.0.1", port)
    print("listening", flush=True)
    await server.serve_forever()


async def nova(shell, port):
    settings = load_settings()
    migrate(settings)
    async with open_container(settings) as container:
        made = FastShell(entrance=container.entrance, policy=container.policy)
        fast = type("Port", (SocketPort,), {"find_shell": staticmethod(lambda: made)})
        config = uvicorn.Config(
            Gate(container.api, container.policy),
            port=port,
            http=fast if shell == "fast" else "httptools",
            ws="websockets-sansio",
            ws_ping_interval=None,
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
            access_log=False,
            backlog=8192,
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        gc.collect()
        print("listening", flush=True)
        await serving


def main():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    shell, port = sys.argv[1], int(sys.argv[2])
    uvloop.run(echo(port) if shell == "echo" else nova(shell, port))


if __name__ == "__main__":
    main()
