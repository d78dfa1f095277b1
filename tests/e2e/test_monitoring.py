"""The real thing: Nova, Prometheus and Alertmanager, faults, and what Slack and PagerDuty get to hear.

The configurations are those of a deployment; only intervals and windows are shorter.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
import time
import uuid

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from monitoring.dashboards import DASHBOARDS
from monitoring.sink import Sink
from monitoring.stack import ROOT, Stack
from tests.e2e.conftest import ROOT as REPOSITORY
from tests.e2e.conftest import Server, free_port

HURRY = (
    (r"scrape_interval: \d+s", "scrape_interval: 1s"),
    (r"scrape_timeout: \d+s", "scrape_timeout: 1s"),
    (r"evaluation_interval: \d+s", "evaluation_interval: 1s"),
    (r"^(\s+)(for|keep_firing_for): \d+[mh]$", r"\1\2: 2s"),
    (r"\[(3|5|10|15|30)m\]", "[25s]"),
    (r"\[(1h|6h)\]", "[40s]"),
    (r"group_wait: \d+s", "group_wait: 1s"),
    (r"group_interval: \d+m", "group_interval: 2s"),
)
PATIENCE_SECONDS = 90
JOBS = {"nova", "nova-prober", "prometheus", "alertmanager", "node"}


@pytest.fixture(scope="module")
def server(tmp_path_factory, pages_built):
    settings = {"NOVA_WEBHOOK_NETWORKS": "127.0.0.0/8", "NOVA_REGISTRATIONS_PER_ADDRESS": "10000"}
    server = Server(tmp_path_factory.mktemp("server"), **settings)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def heard():
    return []


@pytest.fixture(scope="module")
def stack(tmp_path_factory, server, heard):
    sink = Sink(heard.append)
    prober_port, node_port, ports = free_port(), free_port(), (free_port(), free_port())
    targets = {
        "nova": [f"127.0.0.1:{server.port}"],
        "nova-prober": [f"127.0.0.1:{prober_port}"],
        "prometheus": [f"127.0.0.1:{ports[0]}"],
        "alertmanager": [f"127.0.0.1:{ports[1]}"],
        "node": [f"127.0.0.1:{node_port}"],
    }
    secrets = {"slack_url": f"{sink.address}/slack", "pagerduty_key": "key", "metrics_token": "none"}
    directory = tmp_path_factory.mktemp("monitoring")
    stack = Stack(directory, *ports, targets, secrets, HURRY, f"{sink.address}/pagerduty")
    stack.write()
    try:
        stack.start()
        stack.start_node_exporter(node_port)
        stack.processes.append(_start_prober(server, prober_port, directory))
        yield stack
    finally:
        stack.stop()
        sink.close()


def _start_prober(server, port, directory):
    settings = {
        "NOVA_PORT": str(server.port),
        "NOVA_PROBE_PORT": str(port),
        "NOVA_PROBE_SECONDS": "1",
        "NOVA_DATA_DIR": str(directory),
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


def until(is_it, what, seconds=PATIENCE_SECONDS):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            if found := is_it():
                return found
        time.sleep(0.2)
    raise AssertionError(f"{what} did not come")


class Ear:
    """Listens to what Slack and PagerDuty got since it was made."""

    def __init__(self, heard):
        self._heard, self._from = heard, len(heard)

    def slack(self, title, channel):
        until(lambda: title in self._titles(channel), f"{title!r} in {channel}: {[n.line() for n in self._new()]}")

    def page(self, action, summary):
        def find():
            pages = [n.body for n in self._new() if n.way == "pagerduty"]
            return next((page for page in pages if self._is(page, action, summary)), None)

        return until(find, f"page {action} {summary!r}: {[n.line() for n in self._new()]}")

    def _new(self):
        return self._heard[self._from :]

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


@pytest.fixture
def program(server):
    """Makes programs that use the server."""
    with contextlib.ExitStack() as stack:

        def make(username):
            program = Program(server, username)
            stack.callback(program.http.close)
            return program

        yield make


@contextlib.contextmanager
def going_on(work):
    """Do this again and again, beside the block."""
    ended = threading.Event()
    faults = []

    def repeat():
        try:
            while not ended.is_set():
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


def test_every_configured_target_is_up(stack):
    def all_up():
        found = {row["metric"]["job"]: row["value"][1] for row in ask(stack, "up")}
        return set(found) == {"nova", "nova-prober", "prometheus", "alertmanager", "node"} and set(found.values()) == {
            "1"
        }

    until(all_up, "a full house")
    targets = httpx.get(f"{stack.prometheus}/api/v1/targets?state=active").json()["data"]["activeTargets"]
    assert [target["lastError"] for target in targets if target["lastError"]] == []


def test_the_prober_sees_messages_arrive(stack):
    until(lambda: ask(stack, "increase(nova_probe_success_total[25s]) > 3"), "round trips")
    assert ask(stack, "sum(nova_probe_failures_total)")[0]["value"][1] == "0"


def test_bad_frames_are_paged_resolved_and_paged_again(stack, server, program, heard):
    user = program("flooder")
    summary = "More than 15 % of what the messaging socket does fails"
    keys = []
    with user.socket() as good:
        for _ in range(2):
            ear = Ear(heard)
            with user.socket() as bad, going_on(lambda bad=bad: _flood(bad)):
                page = ear.page("trigger", summary)
                ear.slack(summary, "#nova-critical")
            with going_on(lambda: _ping(good)):
                ear.page("resolve", summary)
                ear.slack(f"Resolved: {summary}", "#nova-critical")
            keys.append(page["dedup_key"])
            assert page["links"][0]["href"].endswith("/runbooks/NovaWsErrorRateCritical.md")
    assert httpx.get(f"{server.origin}/runbooks/NovaWsErrorRateCritical.md").status_code == 200
    assert keys[0] == keys[1]


def _flood(socket):
    socket.send('{"type": "send"')
    socket.recv(timeout=10)
    time.sleep(0.02)


def _ping(socket):
    socket.send('{"type":"ping","id":1}')
    socket.recv(timeout=10)
    time.sleep(0.01)


def test_a_webhook_that_does_not_answer_fills_the_queue(stack, server, program, heard):
    user, ear = program("hooked"), Ear(heard)
    target = {"url": f"http://127.0.0.1:{free_port()}/nobody"}
    hook = user.http.post(f"/conversations/{user.room}/webhooks", json=target).raise_for_status().json()
    with user.socket() as socket:
        for burst in (900, 60, 60):
            for number in range(burst):
                user.say(socket, str(number))
            _read_acks(socket, burst)
            time.sleep(0.5)  # so much may be sent at once, and so much a second

        ear.slack("The delivery queue grows", "#nova-warnings")
        user.http.delete(f"/conversations/{user.room}/webhooks/{hook['id']}").raise_for_status()
        ear.slack("Resolved: The delivery queue grows", "#nova-warnings")


def _read_acks(socket, wanted):
    seen = 0
    while seen < wanted:
        frame = json.loads(socket.recv(timeout=30))
        seen += sum(item["type"] == "ack" for item in (frame if isinstance(frame, list) else [frame]))


def test_a_locked_database_is_told_and_over_when_it_is_free(stack, server, program, heard):
    user, ear = program("patient"), Ear(heard)
    lock = sqlite3.connect(server.directory / "data" / "nova.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    with user.socket() as socket:
        with going_on(lambda: (user.say(socket, "are you there"), time.sleep(1))):
            ear.slack("The database is locked by somebody else", "#nova-warnings")
            lock.rollback()
            lock.close()
        ear.slack("Resolved: The database is locked by somebody else", "#nova-warnings")


def test_sockets_that_are_cut_and_come_back_are_a_storm(stack, server, program, heard):
    user, ear = program("restless"), Ear(heard)

    def come_back():
        with contextlib.suppress(ConnectionClosed), user.socket(resume={"reason": "network", "gap_ms": 700}):
            time.sleep(0.1)

    with going_on(come_back):
        ear.page("trigger", "Everybody reconnects")
    ear.page("resolve", "Everybody reconnects")


def test_every_panel_has_something_to_show(stack, program):
    user = program("busy")
    user.http.get("/search", params={"q": "hello"}).raise_for_status()
    user.http.post("/uploads", files={"file": ("a.txt", b"hello")}).raise_for_status()
    user.http.post("/telemetry", json=A_REPORT).raise_for_status()
    empty = {}

    def all_shown():
        user.http.post("/telemetry", json=A_REPORT)
        with user.socket() as socket:
            user.say(socket, "hello")
            _read_acks(socket, 1)
        empty.clear()
        for uid, dashboard in DASHBOARDS.items():
            for panel in dashboard.panels:
                missing = [expr for expr, _ in panel.queries if not ask(stack, _in_grafana(expr))]
                if missing:
                    empty[f"{uid}: {panel.title}"] = missing
        return not empty

    try:
        until(all_shown, "something in every panel", seconds=40)
    except AssertionError:
        raise AssertionError(f"panels without data: {json.dumps(empty, indent=1)}") from None


A_REPORT = {
    "connection": {"round_trip_ms": 12, "oldest_queued_ms": 4_000},
    "page": {
        "errors": {"TIMEOUT": 1},
        "calls": [{"route": "search", "status": "2xx", "ms": 20}],
        "vitals": {"ttfb": 40, "fcp": 200, "lcp": 900, "inp": 50},
        "layout_shift": 0.02,
        "reconnects": 1,
        "roundtrips_ms": [30],
    },
}


def _in_grafana(expr):
    return expr.replace("$__rate_interval", "40s").replace("$job", ".+")


def test_every_query_of_runbooks_and_docs_can_be_asked(stack):
    for path in (*(ROOT / "runbooks").glob("*.md"), REPOSITORY / "docs" / "prometheus-monitoring.md"):
        for query in re.findall(r"```promql\n(.*?)```", path.read_text(), re.DOTALL):
            ask(stack, query.strip())


def test_an_app_that_is_gone_is_paged_and_its_return_told(stack, server, heard):
    ear = Ear(heard)
    server.kill()
    ear.page("trigger", "A Nova process does not answer")
    ear.page("trigger", "Nova is down")
    ear.slack("Nova is down", "#nova-critical")
    ear.page("trigger", "A message cannot be sent through Nova")
    server.start()
    ear.page("resolve", "A Nova process does not answer")
    ear.page("resolve", "Nova is down")
    ear.page("resolve", "A message cannot be sent through Nova")
    assert "<no value>" not in str(heard)
