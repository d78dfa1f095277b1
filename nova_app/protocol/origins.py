"""Which web pages may talk to Nova: exact Origins, decided in one place.

Used for REST, the messaging socket and Reflex's socket alike.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class OriginPolicy:
    """The pages that may talk to Nova.

    Attributes:
        public_origins: If set, exactly these and no other.
        also: Further exact origins while ``public_origins`` is empty (the pages'
            own port during development).
    """

    public_origins: Collection[str] = ()
    also: Collection[str] = ()

    def allows(self, origin: str | None, host: str | None) -> bool:
        """Return whether a request with these headers may pass.

        Programs send no Origin, browsers always do on sockets and unsafe requests;
        a missing one is therefore accepted. Without public origins, an Origin equal
        to the Host is accepted for localhost and IP literals only: any other name
        could be one that an attacker lets point here (DNS rebinding).
        """
        if origin is None:
            return True
        origin = origin.lower()
        if self.public_origins:
            return origin in self.public_origins
        return origin in self.also or _is_same_literal(origin, host)


def refusal(origin: str) -> str:
    """Return the operator's hint for a refused Origin: the variable and the value to add."""
    return (
        f"the Origin {origin!r} is not allowed; to allow it, add it to NOVA_PUBLIC_ORIGINS, "
        f"for example NOVA_PUBLIC_ORIGINS={origin}"
    )


def _is_same_literal(origin: str, host: str | None) -> bool:
    try:
        parts = urlsplit(origin)
        name = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or parts.netloc != (host or "").lower():
        return False
    return name == "localhost" or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
