"""The certificate authorities that outgoing connections trust."""

from __future__ import annotations

import functools
import ssl

import httpx


@functools.cache
def trusted_authorities() -> ssl.SSLContext:
    """Read the authorities once for all clients of this process: that takes longer than most requests."""
    return httpx.create_ssl_context(trust_env=False)
