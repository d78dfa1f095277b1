"""The token that lets Prometheus read ``/metrics`` through a proxy, kept in the data directory."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

NAME = "metrics.token"


def read_metrics_token(data_dir: Path) -> str:
    """Return the token of this data directory; the first call makes it, readable by its owner only.

    Raises:
        OSError: The file can be neither read nor made.
    """
    path = data_dir / NAME
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{secrets.token_urlsafe(32)}\n")
    return path.read_text(encoding="utf-8").strip()
