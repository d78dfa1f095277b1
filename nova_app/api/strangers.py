"""What comes without a valid session: counted by address, and never at the cost of those who have one.

A session that was found valid is remembered for a moment by its hash, so that the question costs
nothing for the many requests of a page. Remembering only spares the counting: what may be read
or written is asked anew each time.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Protocol

from nova_app.domain.errors import NovaError, Refused
from nova_app.protocol.credentials import Credentials
from nova_app.protocol.gate import RequestHead, credentials_of
from nova_app.services.cost_table import Allowance
from nova_app.services.rate_limits import Limiter, network_of
from nova_app.services.sessions import digest

CONNECTION_UNITS = 1.0
REQUEST_UNITS = 0.1
"""Of one on a line that is open already: a page asks for dozens of files."""
KNOWN_SECONDS = 60.0
KNOWN_MAX = 20_000
LOOKUPS_PER_SECOND = 50.0
"""Of one address: so many sessions that are not remembered are looked up, those beyond count as none."""
LOOKUPS_BURST = 2_000.0
"""A look-up that finds a session is given back: an office behind one address comes back at once after a restart."""
CONNECTION = "nova.connection"
"""Where the server's protocol leaves the line that a request came on; absent behind another server."""


class Line(Protocol):
    """A connection as the server's protocol knows it."""

    @property
    def is_first(self) -> bool:
        """Whether no request came on it before."""
        ...

    def prove(self) -> None:
        """Count it as its account's from now on, not as its address's."""
        ...


class Strangers:
    """Decides whether what may have no session is let in."""

    def __init__(
        self,
        allowed: Allowance,
        resolve: Callable[[Credentials], Awaitable[object]],
        *,
        on_refused: Callable[[], object] = lambda: None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Know nobody yet.

        Args:
            allowed: How much may come from one address without a session.
            resolve: Looks credentials up; raises ``Refused`` for those that are not valid.
            on_refused: Called before each refusal, to count it.
            seconds: A clock that only grows.
        """
        self._allowed = allowed
        self._resolve = resolve
        self._limiter = Limiter(rate=allowed.rate, burst=allowed.burst)
        self._lookups = Limiter(rate=LOOKUPS_PER_SECOND, burst=LOOKUPS_BURST)
        self._known: OrderedDict[str, float] = OrderedDict()
        self._on_refused = on_refused
        self._seconds = seconds

    async def judge(self, head: RequestHead, address: str, line: Line | None) -> NovaError | None:
        """Return why a request is refused, with the seconds to wait; None for one that is let in.

        One with a valid session costs its address nothing, and its line belongs to its account from then on.
        """
        network = network_of(address)
        if await self._has_session(credentials_of(head), network):
            if line is not None:
                line.prove()
            return None
        is_first = head.is_socket or (line is not None and line.is_first)
        units = CONNECTION_UNITS if is_first else REQUEST_UNITS
        wait = self._limiter.take(network, units, self._seconds())
        if wait <= 0:
            return None
        self._on_refused()
        return self._allowed.refusal(wait)

    def judge_now(self, head: RequestHead, address: str) -> NovaError | None:
        """Return why a handshake is refused, without looking anybody up: for a shell that does so itself, and then."""
        credentials, network, now = credentials_of(head), network_of(address), self._seconds()
        secret = credentials.token or credentials.session_secret
        if secret and (self._known.get(digest(secret), 0.0) > now or self._lookups.take(network, 1, now) <= 0):
            return None
        wait = self._limiter.take(network, CONNECTION_UNITS, now)
        if wait <= 0:
            return None
        self._on_refused()
        return self._allowed.refusal(wait)

    def prove(self, credentials: Credentials, address: str) -> None:
        """Remember a session that a shell found valid which asked :meth:`judge_now`, and give its look-up back."""
        key, now = digest(credentials.token or credentials.session_secret), self._seconds()
        if self._known.get(key, 0.0) <= now:
            self._lookups.charge(network_of(address), -1, now)
            self._remember(key, now + KNOWN_SECONDS)

    def has_room(self, address: str) -> bool:
        """Return whether a stranger's connection from this address would be let in now."""
        network, now = network_of(address), self._seconds()
        if self._limiter.take(network, CONNECTION_UNITS, now) > 0:
            return False
        self._limiter.charge(network, -CONNECTION_UNITS, now)
        return True

    async def _has_session(self, credentials: Credentials, network: str) -> bool:
        secret = credentials.token or credentials.session_secret
        if not secret:
            return False
        key, now = digest(secret), self._seconds()
        if self._known.get(key, 0.0) > now:
            return True
        if self._lookups.take(network, 1, now) > 0:
            return False
        try:
            await self._resolve(credentials)
        except Refused:
            return False
        except NovaError:
            # While nobody can be looked up, nobody is taken for a stranger.
            return True
        self._lookups.charge(network, -1, now)
        self._remember(key, now + KNOWN_SECONDS)
        return True

    def _remember(self, key: str, until: float) -> None:
        self._known[key] = until
        self._known.move_to_end(key)
        while len(self._known) > KNOWN_MAX:
            self._known.popitem(last=False)
