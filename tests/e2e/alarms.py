"""Real faults of a running Nova, and what Slack and PagerDuty get to hear of them.

For the tests (in a hurry) and for the long runs (at the pace of a deployment).
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
import uuid

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from monitoring.sink import Sink
from monitoring.stack import Stack
from tests.e2e.conftest import ROOT as REPOSITORY
from tests.processes import PATIENCE_SECONDS, free_port, until


@contextlib.contextmanager
def watched(server, directory, received, *, hurry=None, **options):
    """Prometheus, Alertmanager, the prober and the machine's exporter over a server; what is sent goes to ``heard``."""
    sink = Sink(received.append)
    prober_port, node_port, ports = free_port(), free_port(), (free_port(), free_port())
    targets = {
        "nova": [f"127.0.0.1:{server.port}"],
        "nova-prober": [f"127.0.0.1:{prober_port}"],
        "prometheus": [f"127.0.0.1:{ports[0]}"],
        "alertmanager": [f"127.0.0.1:{ports[1]}"],
        "node": [f"127.0.0.1:{node_port}"],
    }
    secrets = {"slack_url": f"{sink.address}/slack", "pagerduty_key": "key", "metrics_token": "none"}
    stack = Stack(directory, *ports, targets, secrets, hurry, f"{sink.address}/pagerduty", **options)
    stack.write()
    try:
        stack.start()
        stack.start_node_exporter(node_port)
        stack.processes.append(_start_prober(server, prober_port, directory, every="1" if hurry else "30"))
        yield stack
    finally:
        stack.stop()
        sink.close()


def _start_prober(server, port, directory, *, every):
    settings = {
        "NOVA_PORT": str(server.port),
        "NOVA_PROBE_PORT": str(port),
        "NOVA_PROBE_SECONDS": every,
        "NOVA_DATA_DIR": str(server.directory / "data"),
    }
    environ = {name: value for name, value in os.environ.items() if not name.startswith("NOVA_")}
    with (directory / "probe.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "nova_app", "probe"], cwd=REPOSITORY, env={**environ, **settings}, stderr=log
        )


def ask(stack, query):
    answer = httpx.get(f"{stack.prometheus}/api/v1/query", params={"query": query}, timeout=10).json()
    assert answer["status"] == "success", answer
    return answer["data"]["result"]


def wait_until_quiet(stack, received):
    """Wait until nothing is wrong and nobody is called any more: on a busy machine scrapes may time out.

    What failed last weighs most once the app is gone and its older figures leave the window, one by one: a socket
    that another test left is counted, and forgotten.
    """
    since = time.time() + 1

    def not_resolved():
        actions = {n.body["dedup_key"]: n.body["event_action"] for n in received if n.way == "pagerduty"}
        return [key for key, action in actions.items() if action != "resolve"]

    def still_wrong():
        failed = ask(stack, 'increase(ws_operations_total{result="error"}[15s]) > 0')
        return failed or ask(stack, 'ALERTS{severity="critical"}') or not_resolved()

    def is_counted():
        return ask(stack, f'timestamp(up{{job="nova"}}) > {since}')

    until(is_counted, "figures of now")
    until(lambda: not still_wrong(), "an end of what was wrong", still_wrong)


class Ear:
    """Listens to what Slack and PagerDuty got since it was made."""

    def __init__(self, received, patience=PATIENCE_SECONDS):
        self._received, self._from, self._patience = received, len(received), patience

    def slack(self, title, channel):
        until(lambda: title in self._titles(channel), f"{title!r} in {channel}", self._notified, self._patience)

    def page(self, action, summary):
        def find():
            pages = [n.body for n in self._new() if n.way == "pagerduty"]
            return next((page for page in pages if self._is(page, action, summary)), None)

        return until(find, f"page {action} {summary!r}", self._notified, self._patience)

    def pages(self):
        """Everything that somebody was called for, in its order."""
        bodies = [notification.body for notification in self._new() if notification.way == "pagerduty"]
        return [(body["event_action"], body["payload"]["summary"]) for body in bodies]

    def _notified(self):
        return [notification.line() for notification in self._new()]

    def _new(self):
        return self._received[self._from :]

    def _titles(self, channel):
        bodies = [n.body for n in self._new() if n.way == "slack" and n.body["channel"] == channel]
        return [body["attachments"][0]["title"] for body in bodies]

    @staticmethod
    def _is(body, action, summary):
        return body["event_action"] == action and body["payload"]["summary"].endswith(summary)


