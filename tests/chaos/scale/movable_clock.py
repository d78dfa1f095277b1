"""``nova`` with a time of day that a test moves: as ``python -m tests.chaos.scale.movable_clock serve``.

The file that ``CHAOS_CLOCK`` names holds the seconds by which it is wrong.
"""

from __future__ import annotations

import os
import time
import types
from datetime import UTC, datetime, timedelta
from pathlib import Path


def install(path):
    """Move the clock of the storage, which all of Nova uses, and that of new ids."""
    from nova_app.persistence import append_messages, storage

    def offset():
        return float(path.read_text() or 0)

    storage.UtcClock.now = lambda _self: datetime.now(UTC) + timedelta(seconds=offset())
    append_messages.time = types.SimpleNamespace(time_ns=lambda: time.time_ns() + int(offset() * 1e9))


if __name__ == "__main__":
    install(Path(os.environ["CHAOS_CLOCK"]))
    from nova_app.cli import main

    raise SystemExit(main())
