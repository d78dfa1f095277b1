"""Builds the pages with Reflex, each build in a directory of its own, and knows whether that is needed.

Reflex works in ``.web`` and empties its last build first. What it has made is therefore moved to
``.web/pages/<fingerprint of the sources>``: a Nova that is running goes on serving its own pages.
"""

from __future__ import annotations

import compileall
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_WORK = Path(".web")
_BUILDS = _WORK / "pages"
_FORMER_STAMP = _WORK / "nova-built-from"
"""Earlier versions served what Reflex had made in place."""
_APART = _WORK / "apart"
_STATIC = Path("build") / "client"
_BACKEND = Path("backend")
_SOURCES = ("nova_app/**/*.py", "assets/**/*", "rxconfig.py", "reflex.lock/bun.lock", "requirements/run.txt")
_EXPORT = ("export", "--frontend-only", "--no-zip", "--env", "prod", "--loglevel", "warning")
_KEPT = 2
"""So many builds stay besides those that are being served: the newest, and one to go back to."""


def is_built(root: Path) -> bool:
    """Return whether there are pages that were built from exactly these sources."""
    return _is_complete(_directory_for(root))


def find_pages(root: Path) -> Path | None:
    """Return the directory of the pages to serve.

    Those of these sources, else those that were built or served last; None if there are none.
    Reflex finds in it what it expects in ``.web``.
    """
    own = _directory_for(root)
    return own if _is_complete(own) else next(iter(_newest_first(root)), None)


def id_of(pages: Path | None) -> str:
    """Return the id of a build, which its pages know too (``__reactRouterManifest.version``); empty for none."""
    manifests = sorted((pages / _STATIC / "assets").glob("manifest-*.js")) if pages else []
    return manifests[0].stem.removeprefix("manifest-") if manifests else ""


def keep(pages: Path) -> None:
    """Keep this build from being removed for as long as this process lives."""
    fcntl.flock(os.open(pages, os.O_RDONLY), fcntl.LOCK_SH)


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
    except OSError as fault:
        print(f"The pages could not be built: {fault}", file=sys.stderr)
        return False
    return True


def build_pages(root: Path) -> None:
    """Compile and bundle the pages, and compile Nova's own code; needs no Node.

    Raises:
        subprocess.CalledProcessError: The build failed; ``output`` holds its words.
        OSError: The directory of Nova cannot be written to.
    """
    pages, work = _directory_for(root), _work_directory(root)
    command = [sys.executable, "-m", "reflex", *_EXPORT]
    environ = {
        **os.environ,
        "REFLEX_TELEMETRY_ENABLED": "false",
        "PATH": _path_with_bun(),
        "REFLEX_WEB_WORKDIR": str(work),
    }
    subprocess.run(  # noqa: S603 - a fixed command
        command, cwd=root, env=environ, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    _publish(root / work, pages)
    _forget_former(root)
    # A service may not write beside the code: it would compile all of it at each start.
    compileall.compile_dir(root / "nova_app", quiet=2)
    for old in _newest_first(root)[_KEPT:]:
        if not _is_served(old):
            shutil.rmtree(old, ignore_errors=True)


def _work_directory(root: Path) -> Path:
    """Return where Reflex works; apart from the pages that an earlier version may still be serving."""
    return _APART if (root / _FORMER_STAMP).is_file() else _WORK


def _forget_former(root: Path) -> None:
    """Leave the pages of an earlier version to the next build: by then nobody serves them."""
    (root / _FORMER_STAMP).unlink(missing_ok=True)
    shutil.rmtree(root / _APART, ignore_errors=True)


def _publish(work: Path, pages: Path) -> None:
    """Move what Reflex made to its place in one step: whoever finds the directory finds all of it."""
    unfinished = pages.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    shutil.copytree(work / _BACKEND, unfinished / _BACKEND)
    (work / _STATIC.parent).rename(unfinished / _STATIC.parent)
    if not _is_complete(pages):  # another process may have been faster
        unfinished.rename(pages)
    shutil.rmtree(unfinished, ignore_errors=True)


def _directory_for(root: Path) -> Path:
    return root / _BUILDS / fingerprint(root)[:16]


def _is_complete(pages: Path) -> bool:
    return pages.suffix == "" and (pages / _STATIC / "index.html").is_file()


def _is_served(pages: Path) -> bool:
    descriptor = os.open(pages, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _newest_first(root: Path) -> list[Path]:
    found = [path for path in (root / _BUILDS).glob("*") if _is_complete(path)]
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


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
