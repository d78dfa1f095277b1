"""Builds the pages with Reflex, and knows whether that is needed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_STAMP = Path(".web") / "nova-built-from"
_STATIC = Path(".web") / "build" / "client"
_SOURCES = ("nova_app/**/*.py", "assets/**/*", "rxconfig.py", "reflex.lock/bun.lock", "requirements/run.txt")
_EXPORT = ("export", "--frontend-only", "--no-zip", "--env", "prod", "--loglevel", "warning")


def is_built(root: Path) -> bool:
    """Return whether the pages on disk were built from exactly these sources."""
    stamp = root / _STAMP
    if not stamp.is_file() or not (root / _STATIC / "index.html").is_file():
        return False
    return stamp.read_text(encoding="utf-8") == fingerprint(root)


def build_if_changed(root: Path) -> bool:
    """Build the pages unless they are built from these sources; report progress and failures on stderr.

    Returns:
        Whether the pages of these sources are there.
    """
    if is_built(root):
        return True
    print("Building the pages (only after a change) …", file=sys.stderr, flush=True)
    try:
        build_pages(root)
    except subprocess.CalledProcessError as fault:
        print(f"The pages could not be built:\n{fault.output}", file=sys.stderr)
        return False
    return True


def build_pages(root: Path) -> None:
    """Compile and bundle the pages; needs no Node.

    Raises:
        subprocess.CalledProcessError: The build failed; ``output`` holds its words.
    """
    built_from = fingerprint(root)
    (root / _STAMP).unlink(missing_ok=True)  # after an interrupted build the pages are of unknown sources
    command = [sys.executable, "-m", "reflex", *_EXPORT]
    environ = {**os.environ, "REFLEX_TELEMETRY_ENABLED": "false", "PATH": _path_with_bun()}
    subprocess.run(  # noqa: S603 - a fixed command
        command, cwd=root, env=environ, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    (root / _STAMP).write_text(built_from, encoding="utf-8")


def fingerprint(root: Path) -> str:
    """Return a fingerprint of all sources of the pages."""
    digest = hashlib.sha256()
    for path in _source_files(root):
        digest.update(f"{path.relative_to(root)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _source_files(root: Path) -> Iterator[Path]:
    for pattern in _SOURCES:
        yield from sorted(path for path in root.glob(pattern) if path.is_file() and "__pycache__" not in path.parts)


def _path_with_bun() -> str:
    """Return a PATH with the environment's programs first: its ``bun`` is the locked version."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
