"""What of this machine a measurement uses: cores, processor time, memory, versions."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import resource
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

_USABLE = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = _USABLE[0], _USABLE[-1]
"""The same one where there is no other."""
PSS = re.compile(r"^Pss:\s+(\d+)", re.MULTILINE)


def pin(core: int) -> None:
    """Stay on a core from now on."""
    os.sched_setaffinity(0, {core})


@contextlib.contextmanager
def pinned_to(core: int) -> Iterator[None]:
    """Run on one core; what is started meanwhile stays there."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def raise_file_limit() -> None:
    """Let this process and those it starts open as many sockets as the system lets them."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def processes_under(root: int) -> list[int]:
    """A process and all that it started, themselves or by others."""
    found = [root]
    for pid in found:
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += map(int, children.read_text(encoding="ascii").split())
    return found


def cpu_seconds(root: int) -> float:
    """Processor time of a process and all below it that still run, of all their threads."""
    total = 0
    for pid in processes_under(root):
        for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):
                total += int(thread.read_text(encoding="ascii").split()[0])
    return total / 1e9


def memory_kb(root: int) -> int:
    """Memory of a process and all below it, what they share counted once."""
    total = 0
    for pid in processes_under(root):
        with contextlib.suppress(OSError):
            found = PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii"))
            total += int(found.group(1)) if found else 0
    return total


def describe() -> dict[str, str]:
    """What this machine is, for whoever reads the figures later."""
    names = re.findall(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    return {
        "processor": names[0] if names else platform.processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }
