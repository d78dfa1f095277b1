"""Sessions with their users, found and noted as used by the dozen: every request and every socket asks for one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

from nova_app.domain.models import Access, Session, SessionId, User, to_text

_MOMENTS = frozenset({"created_at", "seen_at", "disabled_at"})
_SESSION, _USER = ([field.name for field in fields(shape)] for shape in (Session, User))
_FLAGS = frozenset(field.name for field in fields(User) if field.type == "bool")
_COLUMNS = ", ".join([*(f"session.{name}" for name in _SESSION), *(f"user.{name}" for name in _USER)])
_FIND = f"""
SELECT {_COLUMNS}
FROM json_each(?) AS wanted
CROSS JOIN session ON session.secret_hash = wanted.value
CROSS JOIN user ON user.id = session.user_id
"""  # noqa: S608 - constants
_ACCESS = """
SELECT session.id, session.created_at, session.seen_at, user.disabled_at, NULL
FROM json_each(?1) AS wanted
CROSS JOIN session ON session.id = wanted.value
CROSS JOIN user ON user.id = session.user_id
UNION ALL
SELECT api_token.id, api_token.created_at, NULL, user.disabled_at, api_token.expires_at
FROM json_each(?1) AS wanted
CROSS JOIN api_token ON api_token.id = wanted.value
CROSS JOIN user ON user.id = api_token.user_id
"""
_TOUCH = "UPDATE session SET seen_at = ? WHERE id = ?"

_Shape = TypeVar("_Shape", Session, User)


def find_sessions(connection: sqlite3.Connection, hashes: Sequence[str]) -> Mapping[str, tuple[Session, User] | None]:
    """Return the sessions with these secrets, each with its user; None where there is none."""
    found: dict[str, tuple[Session, User] | None] = dict.fromkeys(hashes)
    for row in connection.execute(_FIND, (json.dumps(hashes),)):
        session = _entity(Session, _SESSION, row[: len(_SESSION)])
        found[session.secret_hash] = (session, _entity(User, _USER, row[len(_SESSION) :]))
    return found


def find_access(connection: sqlite3.Connection, ids: Sequence[SessionId]) -> list[Access]:
    """Return what decides about these sessions and tokens, however many there are; those that are gone are left out."""
    rows = connection.execute(_ACCESS, (json.dumps(ids),))
    return [
        Access(
            id=key,
            created_at=datetime.fromisoformat(created_at),
            seen_at=_moment(seen_at),
            disabled_at=_moment(disabled_at),
            expires_at=_moment(expires_at),
        )
        for key, created_at, seen_at, disabled_at, expires_at in rows
    ]


def touch_sessions(connection: sqlite3.Connection, touches: Sequence[tuple[SessionId, datetime]]) -> None:
    """Note when sessions were used."""
    connection.executemany(_TOUCH, [(to_text(seen_at), session_id) for session_id, seen_at in touches])


def _entity(shape: type[_Shape], names: Sequence[str], values: Sequence[Any]) -> _Shape:
    return shape(**{name: _value(name, value) for name, value in zip(names, values, strict=True)})


def _value(name: str, value: Any) -> Any:
    if name in _MOMENTS:
        return _moment(value)
    return bool(value) if name in _FLAGS else value


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
