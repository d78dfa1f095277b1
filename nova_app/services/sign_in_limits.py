"""How often passwords may be tried: each wrong one delays the next one from the same place, never the owner elsewhere.

Pure: no clock, no I/O.
"""

from __future__ import annotations

from dataclasses import dataclass

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.services.rate_limits import MAX_KEYS, RateLimit, network_of

DELAY_MAX_SECONDS = 900.0
FORGET_SECONDS = 3_600.0
"""Tries are forgotten this long after the last one, and when the right password comes."""


@dataclass(slots=True)
class _Tries:
    count: int
    at: float


class GrowingDelay:
    """Lets some tries of a key through at once and then doubles the delay before each further one."""

    def __init__(self, *, free: int, first_seconds: float, max_keys: int = MAX_KEYS) -> None:
        """Begin without any tries.

        Args:
            free: So many tries come without a delay.
            first_seconds: The delay before the next one.
        """
        self._free = free
        self._first = first_seconds
        self._max_keys = max_keys
        self._tries: dict[str, _Tries] = {}

    def __len__(self) -> int:
        """Return how many keys are remembered."""
        return len(self._tries)

    def spend(self, key: str, now: float) -> None:
        """Count one try; one that comes too early is refused and not counted.

        Raises:
            Refused: ``TOO_MANY_ATTEMPTS``, with the seconds to wait.
        """
        tries = self._tries.pop(key, None)
        if tries is None or now - tries.at >= FORGET_SECONDS:
            tries = _Tries(0, now)
        wait = tries.at + self._delay(tries.count) - now if tries.count else 0.0
        if wait <= 0:
            tries.count += 1
            tries.at = now
        self._remember(key, tries)
        if wait > 0:
            raise Refused(ErrorCode.TOO_MANY_ATTEMPTS, retry_after_seconds=min(wait, DELAY_MAX_SECONDS))

    def reset(self, key: str) -> None:
        """Forget the tries of a key: the right password came."""
        self._tries.pop(key, None)

    def _delay(self, count: int) -> float:
        if count < self._free:
            return 0.0
        return min(DELAY_MAX_SECONDS, self._first * 2.0 ** min(32, count - self._free))

    def _remember(self, key: str, tries: _Tries) -> None:
        while len(self._tries) >= self._max_keys:
            del self._tries[next(iter(self._tries))]  # the one that was tried least recently
        self._tries[key] = tries


class AttemptLimits:
    """Limits on signing in (per account and place, and per address) and on registering (per address)."""

    def __init__(self, *, sign_ins_per_account: int, sign_ins_per_address: int, registrations_per_address: int) -> None:
        """Create the limits without any attempts; sign-ins are per minute, registrations per hour."""
        code = ErrorCode.TOO_MANY_ATTEMPTS
        self._by_place = GrowingDelay(free=sign_ins_per_account, first_seconds=60 / sign_ins_per_account)
        self._by_address = RateLimit.per_minute(sign_ins_per_address, code=code)
        self._registrations = RateLimit.per_hour(registrations_per_address, code=code)

    def sign_in(self, username: str, address: str, now: float, *, known_device: str = "") -> None:
        """Count one attempt, whether or not the account exists.

        Args:
            known_device: The name of a device that signed in to this account before: strangers do not delay it.

        Raises:
            Refused: ``TOO_MANY_ATTEMPTS``, with the seconds to wait.
        """
        if not known_device:
            self._by_address.spend(network_of(address), now)
        self._by_place.spend(_place(username, address, known_device), now)

    def signed_in(self, username: str, address: str, *, known_device: str = "") -> None:
        """Forget the attempts before the right password."""
        self._by_place.reset(_place(username, address, known_device))

    def prove(self, user_id: str, now: float) -> None:
        """Count one attempt of a signed-in user to prove that they know the password.

        Raises:
            Refused: ``TOO_MANY_ATTEMPTS``, with the seconds to wait.
        """
        self._by_place.spend(f"session {user_id}", now)

    def proved(self, user_id: str) -> None:
        """Forget the attempts before the right password."""
        self._by_place.reset(f"session {user_id}")

    def register(self, address: str, now: float) -> None:
        """Count one registration.

        Raises:
            Refused: ``TOO_MANY_ATTEMPTS``, with the seconds to wait.
        """
        self._registrations.spend(network_of(address), now)


def _place(username: str, address: str, known_device: str) -> str:
    place = f"device {known_device}" if known_device else f"address {network_of(address)}"
    return f"{place} {username}"
