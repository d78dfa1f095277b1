"""User names as people type them, and what is said about unknown ones. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.services.new_accounts import clean_username

_NAMED_AT_MOST = 5
_NAME_SHOWN_CHARS = 40


def named_user(text: str) -> str:
    """Return the user name meant by input such as "@Bob "; empty for none."""
    return clean_username(text.strip().removeprefix("@"))


def unknown_names_text(names: Sequence[str]) -> str:
    """Say that there are no users of these names; a few of them are quoted as they were typed."""
    quoted = ", ".join(f'"{_shortened(name)}"' for name in names[:_NAMED_AT_MOST])
    if len(names) == 1:
        return f"Nobody here has the user name {quoted}."
    rest = f" and {len(names) - _NAMED_AT_MOST} more" if len(names) > _NAMED_AT_MOST else ""
    return f"Nobody here has these user names: {quoted}{rest}."


def unaddable_refusal(names: Sequence[str]) -> Refused:
    """Say whom this user may not add."""
    named = ", ".join(names[:_NAMED_AT_MOST])
    rest = f" and {len(names) - _NAMED_AT_MOST} more" if len(names) > _NAMED_AT_MOST else ""
    text = f"Only people who share a chat with them may add: {named}{rest}. Nothing was changed."
    return Refused(ErrorCode.CANNOT_BE_ADDED, text=text)


def _shortened(name: str) -> str:
    return name if len(name) <= _NAME_SHOWN_CHARS else name[: _NAME_SHOWN_CHARS - 1] + "…"