class Program:
    """Somebody who uses Nova by its API and its socket."""

    def __init__(self, server, username):
        self.server = server
        self.http = httpx.Client(base_url=f"{server.origin}/api/v1", timeout=30)
        body = {"username": username, "display_name": username, "password": "correct horse battery"}
        self.http.post("/auth/register", json=body).raise_for_status()
        token = self.http.post("/auth/tokens", json={"name": "test"}).raise_for_status().json()["token"]
        self.headers = {"Authorization": f"Bearer {token}"}
        body = {"kind": "group", "title": "Team", "members": []}
        self.room = self.http.post("/conversations", json=body).raise_for_status().json()["id"]

    @contextlib.contextmanager
    def socket(self, **hello):
        url = f"ws://127.0.0.1:{self.server.port}/api/v1/socket"
        with connect(url, additional_headers=self.headers, max_size=None, proxy=None) as socket:
            socket.send(json.dumps({"type": "hello", "protocol": 1, "cursors": {}, **hello}))
            socket.recv(timeout=10)
            yield socket

    def say(self, socket, text):
        frame = {"type": "send", "client_id": str(uuid.uuid4()), "conversation_id": self.room, "text": text}
        socket.send(json.dumps(frame))


@contextlib.contextmanager
def going_on(work, *, every=0.0):
    """Do this again and again, beside the block.

    Args:
        every: The seconds between its end and its next beginning.
    """
    ended = threading.Event()
    faults = []

    def repeat():
        try:
            while not ended.wait(every):
                work()
        except (OSError, AssertionError, ConnectionClosed, TimeoutError) as fault:
            faults.append(fault)

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(30)
    assert not faults, faults


@contextlib.contextmanager
def _saying(user, frame, *, every):
    """A program says the same again and again, and hears each answer."""

    def say():
        socket.send(frame)
        socket.recv(timeout=10)

    with user.socket() as socket, going_on(say, every=every):
        yield


def bad_frames(user):
    """A program sends what nobody can read."""
    return _saying(user, '{"type": "send"', every=0.02)


def good_frames(user):
    """A program that does everything right, so that there is something to be right."""
    return _saying(user, '{"type":"ping","id":1}', every=0.01)


@contextlib.contextmanager
def dead_webhook(user):
    """The target of a webhook is gone, and more than a thousand messages are for it."""
    target = {"url": f"http://127.0.0.1:{free_port()}/nobody"}
    hook = user.http.post(f"/conversations/{user.room}/webhooks", json=target).raise_for_status().json()
    try:
        with user.socket() as socket:
            for burst in (900, 60, 60):
                for number in range(burst):
                    user.say(socket, str(number))
                read_acks(socket, burst)
                time.sleep(0.5)  # so much may be sent at once, and so much a second
        yield
    finally:
        user.http.delete(f"/conversations/{user.room}/webhooks/{hook['id']}").raise_for_status()


@contextlib.contextmanager
def locked_database(user):
    """Another program holds SQLite's write lock while somebody writes."""
    lock = sqlite3.connect(user.server.directory / "data" / "nova.db", isolation_level=None)
    with user.socket() as socket, going_on(lambda: _ask_around(user, socket), every=1):
        lock.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            lock.rollback()
            lock.close()


def _ask_around(user, socket):
    user.say(socket, "are you there")
    with contextlib.suppress(TimeoutError):
        while True:  # what nobody reads would hold the line up
            socket.recv(timeout=0)


@contextlib.contextmanager
def cut_sockets(user):
    """Sockets are cut and come back, again and again."""

    def come_back():
        with contextlib.suppress(ConnectionClosed), user.socket(resume={"reason": "network", "gap_ms": 700}):
            pass

    with going_on(come_back, every=0.1):
        yield


@contextlib.contextmanager
def killed_app(user):
    """The process is gone, as by kill -9."""
    user.server.kill()
    try:
        yield
    finally:
        user.server.start()


def read_acks(socket, wanted):
    seen = 0
    while seen < wanted:
        frame = json.loads(socket.recv(timeout=30))
        seen += sum(item["type"] == "ack" for item in (frame if isinstance(frame, list) else [frame]))
