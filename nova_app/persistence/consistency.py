"""``nova check``: whether database and files fit together, and what takes the room."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nova_app.domain.models import UploadState
from nova_app.observability.catalogue import STORAGE_KINDS
from nova_app.persistence.files import DirectoryFileStore
from nova_app.persistence.snapshot import files_of, find_damage, open_existing
from nova_app.settings import Settings

SETTLED_SECONDS = 3_600
"""A file without a row may be on its way into the database, or out of it; an older one is not."""

_GAPS = """
SELECT c.id, c.last_seq, count(DISTINCT e.seq), coalesce(min(e.seq), 1), coalesce(max(e.seq), 0)
FROM conversation AS c LEFT JOIN (
    SELECT conversation_id, seq FROM message UNION ALL SELECT conversation_id, seq FROM change
) AS e ON e.conversation_id = c.id
GROUP BY c.id
HAVING count(e.seq) <> c.last_seq OR count(DISTINCT e.seq) <> c.last_seq
    OR (c.last_seq > 0 AND (min(e.seq) <> 1 OR max(e.seq) <> c.last_seq))
"""


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong; everything is empty where nothing is."""

    damage: Sequence[str]
    rows_without_files: Sequence[str]
    files_without_rows: Sequence[str]
    gaps: Sequence[str]
    bytes_by_kind: Mapping[str, int]

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not (self.damage or self.rows_without_files or self.files_without_rows or self.gaps)


def check(settings: Settings, *, now: float | None = None) -> Findings:
    """Look at everything, beside a running server too; changes nothing.

    Raises:
        sqlite3.Error: The database cannot be opened.
    """
    with contextlib.closing(open_existing(settings.database_path)) as connection:
        damage = find_damage(connection)
        # The files first: what is stored meanwhile has a row and is not taken for a leftover.
        found = dict(_list_files(settings.data_dir / "uploads"))
        rows = dict(connection.execute("SELECT id, state FROM upload"))
        return Findings(
            damage=damage,
            rows_without_files=_find_missing(connection, settings.data_dir / "uploads"),
            files_without_rows=_find_leftovers(found, rows, time.time() if now is None else now),
            gaps=[
                f"conversation {conversation}: expected 1 to {last}, got {number} from {low} to {high}"
                for conversation, last, number, low, high in connection.execute(_GAPS)
            ],
            bytes_by_kind=measure_storage(settings),
        )


def measure_storage(settings: Settings) -> dict[str, int]:
    """Return the bytes on disk by kind; every kind of ``STORAGE_KINDS`` is there."""
    sizes = dict.fromkeys(STORAGE_KINDS, 0)
    database = {path.resolve() for path in files_of(settings.database_path)}
    sizes["database"] = sum(_size(path) for path in database)
    for path, size in _walk(settings.data_dir):
        if path.resolve() not in database:
            sizes[_kind_of(path.relative_to(settings.data_dir))] += size
    return sizes


def _kind_of(path: Path) -> str:
    first = path.parts[0]
    if first == "uploads":
        return {".thumb": "thumbnails", ".part": "incomplete"}.get(path.suffix, "files")
    return "copies" if first == "copies" or first.startswith("replaced-") else "other"


def _find_missing(connection: sqlite3.Connection, directory: Path) -> list[str]:
    """Return the ids of files that the database knows and the disk has not."""
    files = DirectoryFileStore(directory)
    ready = "SELECT id FROM upload WHERE state = ? ORDER BY id"
    rows = connection.execute(ready, (UploadState.READY,)).fetchall()
    missing = [upload_id for (upload_id,) in rows if not files.path(upload_id).is_file()]
    # One that was deleted meanwhile is not missing.
    still = "SELECT 1 FROM upload WHERE id = ?"
    return [upload_id for upload_id in missing if connection.execute(still, (upload_id,)).fetchone()]


def _find_leftovers(found: Mapping[Path, float], rows: Mapping[str, str], now: float) -> list[str]:
    def belongs(path: Path) -> bool:
        state = rows.get(path.stem)
        return state is not None and (path.suffix == ".part") == (state == UploadState.RECEIVING)

    old = [path for path, changed in found.items() if now - changed > SETTLED_SECONDS and not belongs(path)]
    return sorted(f"{path.parent.name}/{path.name}" for path in old)


def _list_files(directory: Path) -> Iterator[tuple[Path, float]]:
    for path, _ in _walk(directory):
        with contextlib.suppress(FileNotFoundError):
            yield path, path.stat().st_mtime


def _walk(directory: Path) -> Iterator[tuple[Path, int]]:
    for folder, _, names in os.walk(directory):
        for name in names:
            path = Path(folder, name)
            yield path, _size(path)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
