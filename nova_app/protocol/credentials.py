"""What a request says about who sends it: the session cookie or a Bearer token."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

COOKIE = "nova_session"
DEVICE_COOKIE = "nova_device"
"""Tells the sign-in that this browser has signed in before; opens nothing."""
SECURE_COOKIE = "__Host-nova_session"
"""The browser itself guarantees that a ``__Host-`` cookie is Secure, host-only and path ``/``."""
SECURE_DEVICE_COOKIE = "__Host-nova_device"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Secrets as they were sent; empty where none was. Never logged, never passed on."""

    session_secret: str = ""
    token: str = ""

    def __repr__(self) -> str:
        """Show which secrets are present, never their values."""
        return f"Credentials(session={bool(self.session_secret)}, token={bool(self.token)})"


def read_credentials(cookie: str, authorization: str) -> Credentials:
    """Read the ``Cookie`` and ``Authorization`` headers; a header that cannot be read counts as absent."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return Credentials(token=token.strip())
    return Credentials(session_secret=_read_cookie(cookie))


def bind_cookies(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the headers without session cookies that another host of the same site could have set."""
    return [(name, _bound(value) if name.lower() == b"cookie" else value) for name, value in headers]


def _bound(cookie: bytes) -> bytes:
    plain = COOKIE.encode()
    return b";".join(pair for pair in cookie.split(b";") if pair.partition(b"=")[0].strip() != plain)


def _read_cookie(header: str) -> str:
    found = {}
    for pair in header.split(";"):
        name, _, value = pair.partition("=")
        found[name.strip()] = value.strip().strip('"')
    # The guaranteed one counts alone where it is there, also empty.
    return found.get(SECURE_COOKIE, found.get(COOKIE, ""))
