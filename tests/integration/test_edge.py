"""What reaches the server before anybody is known: heads, silent lines, handshakes and frames without measure.

Everything goes over loopback to the server as it is served, and ends by itself.
"""

import asyncio
import base64
import contextlib
import os
import socket
import sys
from pathlib import Path

import pytest
import uvicorn

from nova_app import serve
from nova_app.asgi import running, with_nova
from nova_app.protocol.gate import GatePolicy
from nova_app.protocol.origins import OriginPolicy
from nova_app.settings import Settings
from tests.shells import SHELLS

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("made_database")]

MIB = 1024 * 1024
QUICK = {"head_seconds": 0.4, "body_pause_seconds": 0.4, "idle_seconds": 0.4}


def resident_bytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Echo:
    """Stands where Reflex does: answers every request, and takes every frame."""

    def __init__(self):
        self.frames = 0

    async def __call__(self, scope, receive, send):
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            while (await receive())["type"] != "websocket.disconnect":
                self.frames += 1
            return
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


class Served:
    def __init__(self, nova, port, echo):
        self.nova, self.port, self.echo = nova, port, echo

    async def connect(self):
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def member(self, name="ada"):
        """The cookie of a new account."""
        body = f'{{"username":"{name}","display_name":"Ada","password":"correct horse battery"}}'
        head = f"POST /api/v1/auth/register HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
        answer = await self.ask(f"{head}Content-Type: application/json\r\nConnection: close\r\n\r\n{body}".encode())
        assert b" 201 " in answer.split(b"\r\n")[0], answer
        return answer.split(b"set-cookie: ")[1].split(b";")[0].decode()

    async def ask(self, data):
        reader, writer = await self.connect()
        try:
            writer.write(data)
            return await asyncio.wait_for(reader.read(), 20)
        finally:
            writer.close()

    async def shake_hands(self, path="/api/v1/socket", cookie=""):
        reader, writer = await self.connect()
        key = base64.b64encode(os.urandom(16)).decode()
        head = f"GET {path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        head += f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
        writer.write(f"{head}{f'Cookie: {cookie}{chr(13)}{chr(10)}' if cookie else ''}\r\n".encode())
        status = await asyncio.wait_for(reader.readline(), 20)
        while (await reader.readline()).strip():
            pass
        return int(status.split()[1]), reader, writer


@contextlib.asynccontextmanager
async def serving(tmp_path, **changes):
    settings = Settings(data_dir=tmp_path / "data", host="127.0.0.1", registration="open", **changes)
    listening = socket.create_server(("127.0.0.1", 0), backlog=1_024)
    echo = Echo()
    async with running(settings) as nova:
        config = serve._config(settings)
        config.app, config.factory, config.lifespan, config.loop = (
            with_nova(echo, GatePolicy(OriginPolicy(()))),
            False,
            "off",
            "none",
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server._serve([listening]))
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            yield Served(nova, listening.getsockname()[1], echo)
        finally:
            server.should_exit = server.force_exit = True
            await task
            listening.close()


async def push(served, first, piece, total, last=b""):
    """Send a piece again and again; return how much was taken before the server hung up."""
    reader, writer = await served.connect()
    sent = 0
    with contextlib.suppress(ConnectionError):
        writer.write(first)
        while sent < total:
            writer.write(piece)
            sent += len(piece)
            await asyncio.wait_for(writer.drain(), 20)
            await asyncio.sleep(0)
        writer.write(last)
    writer.transport.abort()
    del reader
    return sent


GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
UPGRADE = GET + b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"
ENDLESS = {
    "many headers": (GET, b"X-A: b\r\n" * 8_000),
    "one header": (GET + b"X-A: ", b"a" * 64_000),
    "one address": (b"GET /", b"a" * 64_000),
    "a handshake's header": (UPGRADE, b"a" * 64_000),
    "trailers": (CHUNKED + b"0\r\n", b"X-A: b\r\n" * 8_000),
    "one trailer": (CHUNKED + b"0\r\nX-A: ", b"a" * 64_000),
    "a chunk's extension": (CHUNKED + b"1;a=", b"a" * 64_000),
}


