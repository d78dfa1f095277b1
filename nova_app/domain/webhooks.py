"""The rules of outgoing webhooks: signature, schedule, verdict. Pure.

The form of the requests is that of Standard Webhooks (standardwebhooks.com): ``webhook-id``
is the same in every try of one delivery, so that a receiver can tell a repeat.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from nova_app.domain.events import Event
from nova_app.domain.networks import Address, Network, is_public

QUEUE = "webhook"
URL_MAX_CHARS = 2_000
SECRET_BYTES = 24
SECRET_PREFIX = "whsec_"  # noqa: S105 - the form of the secret, not one
WAITS_SECONDS = (5, 30, 120, 600, 1_800, 7_200, 21_600, 86_400)
"""Between the tries; the last one is repeated if more tries are allowed."""
WAIT_SPREAD = 0.2
"""Each wait is longer or shorter by up to this share, so that deliveries do not reach a target all at once."""
ADVICE_MAX_SECONDS = 86_400
ERROR_MAX_CHARS = 200


@dataclass(frozen=True, slots=True)
class PostEvent:
    """What happened to a post; ``data`` is the data of the request's body."""

    type: str
    created_at: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Job:
    """One delivery that a worker holds.

    Attributes:
        event: What is delivered; a message as it is at the time of the claim.
        attempts: How many tries there were before this one.
        lease: Proves that the worker still holds it; see ``DeliveryQueue.claim``.
    """

    id: str
    webhook_id: str
    url: str
    secret: str
    event: Event | PostEvent
    attempts: int
    lease: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a target said: a status, or why there was none.

    Attributes:
        status: 0 where there was no answer.
        error: One line for operators; empty after a success.
        retry_after_seconds: What the target advised, None if nothing.
        is_slow: The target did not answer in time; other deliveries to it would wait, too.
    """

    status: int
    error: str = ""
    retry_after_seconds: float | None = None
    is_slow: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with a delivery after a try.

    Attributes:
        result: ``ok``, ``retried`` or ``failed``.
        wait_seconds: Until the next try, where there is one.
        is_over: The target wants no more deliveries of this webhook (410).
    """

    result: str
    wait_seconds: float = 0.0
    is_over: bool = False


def judge(reply: Reply, *, attempts: int, attempts_max: int, chance: float) -> Verdict:
    """Decide after a try.

    Args:
        attempts: How many tries there were, this one included; at least 1.
        chance: 0 to 1, spreads the wait.
    """
    if 200 <= reply.status < 300:  # noqa: PLR2004 - success, says RFC 9110
        return Verdict("ok")
    if reply.status == 410:  # noqa: PLR2004 - gone, says RFC 9110
        return Verdict("failed", is_over=True)
    if attempts >= attempts_max:
        return Verdict("failed")
    wait = WAITS_SECONDS[min(attempts, len(WAITS_SECONDS)) - 1] * (1 + WAIT_SPREAD * (2 * chance - 1))
    advised = min(reply.retry_after_seconds or 0.0, ADVICE_MAX_SECONDS)
    return Verdict("retried", wait_seconds=max(wait, advised))


def headers(job_id: str, secret: str, body: bytes, *, timestamp: int) -> dict[str, str]:
    """Return the headers of one try.

    Args:
        timestamp: Of this try, in seconds since 1970.
    """
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{job_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "content-type": "application/json",
        "user-agent": "Nova-Webhooks/1",
        "webhook-id": job_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }


def new_secret(random: bytes) -> str:
    """Return a secret out of ``SECRET_BYTES`` random bytes."""
    return SECRET_PREFIX + base64.b64encode(random).decode()


def url_fault(url: str) -> str | None:
    """Return why this cannot be a target, for its author; None if it can."""
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
        # What cannot be looked up can never be called; idna is the resolver's own encoding.
        (parts.hostname or "").encode("idna").decode("idna")
    except ValueError:
        return "Use an address such as https://example.org/hook."
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_fine or len(url) > URL_MAX_CHARS:
        return "Use an address such as https://example.org/hook."
    if parts.username or parts.password:
        return "Leave user name and password out of the address; Nova signs what it sends."
    return None


def may_call(address: Address, allowed: Sequence[Network]) -> bool:
    """Return whether a webhook may go to this address: to the world, and inside only where it is allowed."""
    plain = getattr(address, "ipv4_mapped", None) or address
    return is_public(plain) or any(plain in network for network in allowed if network.version == plain.version)
