"""What counting costs: the message road with and without instruments, and a scrape under load.

Two Novas run side by side in processes of their own, on the same disk. The second has the
same recorders, but they count nothing. Rounds alternate, so that the machine's moods meet both;
the processor time of the server's process for the same work is what is compared, and the rate
beside it. Then the counting one is scraped under load.

Prints ratios and figures. The exit code is 1 if a goal was missed for sure: if the whole interval
of a ratio of processor time lies above its goal, or the median time of a scrape above its own.
Loopback only.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import inspect
import json
import random
import statistics
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import httpx

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import serving
from benchmarks.serving import Serving, connect, make_account, served, start_group
from nova_app import container
from nova_app.observability.instruments import Instruments, create_instruments

ROUNDS = 30
RESAMPLES = 2_000
SCRAPES = 40
SCRAPE_EVERY_SECONDS = 0.25
GOAL_SCRAPE_SECONDS = 0.05
TEXT = "about as long as people write, most of the time, when they talk to each other"
STALL_STEP_SECONDS = 0.001


@dataclass(frozen=True, slots=True)
class Load:
    """Talk in one group.

    Attributes:
        readers: Open sockets; as many of them as ``senders`` also write.
        in_flight: Messages that each sender has under way.
        goal: How much more processor time instruments may take, as a ratio.
    """

    name: str
    readers: int
    senders: int
    messages: int
    in_flight: int
    goal: float


LOADS = (
    Load("fan-out: 1 sender, 50 readers", 50, 1, 1_000, 40, 1.10),
    Load("talk: 8 senders who are all readers", 8, 8, 2_400, 8, 1.05),
)


# The two servers.


def counting_app():
    """Nova as it is, and how long its event loop stood still at most since somebody last asked."""
    return _with_stalls(serving.nova_app())


def silent_app():
    """Nova with recorders that do nothing; calls and clock readings at their callers remain."""
    container.create_instruments = _create_silent_instruments
    return _with_stalls(serving.nova_app())


def _create_silent_instruments(routes=()):
    real = create_instruments(routes)
    recorders = {name: _silent(getattr(real, name)) for name in Instruments.__slots__ if name != "metrics"}
    return Instruments(real.metrics, **recorders)


def _silent(recorder):
    """An object with the recorder's methods, of which none does anything."""
    methods = {}
    for name, method in inspect.getmembers(type(recorder), inspect.isfunction):
        if not name.startswith("_"):
            is_block = hasattr(method, "__wrapped__")
            methods[name] = (lambda *_, **__: contextlib.nullcontext()) if is_block else (lambda *_, **__: None)
    return type("Silent", (), {"__slots__": (), **methods})()


def _with_stalls(app):
    worst, watchers = [0.0], []

    async def watch():
        while True:
            began = time.perf_counter()
            await asyncio.sleep(STALL_STEP_SECONDS)
            worst[0] = max(worst[0], time.perf_counter() - began - STALL_STEP_SECONDS)

    async def watched(scope, receive, send):
        if scope["type"] == "http" and scope["path"] == "/stall":
            body, worst[0] = json.dumps(worst[0]).encode(), 0.0
            watchers or watchers.append(asyncio.create_task(watch()))
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": body})
            return
        await app(scope, receive, send)

    return watched


# Those who talk.


class Room:
    """Open sockets of one group on one server."""

    def __init__(self, server: Serving, load: Load):
        self.server, self._load = server, load
        self._sockets, self._room = [], ""

    async def open(self):
        name = f"user{uuid.uuid4().hex[:8]}"
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.server.port}/api/v1") as http:
            token = await make_account(http, name)
            self._room = await start_group(http)
        self._sockets = [await connect(self.server.port, token) for _ in range(self._load.readers)]
        return self

    async def talk(self, messages):
        """Send so many messages; returns when everybody has all of them."""
        shares = [messages // self._load.senders] * self._load.senders
        for connection in self._sockets:  # a reader who says nothing for long is taken for gone
            await connection.send('{"type":"ping","id":1}')
        windows = [asyncio.Semaphore(self._load.in_flight) for _ in shares]
        readers = [
            _read(connection, sum(shares), windows[number] if number < len(windows) else None)
            for number, connection in enumerate(self._sockets)
        ]
        writers = [
            self._write(connection, share, window)
            for connection, share, window in zip(self._sockets, shares, windows, strict=False)
        ]
        await asyncio.gather(*writers, *readers)

    async def close(self):
        await asyncio.gather(*(connection.close() for connection in self._sockets))

    async def _write(self, connection, share, window):
        for _ in range(share):
            await window.acquire()
            frame = {"type": "send", "client_id": str(uuid.uuid4()), "conversation_id": self._room, "text": TEXT}
            await connection.send(json.dumps(frame))


async def _read(connection, messages, window):
    """Until all messages came; each ack lets the sender go on."""
    seen = acked = 0
    while seen < messages:
        frame = await connection.recv()
        seen += frame.count('"type":"message"')
        if window is not None:
            fresh = frame.count('"type":"ack"')
            acked += fresh
            for _ in range(fresh):
                window.release()


# What is measured.


async def compare(load, counting, silent):
    """Rounds in turns; gives the rate and the processor time per message of each, by round."""
    rooms = {"with": await Room(counting, load).open(), "without": await Room(silent, load).open()}
    figures = {name: [] for name in rooms}
    for number in range(-1, ROUNDS):
        for name in sorted(rooms, reverse=number % 2 == 0):
            room = rooms[name]
            cpu, began = room.server.cpu_seconds(), time.perf_counter()
            await room.talk(load.messages)
            took = time.perf_counter() - began
            if number >= 0:  # the first fills caches and pools
                figures[name].append((load.messages / took, (room.server.cpu_seconds() - cpu) / load.messages))
    for room in rooms.values():
        await room.close()
    return figures


async def scrape_under_load(server, load):
    """Scrape again and again while people talk; and the event loop's longest stalls with and without."""
    room = await Room(server, load).open()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=30) as http:
        await http.get("/stall")
        ended = asyncio.Event()
        talking = asyncio.create_task(_talk_until(room, ended))
        calm = [await _window(http) for _ in range(SCRAPES)]
        scraped = [await _window(http, is_scraped=True) for _ in range(SCRAPES)]
        ended.set()
        await talking
        plain = (await http.get("/metrics", headers={"Accept-Encoding": "identity"})).content
        zipped = await _size_on_the_wire(http)
    await room.close()
    return calm, scraped, plain, zipped


