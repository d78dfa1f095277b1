"""File descriptors: as many as the system allows, and a line when they run out."""

from __future__ import annotations

import logging
import os
import resource
from pathlib import Path

from nova_app.observability.occasional_log import OccasionalLog

logger = logging.getLogger(__name__)

WANTED = 65_536
"""Two for each open tab: enough for all that one process serves."""
RESERVE = 16
CHECK_SECONDS = 2.0
_OPEN = Path("/proc/self/fd")


def raise_limit() -> int:
    """Raise this process's limit as far as it may go without rights; return the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(hard, WANTED)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


class DescriptorWatch:
    """Says that file descriptors run out: connections are cut then without an answer."""

    def __init__(self) -> None:
        self._log = OccasionalLog(logger)

    async def check(self) -> None:
        """Log a line, at most once a minute, where (almost) none are left."""
        limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if count_open() >= limit - RESERVE:
            self._log.error(
                "descriptors",
                f"no file descriptors are left (limit {limit}): new connections are cut; raise ulimit -n (LimitNOFILE)",
            )


def count_open() -> int:
    """Return how many are open; the limit where even counting needs one more than there are."""
    try:
        return len(os.listdir(_OPEN))  # noqa: PTH208 - the names are not needed
    except FileNotFoundError:
        return 0
    except OSError:
        return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
