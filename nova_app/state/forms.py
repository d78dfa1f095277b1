"""Reads what a page submits: the one place where every form handler gets its values.

A page draws only the fields that apply, and anything may send anything: a field that is
missing has its default, a field that is unknown is ignored, and every other deviation is one
typed refusal. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, TypeVar
from uuid import UUID

from nova_app.domain.errors import ErrorCode, Refused

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NewConversationForm:
    """A conversation to start.

    Attributes:
        key: A UUID that makes a repeated submit harmless.
        members: User names, separated by commas.
    """

    key: str = field(metadata={"is_uuid": True})
    kind: str = field(default="group", metadata={"choices": ("group", "direct")})
    title: str = ""
    members: str = ""

    @property
    def usernames(self) -> list[str]:
        """The names as typed, without empty ones."""
        return [name.strip() for name in self.members.split(",") if name.strip()]


def read_form(form: object, shape: type[T]) -> T:
    """Read a submitted form into a dataclass whose fields are all text.

    Raises:
        Refused: ``MALFORMED_BODY``; the detail names what was expected and what came.
    """
    if not isinstance(form, dict):
        raise _unreadable(f"a form, got {type(form).__name__}")
    values = {}
    for declared in fields(shape):  # type: ignore[arg-type]  # T cannot be bound to dataclasses
        if declared.name in form:
            values[declared.name] = _read_text(declared.name, form[declared.name], declared.metadata)
        elif declared.default is MISSING:
            raise _unreadable(f"a text '{declared.name}', got nothing")
    return shape(**values)


def _read_text(name: str, value: object, rules: Mapping[str, Any]) -> str:
    if not isinstance(value, str):
        raise _unreadable(f"a text '{name}', got {type(value).__name__}")
    choices = rules.get("choices", ())
    if choices and value not in choices:
        raise _unreadable(f"'{name}' to be one of {', '.join(choices)}, got {value[:40]!r}")
    if rules.get("is_uuid") and not _is_uuid(value):
        raise _unreadable(f"'{name}' to be a UUID, got {value[:40]!r}")
    return value


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _unreadable(detail: str) -> Refused:
    return Refused(ErrorCode.MALFORMED_BODY, f"expected {detail}")
