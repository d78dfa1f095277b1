"""What tests of whole programs need: a free port, and patience."""

from __future__ import annotations

import contextlib
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


def until(is_it, what="it", instead=str, seconds=PATIENCE_SECONDS):
    """What ``is_it`` gives, as soon as that is something; a program that does not answer yet is asked again.

    Args:
        instead: What came instead, for the words of the failure.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            if found := is_it():
                return found
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come; instead: {instead()}")
