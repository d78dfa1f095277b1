"""Fan-out to 100 members: Nova's socket against the same server without any logic.

Both are served by uvicorn with the same settings in processes of their own, and are
measured in turns, so that the machine's moods meet both. "Bare" relays every frame of a
sender to all sockets, with one send per member; it neither checks, stores nor numbers.

Prints deliveries per second and their ratio. Ends by itself; loopback only.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
import uuid
from pathlib import Path

import httpx
import websockets

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.serving import connect, make_account, served, start_group

MEMBERS = 100
MESSAGES = 400
IN_FLIGHT = 40
ROUNDS = 3


async def bare_app(scope, receive, send):
    """Relays what it gets to everybody; nothing else."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})
        return
    await receive()
    await send({"type": "websocket.accept"})
    _SOCKETS.add(send)
    try:
        while (message := await receive())["type"] == "websocket.receive":
            frame = {"type": "websocket.send", "text": message["text"]}
            for member in list(_SOCKETS):
                await member(frame)
    finally:
        _SOCKETS.discard(send)


_SOCKETS: set = set()


async def open_nova(port):
    """A few accounts in one group, with as many sockets as there are members between them."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/api/v1") as http:
        names = [f"member{number}" for number in range(MEMBERS // 50)]
        tokens = [await make_account(http, name) for name in names]
        room = await start_group(http, names[:-1])
    sockets = [await connect(port, tokens[number % len(tokens)]) for number in range(MEMBERS)]
    return sockets, lambda text: json.dumps(
        {"type": "send", "client_id": str(uuid.uuid4()), "conversation_id": room, "text": text}
    )


async def open_bare(port):
    url = f"ws://127.0.0.1:{port}/"
    sockets = [await websockets.connect(url, compression=None, ping_interval=None) for _ in range(MEMBERS)]
    return sockets, lambda text: json.dumps(
        {"type": "message", "text": text, "seq": 1, "author_id": "x" * 36}, separators=(",", ":")
    )


async def measure(opening, port):
    """Deliveries per second with a fixed number of messages under way."""
    sockets, frame = await opening(port)
    window = asyncio.Semaphore(IN_FLIGHT)

    async def read(connection, *, is_sender):
        seen = 0
        while seen < MESSAGES:
            arrived = (await connection.recv()).count('"type":"message"')
            seen += arrived
            for _ in range(arrived if is_sender else 0):
                window.release()

    async def write(connection):
        for number in range(MESSAGES):
            await window.acquire()
            await connection.send(
                frame(f"message number {number} of a benchmark that is about as long as people write")
            )

    started = time.perf_counter()
    readers = [read(connection, is_sender=number == 0) for number, connection in enumerate(sockets)]
    await asyncio.gather(write(sockets[0]), *readers)
    rate = MEMBERS * MESSAGES / (time.perf_counter() - started)
    await asyncio.gather(*(connection.close() for connection in sockets))
    return rate


def main():
    rates = {"bare": [], "nova": []}
    for _ in range(ROUNDS):
        for name, app, opening in (
            ("bare", "benchmarks.fanout:bare_app", open_bare),
            ("nova", "benchmarks.serving:nova_app", open_nova),
        ):
            with served(app, is_factory=name == "nova") as server:
                rates[name].append(asyncio.run(measure(opening, server.port)))
    ratios = [nova / bare for nova, bare in zip(rates["nova"], rates["bare"], strict=True)]
    print(f"fan-out to {MEMBERS} members, {MESSAGES} messages, {IN_FLIGHT} in flight, {ROUNDS} rounds in turns")
    for name in ("bare", "nova"):
        print(f"  {name:<5} {statistics.median(rates[name]):>10,.0f} deliveries/s (median)")
    print(f"  nova / bare: {statistics.median(ratios):.2f} (from {min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
