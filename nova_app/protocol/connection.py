"""The browser's connection as data: six states, their edges, words and the dialling policy.

Source of ``assets/nova/codes.js``; the transition function that uses it is
``assets/nova/machine.js``.  May import: the standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

STATES: Sequence[str] = ("DISCONNECTED", "CONNECTING", "CONNECTED", "RECONNECTING", "FAILED", "CLOSED")
"""DISCONNECTED: no socket, or lost and waiting for the next dial. CONNECTING: the first
dial. CONNECTED: welcomed. RECONNECTING: a dial after a loss. FAILED: the quick schedule is
over or only a person can help. CLOSED: ended on purpose."""

EDGES: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "DISCONNECTED": ("CONNECTING", "RECONNECTING", "FAILED", "CLOSED"),
        "CONNECTING": ("CONNECTED", "DISCONNECTED", "FAILED", "CLOSED"),
        "CONNECTED": ("DISCONNECTED", "FAILED", "CLOSED"),
        "RECONNECTING": ("CONNECTED", "DISCONNECTED", "FAILED", "CLOSED"),
        "FAILED": ("RECONNECTING", "CLOSED"),
        "CLOSED": ("CONNECTING",),
    }
)
"""Every legal step; no other happens."""

WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "CONNECTED": MappingProxyType({"synced": "Connected", "": "Catching up…"}),
        "CONNECTING": MappingProxyType({"": "Connecting…"}),
        "DISCONNECTED": MappingProxyType(
            {
                "offline": "Offline",
                "restarting": "Server is restarting",
                "": "Reconnecting…",
            }
        ),
        "RECONNECTING": MappingProxyType(
            {
                "offline": "Offline",
                "restarting": "Server is restarting",
                "": "Reconnecting…",
            }
        ),
        "FAILED": MappingProxyType({"outdated": "Update needed", "": "Not connected"}),
        "CLOSED": MappingProxyType(
            {
                "signed_out": "Signed out",
                "replaced": "Open in another place",
                "forbidden": "No access",
                "": "Signed out",
            }
        ),
    }
)
"""What the screen says, by state and reason; ``""`` is for every other reason."""


@dataclass(frozen=True, slots=True)
class ReconnectPolicy:
    """When to dial again after a loss, in milliseconds.

    The wait before try ``n`` (from 0) is ``floor_ms + U[0, min(cap_ms, base_ms * 2**n)]``
    (full jitter above a floor, so that a restart does not bring everybody back at once).

    Attributes:
        stable_ms: Connected this long, and answered one ping, the tries count from 0 again.
        open_deadline_ms: A dial that is not welcomed this long is given up.
        protocol_tries: So many protocol violations in a row, then FAILED.
    """

    floor_ms: int = 250
    base_ms: int = 1_000
    cap_ms: int = 15_000
    stable_ms: int = 10_000
    open_deadline_ms: int = 10_000
    protocol_tries: int = 3


POLICY = ReconnectPolicy()
