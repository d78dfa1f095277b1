"""A whole Nova of this process on a port of its own, which can be stopped and started over the same data."""

from __future__ import annotations

import asyncio
import threading

import httpx
import uvicorn

from nova_app.container import open_container
from nova_app.persistence.migrate import migrate
from nova_app.services import message_changes
from nova_app.settings import Settings
from tests.asgi import gated
from tests.processes import free_port, until

PASSWORD = "correct horse"


class LiveServer:
    """Runs beside the test in a thread; SQLite in ``directory``."""

    def __init__(self, directory):
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self._settings = Settings(
            data_dir=directory,
            host="127.0.0.1",
            port=self.port,
            registration="open",
            registrations_per_address=100_000,
            sign_ins_per_address=100_000,
            public_origins=self.origin,
        )
        migrate(self._settings)
        self._server = None
        self._thread = None

    def start(self):
        """Serve until :meth:`stop`; the budget of reactions, which has tests of its own, is no limit here."""
        message_changes.REACTIONS_PER_MINUTE = 100_000
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        until(lambda: httpx.get(f"{self.origin}/healthz").is_success, "a started server", seconds=20)

    def stop(self):
        """Close every socket and the database."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive(), "the server did not stop"

    async def _serve(self):
        async with open_container(self._settings) as container:
            config = uvicorn.Config(
                gated(container),
                host="127.0.0.1",
                port=self.port,
                ws="websockets-sansio",
                lifespan="off",
                log_config=None,
            )
            self._server = uvicorn.Server(config)
            await self._server.serve()

    def register(self, username):
        """A new account: a client that is signed in as it."""
        client = httpx.Client(base_url=self.origin, headers={"Origin": self.origin}, timeout=20)
        body = {"username": username, "display_name": username.title(), "password": PASSWORD}
        answer = client.post("/api/v1/auth/register", json=body)
        assert answer.status_code == 201, answer.text
        client.me = {name: answer.json()[name] for name in ("user_id", "username", "display_name")}
        return client
