"""The socket's shells side by side, in interleaved rounds: ASGI, fast, and an echo without any logic as the ceiling.

    python benchmarks/shells.py [--rounds 5] [--seconds 2] [--only room,rooms,steady,idle,storm]

Figures of different machines do not compare; the ratios of one run do.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import httpx
import uvloop
from picows import WSListener, WSMsgType, ws_connect

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.serving import NO_LIMITS, Serving, free_port  # noqa: E402 - after the path is known

SHELLS = ("asgi", "fast", "echo")
MANY = {
    "NOVA_SOCKETS_PER_ACCOUNT": "10000",
    "NOVA_DIALS_PER_MINUTE": "1000000",
    "NOVA_ADMISSIONS_PER_SECOND": "1000000",
    "NOVA_REGISTRATIONS_PER_ADDRESS": "100000",
    "NOVA_SIGN_INS_PER_ADDRESS": "100000",
}
ACK = b'"type":"ack"'
STAMP = re.compile(rb'"text":"at ([0-9.]+)')


class Client(WSListener):
    """One socket of the load generator."""

    def __init__(self, world, room):
        self.world, self.room = world, room
        self.welcomed = asyncio.get_running_loop().create_future()
        self.is_watched = False

    def on_ws_connected(self, transport):
        self.transport = transport
        self.say({"type": "hello", "protocol": 1, "cursors": {}})

    def say(self, frame):
        self.transport.send(WSMsgType.TEXT, json.dumps(frame).encode())

    def send_one(self):
        text = f"at {time.perf_counter():.6f} {'x' * 60}"
        frame = {"type": "send", "client_id": str(uuid.uuid4()), "conversation_id": self.room, "text": text}
        self.say(frame)

    def on_ws_frame(self, transport, frame):  # noqa: ARG002 - the library's signature
        payload = frame.get_payload_as_bytes()
        if not self.welcomed.done():
            self.welcomed.set_result(None)
        if self.is_watched:
            now = time.perf_counter()
            self.world.latencies += [now - float(at) for at in STAMP.findall(payload)]
        acks = payload.count(ACK)
        if acks:
            self.world.acks += acks
            if self.world.is_closed_loop:
                for _ in range(acks):
                    self.send_one()


class World:
    """Users, rooms and sockets of one server."""

    def __init__(self, serving, shell):
        self.serving, self.shell = serving, shell
        self.acks, self.latencies, self.is_closed_loop = 0, [], False
        self.clients = []

    async def people(self, count):
        if self.shell == "echo":
            return [("", "room")] * count
        made = []
        base = f"http://127.0.0.1:{self.serving.port}"
        for _ in range(count):
            async with httpx.AsyncClient(base_url=base, headers={"Origin": base}) as client:
                name = "u" + uuid.uuid4().hex[:12]
                body = {"username": name, "display_name": name, "password": "correct horse battery"}
                (await client.post("/api/v1/auth/register", json=body)).raise_for_status()
                body = {"kind": "group", "title": "Room", "members": []}
                answer = (await client.post("/api/v1/conversations", json=body)).raise_for_status()
                cookie = "; ".join(f"{key}={value}" for key, value in client.cookies.items())
                made.append((cookie, answer.json()["id"]))
        return made

    async def open(self, person, count):
        cookie, room = person
        opened = await asyncio.gather(*(self._open_one(cookie, room) for _ in range(count)))
        self.clients += opened
        return opened

    async def _open_one(self, cookie, room):
        url = f"ws://127.0.0.1:{self.serving.port}/api/v1/socket"
        _, client = await ws_connect(
            lambda: Client(self, room), url, extra_headers={"Cookie": cookie}, websocket_handshake_timeout=60
        )
        await client.welcomed
        return client

    def close(self):
        for client in self.clients:
            client.transport.disconnect(graceful=False)

    async def measure(self, seconds):
        acks, cpu, begin = self.acks, self.serving.cpu_seconds(), time.perf_counter()
        own = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        await asyncio.sleep(seconds)
        spent = time.perf_counter() - begin
        count = max(1, self.acks - acks)
        cpu = self.serving.cpu_seconds() - cpu
        generator = sum(resource.getrusage(resource.RUSAGE_SELF)[:2]) - own
        return {
            "msg/s": count / spent,
            "us CPU/msg": cpu * 1e6 / count,
            "generator": generator / spent,
            "cpu": cpu / spent,
        }


async def room(world, seconds, *, in_flight=40):
    """One room of 100 sockets, 10 of which send."""
    (person,) = await world.people(1)
    clients = await world.open(person, 100)
    return await loop_closed(world, [clients[number % 10] for number in range(in_flight)], seconds)


async def rooms(world, seconds):
    """20 rooms of 50 sockets, 100 messages in flight: little can be coalesced."""
    people = await world.people(20)
    groups = [await world.open(person, 50) for person in people]
    return await loop_closed(world, [groups[number % 20][number // 20] for number in range(100)], seconds)


async def loop_closed(world, senders, seconds):
    world.is_closed_loop = True
    for sender in senders:
        sender.send_one()
    await asyncio.sleep(0.3)
    figures = await world.measure(seconds)
    world.is_closed_loop = False
    return figures


async def steady(world, seconds):
    """50 messages a second to 100 sockets."""
    (person,) = await world.people(1)
    clients = await world.open(person, 100)
    clients[-1].is_watched = True
    stop = asyncio.Event()

    async def send():
        number = 0
        while not stop.is_set():
            clients[number % 10].send_one()
            number += 1
            await asyncio.sleep(0.02)

    sending = asyncio.create_task(send())
    await asyncio.sleep(0.3)
    world.latencies.clear()
    figures = await world.measure(seconds)
    stop.set()
    await sending
    figures["p50 ms"] = statistics.median(world.latencies) * 1000
    figures["p99 ms"] = sorted(world.latencies)[int(len(world.latencies) * 0.99)] * 1000
    return figures


async def idle(world, _seconds, *, count=1_000):
    """Memory of sockets at rest."""
    (person,) = await world.people(1)
    await world.open(person, 10)
    before = memory_kb(world.serving.pid)
    for _ in range(count // 100):
        await world.open(person, 100)
    await asyncio.sleep(1)
    after = memory_kb(world.serving.pid)
    return {"kB/socket": (after - before) / count, "base MB": before / 1024}


async def storm(world, _seconds, *, count=2_000):
    """Sockets that all come at once."""
    (person,) = await world.people(1)
    cpu, begin = world.serving.cpu_seconds(), time.perf_counter()
    await world.open(person, count)
    return {"s": time.perf_counter() - begin, "cpu s": world.serving.cpu_seconds() - cpu}


WORKS = {work.__name__: work for work in (room, rooms, steady, idle, storm)}


def memory_kb(pid):
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE).group(1))


@contextlib.contextmanager
def served_by(shell):
    """Serve with one shell, in a process and a directory of its own."""
    port = free_port()
    with tempfile.TemporaryDirectory() as directory:
        environ = {**os.environ, "NOVA_DATA_DIR": directory, **NO_LIMITS, **MANY}
        command = [sys.executable, str(ROOT / "benchmarks" / "shell_servers.py"), shell, str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE)
        try:
            process.stdout.readline()
            yield Serving(port, process.pid)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


async def run_work(name, shell, seconds):
    with served_by(shell) as serving:
        world = World(serving, shell)
        try:
            return await WORKS[name](world, seconds)
        finally:
            world.close()


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=2.0)
    options.add_argument("--only", default=",".join(WORKS))
    chosen = options.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    for name in chosen.only.split(","):
        found = {shell: [] for shell in SHELLS}
        for _ in range(chosen.rounds):
            for shell in SHELLS:
                found[shell].append(uvloop.run(run_work(name, shell, chosen.seconds)))
        print(f"\n{name}: {WORKS[name].__doc__}")
        for shell, rounds in found.items():
            medians = {figure: statistics.median(row[figure] for row in rounds) for figure in rounds[0]}
            print(f"  {shell:5}", "  ".join(f"{figure} {value:,.2f}" for figure, value in medians.items()), flush=True)


if __name__ == "__main__":
    main()
