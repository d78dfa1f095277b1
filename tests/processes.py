"""What tests of whole programs need: a free port, and patience."""

from __future__ import annotations

import contextlib
import http.client
import random
import socket
import time

import httpx

PATIENCE_SECONDS = 90


chance = random.SystemRandom()  # not what a test seeds
PORTS = range(12_000, 32_000)
"""Below those that the system gives to outgoing connections: none of these takes it before a server does."""


def free_port():
    """A port of this machine on which nothing listens."""
    while True:
        port = chance.choice(PORTS)
        with contextlib.closing(socket.socket()) as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("", port))
            return port


def until(is_it, what="it", instead=str, seconds=PATIENCE_SECONDS, *, every=0.1, page=None):
    """What ``is_it`` gives, as soon as that is something; a program that does not answer yet is asked again.

    Args:
        instead: What came instead, for the words of the failure.
        every: The seconds between two questions.
        page: A page of a browser that has to go on meanwhile.
    """
    pause = (lambda: page.wait_for_timeout(every * 1_000)) if page else (lambda: time.sleep(every))
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            if found := is_it():
                return found
        pause()
    raise AssertionError(f"{what} did not come within {seconds} s; instead: {instead()}")


def answers(port, path="/readyz"):
    """Whether a server on this port answers well; without httpx, which loads all certificates for each question."""
    line = http.client.HTTPConnection("localhost", port, timeout=5)
    with contextlib.closing(line), contextlib.suppress(OSError, http.client.HTTPException):
        line.request("GET", path)
        return line.getresponse().status == 200
    return False
