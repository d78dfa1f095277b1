"""A local receiver that replaces Slack and PagerDuty where none is configured: it shows what they would get."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Notification:
    """A notification to one of them; ``way`` is ``slack`` or ``pagerduty``."""

    way: str
    body: dict[str, Any]

    def line(self) -> str:
        """For a person at a terminal."""
        if self.way == "slack":
            first = self.body["attachments"][0]
            return f"slack {self.body['channel']}: {first['title']}"
        return f"pagerduty {self.body['event_action']}: {self.body.get('payload', {}).get('summary', '')}"


class Sink:
    """An HTTP server on this machine that answers as they do."""

    def __init__(self, on_notification: Callable[[Notification], None]) -> None:
        """Begin to listen; ``on_notification`` is called for each, from a thread of its own."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(on_notification))
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


def _handler(on_notification: Callable[[Notification], None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            way = "pagerduty" if self.path == "/pagerduty" else "slack"
            on_notification(Notification(way, body))
            answer = b'{"status":"success","dedup_key":"x"}' if way == "pagerduty" else b"ok"
            self.send_response(202 if way == "pagerduty" else 200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Do not log requests."""

    return Handler
