"""Recognises a browser that has signed in to an account before, by a cookie of its own.

The cookie is a random name and its seal under a key that only the server has: the account's password hash with its
salt. It opens nothing; another password ends it. Pure: the random name is passed in.
"""

from __future__ import annotations

import hashlib
import hmac


def seal(name: str, password_hash: str) -> str:
    """Return the cookie of the device with this (random) name."""
    return f"{name}.{_sign(name, password_hash)}"


def name_of(cookie: str, password_hash: str) -> str:
    """Return the name of the device whose cookie this is; empty if it is no known device of this account."""
    name, _, signature = cookie.partition(".")
    expected = _sign(name, password_hash)
    is_known = hmac.compare_digest(signature.encode("utf-8", "surrogatepass"), expected.encode())
    return name if name and is_known else ""


def _sign(name: str, password_hash: str) -> str:
    text = b"known device " + name.encode("utf-8", "surrogatepass")
    return hmac.new(password_hash.encode(), text, hashlib.sha256).hexdigest()
