"""Requests to addresses that users chose: a name is looked up once, and the request goes to what was checked.

A name that changes in between has no effect. Nothing is remembered between two requests.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from nova_app.domain.networks import Address
from nova_app.integrations.certificates import trusted_authorities


def create_client(
    *, timeout: float, headers: Mapping[str, str] | None = None, transport: httpx.AsyncBaseTransport | None = None
) -> httpx.AsyncClient:
    """Create a client that follows no redirects, keeps no cookies and takes nothing from the environment.

    Args:
        timeout: Seconds for each step of a request.
        transport: Another way out, for tests.
    """
    return httpx.AsyncClient(
        transport=transport,
        timeout=timeout,
        headers=headers,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        # A connection is known by its address: another name there must not get one whose certificate is the first's.
        limits=httpx.Limits(max_keepalive_connections=0),
        follow_redirects=False,
        trust_env=False,
        verify=trusted_authorities(),
    )


async def look_up(url: httpx.URL, *, executor: Executor | None = None) -> Sequence[Address]:
    """Return every address of a host.

    Raises:
        OSError: There is none.
        ValueError: No resolver can encode the name.
    """
    port = url.port or (443 if url.scheme == "https" else 80)
    found = await asyncio.get_running_loop().run_in_executor(
        executor, lambda: socket.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    )
    return [ipaddress.ip_address(entry[4][0]) for entry in found]


def pinned_request(
    client: httpx.AsyncClient,
    method: str,
    url: httpx.URL,
    address: Address,
    *,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx.Request:
    """Return a request for this URL that goes to this address, whatever the name stands for by now."""
    return client.build_request(
        method,
        url.copy_with(host=str(address)),
        content=content,
        headers={**(headers or {}), "host": url.netloc.decode("ascii")},
        extensions={"sni_hostname": url.host},
    )
