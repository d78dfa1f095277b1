"""The files of messages: who may show which, and how they are read with a message."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nova_app.domain.events import Draft
from nova_app.domain.files import FileFacts, PostedFile
from nova_app.domain.models import UploadId

_FILES = """(
  SELECT json_group_array(
    json_array(f.position, f.alt, u.id, u.name, u.content_type, u.size_bytes, u.width, u.height)
  )
  FROM message_file AS f JOIN upload AS u ON u.id = f.upload_id
  WHERE f.message_number = {message}.number
)"""
_FIND_OWN = """
SELECT u.owner_id, u.id, u.name, u.content_type, u.size_bytes, u.width, u.height
FROM json_each(?) AS d CROSS JOIN upload AS u ON u.id = d.value
WHERE u.state = 'ready'
"""
_ATTACH = "INSERT INTO message_file (message_number, position, upload_id, alt) VALUES (?, ?, ?, ?)"

Own = Mapping[tuple[str, str], PostedFile]
"""Whole files, by owner and id."""


def files_column(message: str) -> str:
    """Return SQL for a message's files beside its other columns, to be read by :func:`files_of`.

    Args:
        message: What the statement calls the table of messages.
    """
    return _FILES.format(message=message)


def files_of(column: str) -> Sequence[PostedFile]:
    """Return the files in the text of a :func:`files_column`, in their order; no message is slowed that has none."""
    if len(column) <= len("[]"):
        return ()
    return tuple(_file(row, alt) for _, alt, *row in sorted(json.loads(column)))


def find_own(connection: sqlite3.Connection, drafts: Iterable[Draft]) -> Own:
    """Return those of the drafts' files that are whole, of any owner."""
    wanted = list({upload_id for draft in drafts for upload_id in draft.upload_ids})
    if not wanted:
        return {}
    return {(row[0], row[1]): _file(row[1:]) for row in connection.execute(_FIND_OWN, (json.dumps(wanted),))}


def missing(draft: Draft, own: Own) -> Collection[str]:
    """Return those of the draft's files that its author does not own, or that are not whole."""
    return [upload_id for upload_id in draft.upload_ids if (draft.author_id, upload_id) not in own]


def files_in(draft: Draft, own: Own) -> Sequence[PostedFile]:
    """Return the draft's files as its message shows them; none of them may be missing."""
    files = (own[draft.author_id, upload_id] for upload_id in draft.upload_ids)
    if not draft.alt_texts:
        return tuple(files)
    return tuple(replace(file, alt=draft.alt_texts.get(UploadId(file.upload_id), "")) for file in files)


def attach(connection: sqlite3.Connection, numbered: Iterable[tuple[int, Sequence[PostedFile]]]) -> None:
    """Attach files to messages, inside the caller's transaction."""
    rows = [
        (number, position, file.upload_id, file.alt)
        for number, files in numbered
        for position, file in enumerate(files)
    ]
    if rows:
        connection.executemany(_ATTACH, rows)


def _file(row: Sequence[Any], alt: str = "") -> PostedFile:
    upload_id, name, *facts = row
    return PostedFile(upload_id, name, FileFacts(*facts), alt)
