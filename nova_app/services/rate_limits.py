"""Rate limits: token buckets by key, in bounded memory, with the time passed in.

Pure: no clock, no I/O.
"""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Callable
from typing import Self

from nova_app.domain.errors import ErrorCode, Refused

MAX_KEYS = 10_000
"""At most this many accounts or addresses are remembered per limit."""
ROUNDING = 1e-9
"""Who waits exactly as long as told is not refused for the last digit of a fraction."""


class TokenBucket:
    """Holds up to ``burst`` tokens and gets ``rate`` of them per second back."""

    __slots__ = ("_at", "_burst", "_rate", "_tokens")

    def __init__(self, *, rate: float, burst: float, now: float) -> None:
        """Create a full bucket."""
        self._rate = rate
        self._burst = burst
        self._tokens = float(burst)
        self._at = now

    def take(self, amount: float, now: float) -> float:
        """Take tokens, all or none.

        Args:
            amount: More than ``burst`` is never given.
            now: Seconds; a clock that was set back only stops the refill for a moment.

        Returns:
            0.0 if they were taken, otherwise the seconds until they are there.
        """
        self._refill(now)
        if self._tokens + ROUNDING >= amount:
            self._tokens = max(0.0, self._tokens - amount)
            return 0.0
        return (amount - self._tokens) / self._rate

    def charge(self, amount: float, now: float) -> float:
        """Take tokens in any case, also those that are not there yet; a negative amount gives some back.

        Returns:
            The seconds until the bucket is out of debt.
        """
        self._refill(now)
        self._tokens = min(self._burst, self._tokens - amount)
        return max(0.0, -self._tokens / self._rate)

    def is_full(self, now: float) -> bool:
        """Return whether the bucket is full."""
        self._refill(now)
        return self._tokens >= self._burst

    def _refill(self, now: float) -> None:
        self._tokens = min(self._burst, self._tokens + max(0.0, now - self._at) * self._rate)
        self._at = now


class Limiter:
    """One token bucket per key; keys with a full bucket are forgotten."""

    def __init__(self, *, rate: float, burst: float, max_keys: int = MAX_KEYS) -> None:
        """Give every key ``burst`` tokens and ``rate`` per second."""
        self.rate = rate
        self._burst = burst
        self._max_keys = max_keys
        self._buckets: dict[str, TokenBucket] = {}

    def __len__(self) -> int:
        """Return how many keys are remembered."""
        return len(self._buckets)

    def take(self, key: str, amount: float, now: float) -> float:
        """Take tokens of a key, as :meth:`TokenBucket.take` does; the key becomes the most recently used."""
        return self._bucket_of(key, now).take(amount, now)

    def charge(self, key: str, amount: float, now: float) -> float:
        """Take tokens of a key, as :meth:`TokenBucket.charge` does."""
        return self._bucket_of(key, now).charge(amount, now)

    def _bucket_of(self, key: str, now: float) -> TokenBucket:
        bucket = self._buckets.pop(key, None)
        if bucket is None:
            self._make_room(now)
            bucket = TokenBucket(rate=self.rate, burst=self._burst, now=now)
        self._buckets[key] = bucket
        return bucket

    def reset(self, key: str) -> None:
        """Give this key all its tokens again."""
        self._buckets.pop(key, None)

    def _make_room(self, now: float) -> None:
        if len(self._buckets) < self._max_keys:
            return
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if not bucket.is_full(now)}
        # All are in use: the least recently used one has regained the most tokens.
        while len(self._buckets) > self._max_keys * 9 // 10:
            del self._buckets[next(iter(self._buckets))]


class RateLimit:
    """A limiter whose refusals have one error code."""

    def __init__(
        self, *, rate: float, burst: float, code: ErrorCode, on_refused: Callable[[], object] | None = None
    ) -> None:
        """Give every key ``burst`` tokens and ``rate`` per second.

        Args:
            on_refused: Called before each refusal, to count it.
        """
        self._limiter = Limiter(rate=rate, burst=burst)
        self._code = code
        self._on_refused = on_refused

    @classmethod
    def per_minute(cls, number: int, *, code: ErrorCode, on_refused: Callable[[], object] | None = None) -> Self:
        """Allow so many a minute, all of them at once if needed."""
        return cls(rate=number / 60, burst=number, code=code, on_refused=on_refused)

    @classmethod
    def per_hour(cls, number: int, *, code: ErrorCode, on_refused: Callable[[], object] | None = None) -> Self:
        """Allow so many an hour, all of them at once if needed."""
        return cls(rate=number / 3600, burst=number, code=code, on_refused=on_refused)

    def spend(self, key: str, now: float) -> None:
        """Take one token of this key.

        Raises:
            Refused: The limit's code, with the seconds to wait.
        """
        wait_seconds = self._limiter.take(key, 1, now)
        if wait_seconds > 0:
            if self._on_refused is not None:
                self._on_refused()
            raise Refused(self._code, retry_after_seconds=wait_seconds)


class Admissions:
    """Admits new connections at a bounded rate; each refused one gets a later time to retry.

    The advised wait grows with the number of earlier refusals, so that clients come back
    one after another and not together.
    """

    def __init__(self, *, per_second: float, now: float = 0.0) -> None:
        """Admit ``per_second`` in the long run, twice as many at once."""
        self._bucket = TokenBucket(rate=per_second, burst=2 * per_second, now=now)
        self._per_second = per_second
        self._turned_away = 0.0
        self._at = now

    def admit(self, now: float) -> float:
        """Return 0.0 if the connection is admitted, otherwise the seconds after which to retry."""
        self._turned_away = max(0.0, self._turned_away - max(0.0, now - self._at) * self._per_second)
        self._at = now
        wait = self._bucket.take(1, now)
        if wait == 0.0:
            return 0.0
        self._turned_away += 1
        return wait + self._turned_away / self._per_second


@functools.lru_cache(maxsize=4_096)
def network_of(address: str) -> str:
    """Return the key of an address: an IPv6 site has 2**64 addresses, so it counts as one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed.packed, 64), strict=False))
    return str(parsed)
