"""``nova backup``, ``nova restore`` and ``nova check``: the data directory, beside a server or without one."""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nova_app.settings import InvalidSetting, Settings, load_settings

OK, FOUND_FAULTS, FAILED = 0, 1, 2
"""Exit codes: all is well; ``check`` found something; the command could not do its work."""
_MIB = 1024 * 1024


def add_data_commands(commands: Any) -> None:
    """Declare the commands' arguments.

    Args:
        commands: The subparsers of ``nova``.
    """
    backing_up = commands.add_parser(
        "backup",
        help="write database and files into one tar, also while Nova runs",
        description="Write database, files and a manifest with checksums into one tar, also while Nova runs. "
        "What was under that name is replaced once the new backup is whole and checked.",
    )
    backing_up.add_argument("file", type=Path, help="where to write the tar")
    restoring = commands.add_parser(
        "restore",
        help="put a backup into an empty data directory; Nova must be stopped",
        description="Check a backup and put it into NOVA_DATA_DIR. Nova must be stopped.",
    )
    restoring.add_argument("file", type=Path, help="a tar that `nova backup` wrote")
    restoring.add_argument(
        "--replace", action="store_true", help="replace the data that is there; it is kept in a directory replaced-…"
    )
    checking = commands.add_parser(
        "check",
        help="check database and files, and list what takes the room",
        description="Check database and files, also while Nova runs; changes nothing. "
        "Exit code 0: all is well, 1: something was found, 2: the database cannot be opened.",
    )
    for parser in (backing_up, restoring, checking):
        parser.add_argument("--json", action="store_true", help="print one JSON object")


def _backup(options: argparse.Namespace, settings: Settings) -> int:
    from nova_app.observability.process import build  # noqa: PLC0415 - the other commands do not need it
    from nova_app.persistence.backup import BackupFailed, make_backup  # noqa: PLC0415 - see above

    begin = time.monotonic()
    try:
        manifest = make_backup(settings, options.file, version=build()[0], now=datetime.now(UTC))
    except BackupFailed as fault:
        return _failed(options, str(fault))
    seconds = round(time.monotonic() - begin, 1)
    facts: dict[str, object] = {
        "file": str(options.file),
        "files": len(manifest.parts) - 1,
        "size_bytes": manifest.size_bytes,
        "seconds": seconds,
        "missing": list(manifest.missing),
    }
    size = manifest.size_bytes / _MIB
    lines = [f"{options.file}: the database and {len(manifest.parts) - 1} files, {size:.1f} MiB, in {seconds} s"]
    if manifest.missing:
        lines.append(f"{len(manifest.missing)} files of the database are not on disk: run `nova check`")
    return _report(options, facts, lines)


def _restore(options: argparse.Namespace, settings: Settings) -> int:
    from nova_app.persistence.restore import RestoreFailed, restore  # noqa: PLC0415 - see above

    try:
        manifest, kept = restore(settings, options.file, replace=options.replace, now=datetime.now(UTC))
    except RestoreFailed as fault:
        return _failed(options, str(fault))
    facts: dict[str, object] = {
        "directory": str(settings.data_dir),
        "created_at": manifest.created_at,
        "files": len(manifest.parts) - 1,
        "missing": list(manifest.missing),
        "replaced": str(kept) if kept else None,
    }
    lines = [f"{settings.data_dir} is as it was at {manifest.created_at}: {len(manifest.parts) - 1} files"]
    if kept is not None:
        lines.append(f"what it replaced is in {kept}: delete it when you no longer need it")
    return _report(options, facts, lines)


def _check(options: argparse.Namespace, settings: Settings) -> int:
    from nova_app.persistence.consistency import check  # noqa: PLC0415 - see above

    try:
        found = check(settings)
    except sqlite3.Error as fault:
        return _failed(options, f"{settings.database_path} cannot be read: {fault}")
    kinds = {
        "damage": found.damage,
        "rows_without_files": found.rows_without_files,
        "files_without_rows": found.files_without_rows,
        "gaps": found.gaps,
    }
    lines = [f"{name.replace('_', ' ')}: {item}" for name, items in kinds.items() for item in items]
    lines.append("all is well" if found.is_clean else f"{len(lines)} faults were found")
    lines += [f"{kind:<12} {size / _MIB:>10.1f} MiB" for kind, size in found.bytes_by_kind.items()]
    facts = {"is_clean": found.is_clean, **kinds, "bytes_by_kind": dict(found.bytes_by_kind)}
    return _report(options, facts, lines, OK if found.is_clean else FOUND_FAULTS)


def _report(options: argparse.Namespace, facts: dict[str, Any], lines: list[str], code: int = OK) -> int:
    print(json.dumps(facts) if options.json else "\n".join(lines))
    return code


def _failed(options: argparse.Namespace, reason: str) -> int:
    if options.json:
        print(json.dumps({"error": reason}))
    print(f"nova: {reason}", file=sys.stderr)
    return FAILED


def _with_settings(run: Callable[[argparse.Namespace, Settings], int]) -> Callable[[argparse.Namespace], int]:
    def command(options: argparse.Namespace) -> int:
        from nova_app.start import prepare_process  # noqa: PLC0415 - see above

        try:
            settings = load_settings()
        except InvalidSetting as fault:
            return _failed(options, str(fault))
        prepare_process(settings)
        return run(options, settings)

    return command


DATA_COMMANDS = {
    "backup": _with_settings(_backup),
    "restore": _with_settings(_restore),
    "check": _with_settings(_check),
}