async def _talk_until(room, ended):
    while not ended.is_set():
        await room.talk(80)


async def _window(http, *, is_scraped=False):
    """A short while; gives the longest stall in it and, if it was scraped, how long that took."""
    await http.get("/stall")
    took = 0.0
    if is_scraped:
        began = time.perf_counter()
        (await http.get("/metrics")).raise_for_status()
        took = time.perf_counter() - began
    await asyncio.sleep(max(0.0, SCRAPE_EVERY_SECONDS - took))
    return (await http.get("/stall")).json(), took


async def _size_on_the_wire(http):
    async with http.stream("GET", "/metrics", headers={"Accept-Encoding": "gzip"}) as answer:
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    gzip.decompress(raw)
    return len(raw)


async def main():
    """Measure, print, and give the exit code."""
    fine = []
    with served("benchmarks.instrumentation:counting_app") as counting:
        with served("benchmarks.instrumentation:silent_app") as silent:
            fine.extend([_report_ratio(load, await compare(load, counting, silent)) for load in LOADS])
        fine.append(_report_scrape(*await scrape_under_load(counting, LOADS[0])))
    return 0 if all(fine) else 1


def _report_ratio(load, figures):
    pairs = list(zip(figures["with"], figures["without"], strict=True))
    print(f"{load.name}; {load.messages} messages a round, {ROUNDS} rounds in turns")
    for name, rows in figures.items():
        speed, micro = statistics.median(row[0] for row in rows), statistics.median(row[1] for row in rows) * 1e6
        print(f"  {name:<8}{speed:>8,.0f} messages/s {micro:>8,.0f} us of processor per message (medians)")
    rate = statistics.median(one[0] / other[0] for one, other in pairs)
    low, ratio, high = _interval([(one[1], other[1]) for one, other in pairs])
    print(
        f"  with / without: processor {ratio:.3f} (nine times of ten between {low:.3f} and {high:.3f}; "
        f"goal: at most {load.goal:.2f}), rate {rate:.2f}"
    )
    return low <= load.goal


def _interval(pairs):
    """The ratio of the sums, with the interval that rounds drawn anew fall into nine times of ten."""
    chance = random.Random(1)
    drawn = sorted(_ratio(chance.choices(pairs, k=len(pairs))) for _ in range(RESAMPLES))
    return drawn[RESAMPLES // 20], _ratio(pairs), drawn[-RESAMPLES // 20]


def _ratio(pairs):
    return sum(one for one, _ in pairs) / sum(other for _, other in pairs)


def _report_scrape(calm, scraped, plain, zipped):
    times = sorted(took for _, took in scraped)
    stalls = {name: sorted(stall for stall, _ in rows) for name, rows in (("without", calm), ("with", scraped))}
    series = sum(not line.startswith(b"#") for line in plain.splitlines())
    middle, late = len(times) // 2, len(times) * 95 // 100
    print(f"a scrape under the load of the first, {len(times)} of them, {SCRAPE_EVERY_SECONDS} s apart")
    print(f"  {series:,} series, {len(plain):,} bytes, {zipped:,} on the wire (gzip)")
    print(
        f"  time: median {times[middle] * 1e3:.0f} ms, p95 {times[late] * 1e3:.0f} ms "
        f"(goal: median at most {GOAL_SCRAPE_SECONDS * 1e3:.0f} ms)"
    )
    for name, rows in stalls.items():
        print(
            f"  the event loop's longest stall in {SCRAPE_EVERY_SECONDS} s {name} a scrape: "
            f"median {rows[middle] * 1e3:.1f} ms, p95 {rows[late] * 1e3:.1f} ms"
        )
    return times[middle] <= GOAL_SCRAPE_SECONDS


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
