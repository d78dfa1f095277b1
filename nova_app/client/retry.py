r"""When a failed call is tried again. Pure: time and chance are passed in.

    call fails --is it safe, worth it, in time, and paid for?--> wait --> call again
                \--no--> the caller gets the error

The numbers are ``RETRY``, the same as the browser's. They follow the AWS SDKs' standard mode, sized for one page or
script (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from nova_app.protocol.codes import RETRY

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
"""Methods that may be repeated without a key (RFC 9110, 9.2.2)."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how long, in seconds.

    The wait before retry ``n`` (from 0) is ``U[0, min(cap, base * 2**n)]``.

    Attributes:
        retries: At most so many tries after the first.
        per_try: One try takes no longer.
        total: All tries and waits together take no longer.
        advised_max: A server that asks for a longer wait than this is not waited for.
    """

    retries: int = RETRY.retries
    base: float = RETRY.base_ms / 1000
    cap: float = RETRY.cap_ms / 1000
    per_try: float = RETRY.per_try_ms / 1000
    total: float = RETRY.total_ms / 1000
    advised_max: float = RETRY.advised_max_ms / 1000

    def wait(self, attempt: int, *, advised: float | None, elapsed: float, random: float) -> float | None:
        """Return seconds to wait before the next try; None to give up.

        Args:
            attempt: Retries so far, from 0.
            advised: What the server asked for; waited for in full, plus up to a tenth.
            elapsed: Since the first try began.
            random: From 0 up to 1.
        """
        if attempt >= self.retries:
            return None
        wait = random * min(self.cap, self.base * 2.0**attempt)
        if advised is not None:
            if advised > self.advised_max:
                return None
            wait = max(0.0, advised) * (1 + random / 10) or wait
        # A wait that leaves no time for a try is no help.
        return wait if elapsed + wait < self.total else None


class Budget:
    """Tokens that retries cost and successes give back: many failures together do not become a storm."""

    def __init__(self, tokens: int = RETRY.budget) -> None:
        self._most = tokens
        self.tokens = tokens

    def pay(self, *, timed_out: bool) -> bool:
        """Pay for a retry; return False, and take nothing, if there are too few tokens."""
        cost = RETRY.timeout_cost if timed_out else RETRY.retry_cost
        if self.tokens < cost:
            return False
        self.tokens -= cost
        return True

    def refund(self) -> None:
        """Give a token back after a call that succeeded."""
        self.tokens = min(self._most, self.tokens + 1)


class Breaker:
    r"""Stops asking a server that only fails; lets one call through now and then to see.

    closed --5 failures in a row, or half of 20 within 30 s--> open --10 to 15 s--> one probe
      ^-------------------------- the probe succeeds -------------------------------/
    """

    SHARE = 0.5

    def __init__(self) -> None:
        self._recent: deque[tuple[float, bool]] = deque()
        self._in_a_row = 0
        self._closed_again_at: float | None = None
        self._probing = False

    def allows(self, now: float) -> bool:
        """Return whether a call may go out; while open, one probe may once its time has come."""
        if self._closed_again_at is None:
            return True
        if now < self._closed_again_at or self._probing:
            return False
        self._probing = True
        return True

    @property
    def allows_more(self) -> bool:
        """Whether a failed call may be tried again: while open, only new calls probe."""
        return self._closed_again_at is None

    def wait(self, now: float) -> float:
        """Return seconds until the next probe; 0.0 while closed."""
        return 0.0 if self._closed_again_at is None else max(0.0, self._closed_again_at - now)

    def record(self, *, failed: bool, now: float, random: float) -> None:
        """Record the result of a call."""
        self._probing = False
        self._recent.append((now, failed))
        while self._recent and now - self._recent[0][0] > RETRY.window_ms / 1000:
            self._recent.popleft()
        self._in_a_row = self._in_a_row + 1 if failed else 0
        if not failed and self._closed_again_at is not None:
            self._closed_again_at = None
            self._recent.clear()
        elif failed and (self._closed_again_at is not None or self._is_too_much()):
            self._closed_again_at = now + (RETRY.open_ms + random * RETRY.spread_ms) / 1000

    def cancel(self) -> None:
        """Forget a call that its caller cancelled: it says nothing about the server."""
        self._probing = False

    def _is_too_much(self) -> bool:
        failures = sum(failed for _, failed in self._recent)
        is_half = len(self._recent) >= RETRY.least and failures >= self.SHARE * len(self._recent)
        return self._in_a_row >= RETRY.in_a_row or is_half
