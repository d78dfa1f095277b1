"""Which request the code works for, for what it logs: an id and an address."""

from __future__ import annotations

import re
from contextvars import ContextVar
from dataclasses import dataclass

_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{7,63}")
"""The ids of the usual proxies: hexadecimal (nginx), UUID (Caddy, HAProxy), ``1-…-…`` (AWS)."""


@dataclass(frozen=True, slots=True)
class RequestContext:
    """A request, as the log names it."""

    request_id: str = ""
    address: str = ""


current_request: ContextVar[RequestContext] = ContextVar("current_request", default=RequestContext())  # noqa: B039


def is_request_id(text: str) -> bool:
    """Return whether a text is an id of the usual form."""
    return _PATTERN.fullmatch(text) is not None
