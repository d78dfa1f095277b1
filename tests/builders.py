"""Valid objects with one-word overrides."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from PIL import Image

from nova_app.domain.events import Draft, Summary
from nova_app.domain.models import ConversationKind, Session, Upload, UploadState, User

A_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def a_summary(conversation_id: str = "room", **overrides: Any) -> Summary:
    values: dict[str, Any] = {
        "id": conversation_id,
        "kind": ConversationKind.GROUP,
        "title": "Room",
        "members": [],
        "last_seq": 0,
        "read_seq": 0,
        "unread": 0,
        "created_at": A_MOMENT,
        "created_by": "3f2c6f0e-0000-4000-8000-00000000000a",
        "last_message": None,
    }
    return Summary(**{**values, **overrides})


def a_user(name: str = "ana", **overrides: Any) -> User:
    values: dict[str, Any] = {
        "id": name,
        "username": name,
        "display_name": name.title(),
        "password_hash": "hash",
        "created_at": A_MOMENT,
    }
    return User(**{**values, **overrides})


def a_session(user_id: str = "ana", **overrides: Any) -> Session:
    values: dict[str, Any] = {
        "id": "session",
        "secret_hash": "secret-hash",
        "user_id": user_id,
        "created_at": A_MOMENT,
        "seen_at": A_MOMENT,
    }
    return Session(**{**values, **overrides})


def an_upload(upload_id: str = "u1", **overrides: Any) -> Upload:
    values: dict[str, Any] = {
        "id": upload_id,
        "owner_id": "ana",
        "name": f"{upload_id}.png",
        "size_bytes": 100,
        "state": UploadState.RECEIVING,
        "created_at": A_MOMENT,
    }
    return Upload(**{**values, **overrides})


def a_draft(client_id: str = "c1", **overrides: Any) -> Draft:
    values: dict[str, Any] = {"author_id": "ana", "client_id": client_id, "conversation_id": "room", "text": "hi"}
    return Draft(**{**values, **overrides})


def a_picture(form: str = "PNG", size: tuple[int, int] = (60, 40), color: str = "teal", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, form, **options)
    return out.getvalue()
