"""Nova's client and three of its peers under the same faults, on the same wire.

``python -m benchmarks.peers.run`` writes ``benchmarks/peers/RESULTS.md``; about two minutes.
Every case has a wire, a server and a client process of its own; all run side by side.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.e2e.conftest import Server, free_port
from tests.faults.wire import Wire

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs" / "websocket-reconnection.md"
PEERS = ("nova", "socketio", "phoenix", "partysocket")
SERVER_OF = {"socketio": "socketio", "phoenix": "phoenix", "partysocket": "plain"}
NAMES = {"nova": "Nova", "socketio": "Socket.IO", "phoenix": "Phoenix", "partysocket": "partysocket"}
MESSAGES = 40
PATIENCE_SECONDS = 75


class Process:
    """A bun program that speaks JSON lines."""

    def __init__(self, *arguments):
        self.lines = []
        command = ["bun", *map(str, arguments)]
        self._process = subprocess.Popen(
            command, cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        threading.Thread(target=self._read, daemon=True).start()
        until(lambda: self.lines, 20)

    def _read(self):
        for line in self._process.stdout:
            if line.startswith("{"):
                self.lines.append(json.loads(line))

    def say(self, line):
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def stop(self):
        self._process.kill()
        self._process.wait(10)


class Rig:
    """A server, a wire to it, and a client that is connected through it."""

    def __init__(self, peer, directory):
        self.peer = peer
        self._nova = self._server = None
        if peer == "nova":
            self._nova = Server(tempfile.mkdtemp(dir=directory))
            self._nova.start()
            self.wire = Wire(self._nova.port)
            self._api = httpx.Client(base_url=f"{self._nova.origin}/api/v1", headers={"Origin": self._nova.origin})
            body = {"username": "peer", "display_name": "Peer", "password": "correct horse battery"}
            self._api.post("/auth/register", json=body).raise_for_status()
            room = self._api.post("/conversations", json={"kind": "group", "title": "Peers", "members": []}).json()[
                "id"
            ]
            self._room = f"/conversations/{room}/messages?limit=100"
            cookie = "; ".join(f"{name}={value}" for name, value in self._api.cookies.items())
            extra = (cookie, room)
        else:
            port = free_port()
            self._server = Process("server.mjs", SERVER_OF[peer], port)
            self.wire, extra = Wire(port), ()
        self.client = Process("client.mjs", peer, self.wire.port, *extra)
        self.send(0)
        until(lambda: 0 in self.arrived(), 20)

    def send(self, number):
        self.client.say(f"send {number}")

    def arrived(self):
        """The numbers that the server has, in its order."""
        if self._nova:
            return [int(item["text"]) for item in self._api.get(self._room).json()["items"]]
        return [line["n"] for line in self._server.lines if "n" in line]

    def close(self):
        self.client.stop()
        self.wire.close()
        if self._server:
            self._server.stop()
        if self._nova:
            self._nova.stop()


def until(condition, seconds):
    """Seconds until a condition holds; None if it never did."""
    begin = time.monotonic()
    while time.monotonic() - begin < seconds:
        if condition():
            return time.monotonic() - begin
        time.sleep(0.02)
    return None


def dead_in_the_middle(rig, fault):
    for number in range(1, MESSAGES + 1):
        rig.send(number)
        # Faults fall between two messages, so that none is lost to the moment itself.
        time.sleep(0.05)
        if number == 9:
            rig.wire.set(fault)
        if number == 29:
            rig.wire.cut()
        time.sleep(0.05)
    rig.wire.heal()
    took = until(lambda: len(set(rig.arrived())) == MESSAGES + 1, 30)
    time.sleep(3)
    arrived = rig.arrived()
    lost = MESSAGES + 1 - len(set(arrived))
    first = list(dict.fromkeys(arrived))
    inversions = sum(a > b for a, b in itertools.pairwise(first))
    doubled = len(arrived) - len(set(arrived))
    return f"{lost} lost, {doubled} doubled, {inversions} inverted" + (f", {took:.1f} s" if took is not None else "")


def dead_both_ways(rig):
    return dead_in_the_middle(rig, "hole")


def dead_downwards(rig):
    return dead_in_the_middle(rig, "hole_down")


def closed_at_once(rig):
    port = free_port()
    closer = Process("server.mjs", "closer", port)
    rig.wire.target_port = port
    rig.wire.reset()
    before = len(rig.wire.dials)
    time.sleep(20)
    closer.stop()
    return f"{len(rig.wire.dials) - before} attempts"


def tarpit(rig):
    rig.wire.set("tarpit")
    rig.wire.reset()
    time.sleep(1)
    rig.send(1)
    time.sleep(30)
    rig.wire.heal()
    return _seconds(until(lambda: 1 in rig.arrived(), PATIENCE_SECONDS), "delivered")


def silent_while_idle(rig):
    time.sleep(2)
    before = len(rig.wire.dials)
    rig.wire.hole()
    return _seconds(until(lambda: len(rig.wire.dials) > before, PATIENCE_SECONDS), "reconnected")


def silent_then_a_send(rig):
    time.sleep(2)
    before = len(rig.wire.dials)
    rig.wire.hole()
    rig.send(1)
    took = until(lambda: len(rig.wire.dials) > before, PATIENCE_SECONDS)
    rig.wire.heal()
    until(lambda: 1 in rig.arrived(), 30)
    return f"{_seconds(took, 'reconnected')}; arrived {rig.arrived().count(1)} times"


def _seconds(took, what):
    return f"never {what} ({PATIENCE_SECONDS} s)" if took is None else f"{what} after {took:.1f} s"


CASES = {
    "1. 40 messages, wire silently dead for 10-29, reset at 30, healed at 40": lambda rig: dead_in_the_middle(
        rig, "hole"
    ),
    "2. the same, only what the server says is lost": lambda rig: dead_in_the_middle(rig, "hole_down"),
    "3. server accepts and closes (1011) before any greeting, for 20 s": closed_at_once,
    "4. connect into a tarpit for 30 s, then healed": tarpit,
    "5. wire silently dead while idle": silent_while_idle,
    "6. wire silently dead, then a message": silent_then_a_send,
}


def run_case(peer, case, directory):
    rig = Rig(peer, directory)
    try:
        return CASES[case](rig)
    finally:
        rig.close()


def table(results):
    """The results as Markdown."""
    versions = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    head = " | ".join(NAMES[peer] for peer in PEERS)
    rows = [f"| {case} | " + " | ".join(results[case, peer] for peer in PEERS) + " |" for case in CASES]
    return [
        "# The same faults, four clients",
        "",
        f"Measured on {time.strftime('%Y-%m-%d')} by `python -m benchmarks.peers.run`.",
        "One run on two cores over loopback; every client in bun, with its defaults.",
        f"socket.io-client {versions['socket.io-client']} (WebSocket transport), phoenix {versions['phoenix']}",
        f"(channel pushes), partysocket {versions['partysocket']}.",
        "Socket.IO does not notice a close before its greeting and waits for its 20 s connect timeout (case 3).",
        "",
        f"| fault | {head} |",
        "|---" * (len(PEERS) + 1) + "|",
        *rows,
    ]


def show_in_docs(lines):
    """Put the table where the page about the connection shows it."""
    page = DOCS.read_text(encoding="utf-8")
    begin, rest = page.split("-->\n", 1)
    _, end = rest.split("<!-- /peers -->", 1)
    DOCS.write_text(f"{begin}-->\n" + "\n".join(lines) + f"\n<!-- /peers -->{end}", encoding="utf-8")


def main():
    """Run every case with every peer and write the table."""
    subprocess.run(["bun", "install", "--frozen-lockfile", "--silent"], cwd=HERE, check=True)
    with tempfile.TemporaryDirectory() as directory, ThreadPoolExecutor(len(PEERS) * len(CASES)) as pool:
        jobs = {(case, peer): pool.submit(run_case, peer, case, directory) for case in CASES for peer in PEERS}
        results = {key: job.result() for key, job in jobs.items()}
    lines = table(results)
    (HERE / "RESULTS.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    show_in_docs(lines[2:])
    print("\n".join(lines))


if __name__ == "__main__":
    main()
