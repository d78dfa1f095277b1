"""Idle sockets behind the real proxies, and how long a restart is felt behind them."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import uuid

import httpx

from tests.processes import until
from tests.proxies import Proxy

IDLE_SECONDS = 75
"""Longer than what proxies wait by default."""
RESTART_SECONDS = 5
SPIN_SECONDS = 1.0
BUSY_SHARE = 0.9
"""Below this, the report says what else the machine does."""


def idle_behind(proxy):
    """Leave both sockets idle, but for the answers to pings; gives a line of the report, and whether they are kept."""
    with proxy.client() as client:
        body = {"username": f"idle-{uuid.uuid4().hex[:8]}", "display_name": "Idle", "password": "correct horse battery"}
        client.post("/api/v1/auth/register", json=body).raise_for_status()
        with (
            proxy.open_socket("/api/v1/socket", client) as messages,
            proxy.open_socket("/_event/?EIO=4&transport=websocket&token=t", client) as controls,
        ):
            messages.send(json.dumps({"type": "hello", "protocol": 1, "cursors": {}}))
            ends = time.monotonic() + IDLE_SECONDS
            answering = threading.Thread(target=_answer, args=(controls, ends, _engine_pong))
            answering.start()
            _answer(messages, ends, _pong)
            answering.join()
            messages.send(json.dumps({"type": "ping", "id": 1}))
            is_kept = '"pong"' in messages.recv(timeout=10)
    return f"- {proxy.name}: both sockets idle for {IDLE_SECONDS} s: {'kept' if is_kept else 'lost'}", is_kept


def _answer(socket, ends, reply):
    while (left := ends - time.monotonic()) > 0:
        try:
            answer = reply(socket.recv(timeout=left))
        except TimeoutError:
            return
        if answer:
            socket.send(answer)


def _pong(text):
    frames = json.loads(text)
    pings = [frame for frame in (frames if isinstance(frames, list) else [frames]) if frame["type"] == "ping"]
    return json.dumps({"type": "pong", "id": pings[0]["id"]}) if pings else ""


def _engine_pong(packet):
    return "3" if packet == "2" else ""


def share_of_a_core():
    """How much of a core a process gets here, from 0 to 1: others may be at work."""
    begin = time.monotonic()
    subprocess.run([sys.executable, "-c", f"import time\nwhile time.process_time() < {SPIN_SECONDS}: pass"], check=True)
    return min(1.0, SPIN_SECONDS / (time.monotonic() - begin))


def felt_restart(server):
    """Restart as an upgrade does; gives the line, and whether people waited no longer than is promised.

    The promise is for a machine that Nova has for itself; here others may be at work.
    """
    share_before = share_of_a_core()
    refused, answered = [], []
    ended = threading.Event()

    def visit():
        with httpx.Client(base_url=server.origin, headers={"Connection": "close"}) as client:
            while not ended.wait(0.02):
                try:
                    client.get("/login/").raise_for_status()
                    answered.append(time.monotonic())
                except httpx.HTTPError:
                    refused.append(time.monotonic())

    visitor = threading.Thread(target=visit)
    visitor.start()
    try:
        server.stop()
        server.start()
        until(lambda: answered and refused and answered[-1] > refused[-1], "an answer after the restart")
    finally:
        ended.set()
        visitor.join()
    seconds = next(at for at in answered if at > refused[-1]) - refused[0]
    share = (share_before + share_of_a_core()) / 2
    line = f"- a restart: {seconds:.1f} s from the first refused to the first answered request"
    if share < BUSY_SHARE:
        line += f", where a process gets {share:.0%} of a core; {seconds * share:.1f} s of a whole one"
    return line, seconds * share <= RESTART_SECONDS


def behind_proxies(lab, directory):
    """The runs behind each proxy, as a part of the report."""
    lines, is_clean = ["## Behind proxies", ""], True
    with lab.server(NOVA_TRUSTED_PROXIES="127.0.0.1") as server:
        found = [Proxy(name, _folder(directory, name), server.port) for name in ("nginx", "caddy")]
        server.stop()
        server.settings["NOVA_PUBLIC_ORIGINS"] = ",".join(proxy.origin for proxy in found)
        server.start()
        for proxy in found:
            proxy.start()
        try:
            outcomes = [idle_behind(proxy) for proxy in found]
        finally:
            for proxy in found:
                proxy.stop()
        outcomes.append(felt_restart(server))
    for line, is_fine in outcomes:
        print(line, flush=True)
        lines.append(line)
        is_clean = is_clean and is_fine
    return lines, is_clean


def _folder(directory, name):
    (directory / name).mkdir()
    return directory / name