@pytest.mark.parametrize("kind", ENDLESS)
async def test_an_endless_head_ends_the_line_and_takes_no_memory(tmp_path, kind):
    async with serving(tmp_path) as served:
        await push(served, GET, b"", 0)
        before = resident_bytes()
        sent = await push(served, *ENDLESS[kind], 40 * MIB)
        assert sent < 8 * MIB
        assert resident_bytes() - before < 5 * MIB


BARE = {
    "no request at all": b"\x16\x03\x01 hello\r\n\r\n",
    "a head that is too large": GET + b"X-A: " + b"a" * 70_000,
    "a body that cannot be read": CHUNKED + b"zz\r\n",
}


@pytest.mark.parametrize("kind", BARE)
async def test_what_the_parser_answers_itself_is_taken_for_nothing_else(tmp_path, kind):
    async with serving(tmp_path) as served:
        head = (await served.ask(BARE[kind])).lower().split(b"\r\n\r\n")[0]
        assert b" 400 " in head.split(b"\r\n")[0]
        assert b"\r\nx-content-type-options: nosniff" in head


SILENT = {
    "nothing": b"",
    "half a head": b"GET / HTTP/1.1\r\nHost:",
    "a body that never comes": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n",
    "half a body": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
    "half a handshake": UPGRADE,
    "one request and no other": GET + b"\r\n",
}


@pytest.mark.parametrize("kind", SILENT)
async def test_a_line_that_says_nothing_or_half_a_thing_is_closed(tmp_path, kind):
    async with serving(tmp_path, **QUICK) as served:
        reader, writer = await served.connect()
        writer.write(SILENT[kind])
        await asyncio.wait_for(reader.read(), 5)
        writer.close()


async def test_a_head_that_comes_a_byte_at_a_time_is_closed(tmp_path):
    async with serving(tmp_path, **QUICK) as served:
        reader, writer = await served.connect()
        closed = asyncio.create_task(reader.read())
        for byte in b"GET / HTTP/1.1\r\nHost: a-name-of-some-length\r\n":
            writer.write(bytes([byte]))
            await asyncio.wait((closed,), timeout=0.1)
            if closed.done():
                break
        assert closed.done()
        writer.close()


async def test_a_slow_body_that_goes_on_is_not_closed(tmp_path):
    async with serving(tmp_path, **QUICK) as served:
        reader, writer = await served.connect()
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 10\r\n\r\n")
        for _ in range(10):
            await asyncio.sleep(0.15)
            writer.write(b"a")
        assert b" 200 " in await asyncio.wait_for(reader.read(), 5)
        writer.close()


@pytest.mark.parametrize(
    ("path", "shell"),
    [
        ("/_event", "asgi"),
        ("/api/v1/socket", "asgi"),
        ("/api/v1/socket", "fast"),
    ],
)
async def test_pings_that_are_never_answered_by_reading_end_the_socket(tmp_path, path, shell):
    async with serving(tmp_path, socket_shell=shell) as served:
        cookie = await served.member()
        _, _reader, writer = await served.shake_hands(path, cookie)
        writer.transport.pause_reading()
        before = resident_bytes()
        ping = b"\x89\xfd\0\0\0\0" + b"x" * 125
        sent = 0
        with contextlib.suppress(ConnectionError, TimeoutError):
            while sent < 80 * MIB:
                writer.write(ping * 500)
                sent += len(ping) * 500
                await asyncio.wait_for(writer.drain(), 2)
        assert sent < 40 * MIB
        assert resident_bytes() - before < 5 * MIB
        writer.transport.abort()


