"""The browser's connection as data: six states, their transitions and labels, and the reconnect policy.

Source of ``assets/nova/generated/codes.js``; the transition function that uses it is
``assets/nova/connection/state_machine.js``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

STATES: Sequence[str] = ("DISCONNECTED", "CONNECTING", "CONNECTED", "RECONNECTING", "FAILED", "CLOSED")
"""DISCONNECTED: no socket, or lost and waiting for the next attempt. CONNECTING: the first
attempt. CONNECTED: welcomed. RECONNECTING: an attempt after a loss. FAILED: the quick schedule is
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
"""Every legal transition; no other happens."""

STATE_LABELS: Mapping[str, Mapping[str, str]] = MappingProxyType(
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
                "account_changed": "Signed in as someone else",
                "": "Signed out",
            }
        ),
    }
)
"""What the screen says, by state and reason; ``""`` is for every other reason."""


@dataclass(frozen=True, slots=True)
class ReconnectPolicy:
    """When to reconnect after a loss, in milliseconds.

    The wait before try ``n`` (from 0) is ``floor_ms + U[0, min(cap_ms, base_ms * 2**n)]``:
    full jitter above a floor, drawn after the cap, so that a restart does not bring
    all clients back at once however long it lasted
    (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).

    Attributes:
        tries: After so many tries without a connection, FAILED (``exhausted``); 0 for never.
    """

    floor_ms: int
    base_ms: int
    cap_ms: int
    tries: int


VISIBLE = ReconnectPolicy(floor_ms=250, base_ms=1_000, cap_ms=15_000, tries=0)
"""For a visible tab: never gives up."""
HIDDEN = ReconnectPolicy(floor_ms=250, base_ms=10_000, cap_ms=300_000, tries=10)
"""For a hidden tab: ten tries whose longest waits add up to about 30 minutes."""


@dataclass(frozen=True, slots=True)
class ConnectRules:
    """Rules for every connection attempt, whatever caused it; times in milliseconds.

    Attributes:
        open_ms: An attempt that does not open this long is given up; ``open_step_ms`` more
            after each failure, ``open_max_ms`` at most, so that slow networks connect too.
        welcome_ms: An open socket that is not welcomed this long is given up.
        stable_ms: Connected this long, and answered one ping, the tries count from 0 again.
        burst: So many attempts may follow each other at once; then one per ``refill_ms``.
        slow_ms: FAILED tries this often on average, drawn from half to one and a half of it.
        protocol_tries: So many protocol violations in a row, then FAILED.
        advice_ms: A server's advice older than this is the past.
        wake_ms: A hint that the server can be reached now (a wake-up) moves the attempt to U[0, this];
            ``online_ms`` where a network came back, because it came back for all clients.
        wake_once_ms: Wake-ups that come together count as one.
        stuck_ms: An attempt older than this begins again at a wake-up; at a click after
            ``wake_once_ms``.
    """

    open_ms: int = 5_000
    open_step_ms: int = 5_000
    open_max_ms: int = 15_000
    welcome_ms: int = 5_000
    stable_ms: int = 10_000
    burst: int = 5
    refill_ms: int = 5_000
    slow_ms: int = 300_000
    protocol_tries: int = 3
    advice_ms: int = 60_000
    wake_ms: int = 250
    online_ms: int = 1_000
    wake_once_ms: int = 1_000
    stuck_ms: int = 4_000


CONNECT_RULES = ConnectRules()


@dataclass(frozen=True, slots=True)
class LivenessRules:
    """How a dead connection is found, in milliseconds; how often to ping is in the welcome.

    Only a pong proves that both directions work, so a ping goes out on time whatever else
    arrives. Its deadline is ``factor`` times the 95th percentile of the measured round
    trips, within the bounds given here. A deadline that fires ``late_ms`` late was held
    back by the browser and proves nothing: another ping is sent.

    Attributes:
        min_ms: Lower bound of an ordinary ping's deadline; the upper one is in the welcome.
        unanswered_ms: A message without an ack this long asks for a proof.
        unanswered_min_ms: Lower bound of that proof's deadline.
        probe_min_ms: Lower bound where the page was woken.
        samples: So many round trips are remembered.
    """

    factor: int = 4
    min_ms: int = 5_000
    unanswered_ms: int = 4_000
    unanswered_min_ms: int = 3_000
    probe_min_ms: int = 2_000
    late_ms: int = 2_000
    samples: int = 20


LIVENESS = LivenessRules()


@dataclass(frozen=True, slots=True)
class BannerRules:
    """When the banner is shown, in milliseconds.

    Attributes:
        after_ms: Trouble shorter than this is not worth a banner.
        min_ms: A banner that was shown stays this long.
        back_ms: How long "Back online" is shown, and only after a banner.
        countdown_ms: A wait at least this long is counted down.
        flaps: So many losses within ``flap_ms`` are an unstable connection, until
            ``calm_ms`` without one.
        announce_ms: Screen readers get at most one announcement in this time.
    """

    after_ms: int = 4_000
    min_ms: int = 1_000
    back_ms: int = 3_000
    countdown_ms: int = 5_000
    flaps: int = 3
    flap_ms: int = 60_000
    calm_ms: int = 30_000
    announce_ms: int = 10_000


BANNER = BannerRules()


METRICS_EVERY_SECONDS = 60
"""How often a page reports its connection's figures, and when it is left."""
