"""The types of settings: each reads its text, and says in words what it may be."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import NoDecode

PROXY_PREFIX_MIN = {4: 8, 6: 16}
"""A larger network of trusted proxies is refused."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a setting may be, in words: for the refusal and for the reference."""

    text: str


def to_origin(value: str) -> str:
    """Return an exact origin in lower case.

    Raises:
        ValueError: It is something else.
    """
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or "*" in value or "@" in value:
        raise ValueError
    if value.lower() != f"{parts.scheme}://{parts.netloc}".lower():
        raise ValueError
    return value.lower()


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def to_origins(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return origins that one cookie serves: at least one, none of them plain beside a safe one.

    Raises:
        ValueError: It is something else.
    """
    if not values:
        raise ValueError
    origins = tuple(map(to_origin, values))
    if any(origin.startswith("https://") for origin in origins) and any(map(is_plain, origins)):
        raise ValueError  # the cookie could not be Secure, on the safe one either
    return origins


def is_plain(origin: str) -> bool:
    """Return whether what is sent to this origin can be read on its way: http to another machine."""
    host = urlsplit(origin).hostname or ""
    return origin.startswith("http://") and host != "localhost" and not host.startswith("127.") and host != "::1"


def to_web_address(value: str) -> str:
    """Return an http or https address, or nothing.

    Raises:
        ValueError: It is something else.
    """
    if value and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname):
        raise ValueError
    return value


def to_listed_origins(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return exact origins.

    Raises:
        ValueError: It is something else.
    """
    return tuple(map(to_origin, values))


def to_host(value: str) -> str:
    """Return an address or a host name; what looks like an address has to be one.

    Raises:
        ValueError: It is something else.
    """
    if re.fullmatch(r"[0-9.]+|.*:.*", value):
        return str(ipaddress.ip_address(value))
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", value):
        raise ValueError
    return value


def to_networks(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return networks in their usual form.

    Raises:
        ValueError: It is something else.
    """
    return tuple(str(ipaddress.ip_network(value)) for value in values)


def to_proxies(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return addresses and networks that are small enough to be proxies.

    Raises:
        ValueError: It is something else.
    """
    for value in values:
        network = ipaddress.ip_network(value)
        # Whoever is trusted names the address that limits count by: half the internet is nobody's proxy.
        if network.prefixlen < PROXY_PREFIX_MIN[network.version]:
            raise ValueError
    return values


Count = Annotated[int, Field(ge=1, le=1_000_000_000), Allowed("a whole number from 1 to 1000000000")]
Days = Annotated[int, Field(ge=1, le=36_500), Allowed("a number of days from 1 to 36500")]
Megabytes = Annotated[int, Field(ge=1, le=1_000_000), Allowed("a whole number from 1 to 1000000")]
WebAddress = Annotated[str, AfterValidator(to_web_address)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False), Allowed("a number above 0")]
Port = Annotated[int, Field(ge=1, le=65_535), Allowed("a port from 1 to 65535")]
Origin = Annotated[str, AfterValidator(to_origin)]
Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
