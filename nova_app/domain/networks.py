"""Which addresses of the network Nova may call when users choose them. Pure."""

from __future__ import annotations

import ipaddress

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""What a gateway translates to the IPv4 address in the last 32 bits (RFC 6052)."""


def is_public(address: Address) -> bool:
    """Return whether an address belongs to the public internet; of one that carries another, the one inside counts."""
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    is_site_local = getattr(address, "is_site_local", False)
    return address.is_global and not (address.is_multicast or address.is_reserved or is_site_local)


def _inner(address: Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address to which a packet for this IPv6 address travels on."""
    if not isinstance(address, ipaddress.IPv6Address):
        return None
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour
