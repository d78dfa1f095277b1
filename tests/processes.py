"""What tests of whole programs need: a free port, and patience."""

from __future__ import annotations

import contextlib
import socket
import time

import httpx

PATIENCE_SECONDS = 90


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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