@pytest.mark.parametrize("shell", SHELLS)
async def test_anonymous_handshakes_do_not_lock_members_out(tmp_path, shell):
    async with serving(tmp_path, socket_shell=shell) as served:
        cookie = await served.member()
        strangers = await asyncio.create_subprocess_exec(
            sys.executable, "-c", OPENING, str(served.port), str(STRANGERS), stdout=asyncio.subprocess.PIPE
        )
        opened = 0

        async def count():
            nonlocal opened
            async for _line in strangers.stdout:
                opened += 1

        counting = asyncio.create_task(count())
        waits = []
        while not counting.done():
            before = opened
            status, _reader, writer = await served.shake_hands(cookie=cookie)
            waits.append(opened - before)
            assert status == 101
            writer.close()
            await asyncio.wait((counting,), timeout=0.05)
        await strangers.wait()
        assert opened == STRANGERS
        assert max(waits) < STRANGERS / 4, "a member waited for so many strangers"


STRANGERS = 400
OPENING = """
import contextlib, socket, sys
port, count = map(int, sys.argv[1:])
head = b"GET /api/v1/socket HTTP/1.1\\r\\nHost: x\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n"
head += b"Sec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\\r\\n\\r\\n"
for _ in range(count):
    with contextlib.suppress(ConnectionError), socket.create_connection(("127.0.0.1", port), 60) as line:
        line.sendall(head)
        line.recv(64)
    print("opened", flush=True)
"""


async def test_what_has_no_session_is_limited_by_its_address_and_learns_the_time(tmp_path):
    async with serving(tmp_path) as served:
        ask = GET + b"Connection: close\r\n\r\n"
        answers = [one for _ in range(4) for one in await asyncio.gather(*(served.ask(ask) for _ in range(40)))]
        refused = [answer for answer in answers if b" 429 " in answer.split(b"\r\n")[0]]
        assert refused
        assert b"retry-after: " in refused[0].lower()
        cookie = await served_member_later(served)
        member = GET + f"Cookie: {cookie}\r\nConnection: close\r\n\r\n".encode()
        assert {(await served.ask(member)).split()[1] for _ in range(120)} == {b"200"}


async def served_member_later(served):
    async with asyncio.timeout(10):
        while True:
            with contextlib.suppress(AssertionError):
                return await served.member()
            await asyncio.sleep(0.3)


async def test_silent_lines_of_one_address_give_way_to_new_ones(tmp_path):
    async with serving(tmp_path) as served:
        cookie = await served.member()
        lines = [await served.connect() for _ in range(200)]
        answer = await served.ask(GET + f"Cookie: {cookie}\r\nConnection: close\r\n\r\n".encode())
        assert b" 200 " in answer
        for reader, _ in lines[:136]:
            with contextlib.suppress(ConnectionError):
                await asyncio.wait_for(reader.read(1), 5)
        for _, writer in lines:
            writer.close()


async def test_frames_of_a_stranger_are_read_at_a_bounded_rate(tmp_path):
    async with serving(tmp_path) as served:
        _, _reader, writer = await served.shake_hands("/_event")
        frame = b"\x81\x94\0\0\0\0" + b'42/_event,["event",1'
        with contextlib.suppress(ConnectionError, TimeoutError):
            for _ in range(60):
                writer.write(frame * 500)
                await asyncio.wait_for(writer.drain(), 0.1)
        for _ in range(20):  # while these are answered, whatever is there to be read could be read
            await served.ask(GET + b"Connection: close\r\n\r\n")
        assert served.echo.frames < 6_000
        writer.transport.abort()


async def test_a_stranger_sends_no_large_frame(tmp_path):
    async with serving(tmp_path) as served:
        _, reader, writer = await served.shake_hands("/_event")
        writer.write(b"\x81\xff" + (200_000).to_bytes(8, "big") + b"\0\0\0\0" + b"a" * 200_000)
        assert (await asyncio.wait_for(reader.read(4), 5))[2:4] == (1009).to_bytes(2, "big")
        writer.close()
