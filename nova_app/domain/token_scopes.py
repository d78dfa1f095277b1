"""What a program's token may do: its scopes, and which of them a request needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum
from types import MappingProxyType

from nova_app.domain.errors import ErrorCode, Refused

DAYS_DEFAULT = 365
DAYS_MAX = 3_650


class Scope(StrEnum):
    """One thing that a token may be allowed to do."""

    MESSAGES_READ = "messages:read"
    MESSAGES_WRITE = "messages:write"
    FILES = "files"
    POSTS = "posts"
    SEARCH = "search"
    PROFILE = "profile"


ALL = tuple(Scope)
_ANY = None
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_NEEDED = MappingProxyType(
    {
        # The first part of a path: what reading needs, and what changing needs.
        "conversations": (Scope.MESSAGES_READ, Scope.MESSAGES_WRITE),
        "socket": (Scope.MESSAGES_READ, Scope.MESSAGES_READ),
        "uploads": (Scope.FILES, Scope.FILES),
        "posts": (Scope.POSTS, Scope.POSTS),
        "search": (Scope.SEARCH, Scope.SEARCH),
        "users": (_ANY, Scope.PROFILE),
        "telemetry": (_ANY, _ANY),
        "status": (_ANY, _ANY),
    }
)
PARTS = tuple(_NEEDED)
NEVER = frozenset({"auth", "admin", "invites"})
"""The parts of the API that decide who may use an account: no token reaches them, but to end itself."""
ITSELF = ("DELETE", "auth/tokens/current")


def refuse_beyond_scopes(scopes: Collection[str], method: str, path: str) -> None:
    """Refuse a request of a token that its scopes do not cover.

    Args:
        path: Relative to the API, such as ``posts/1``.

    Raises:
        Refused: ``NOT_ALLOWED``, also for a part of the API that has no rule.
    """
    if (method, path) == ITSELF:
        return
    part = path.partition("/")[0]
    if part not in _NEEDED:
        raise Refused(ErrorCode.NOT_ALLOWED, "expected a signed-in browser, got an API token")
    reading, changing = _NEEDED[part]
    needed = reading if method in _SAFE else changing
    if needed is not _ANY:
        refuse_without(scopes, needed)


def refuse_without(scopes: Collection[str], needed: Scope) -> None:
    """Refuse a token without this scope.

    Raises:
        Refused: ``NOT_ALLOWED``.
    """
    if needed not in scopes:
        raise Refused(ErrorCode.NOT_ALLOWED, f"expected an API token with the scope {needed}")


def scopes_fault(scopes: Iterable[str]) -> str | None:
    """Return what is wrong with the scopes of a new token, in a sentence; None if they will do."""
    wanted = set(scopes)
    if not wanted or wanted - set(ALL):
        return f"Choose at least one of {', '.join(ALL)}."
    return None


def days_fault(days: int) -> str | None:
    """Return what is wrong with the days that a new token lasts, in a sentence; None if they will do."""
    return None if 1 <= days <= DAYS_MAX else f"Use a whole number of days from 1 to {DAYS_MAX}."
