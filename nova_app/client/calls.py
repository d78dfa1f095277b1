"""One call of the API with everything around it: deadlines, retries, budget, breaker. A shell.

The rules are in ``retry``; the only layer that retries is this one.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx

from nova_app.client.errors import CODE_OF_EXCEPTION, NovaAPIError, from_exception, from_response
from nova_app.client.retry import IDEMPOTENT, Breaker, Budget, RetryPolicy
from nova_app.domain.errors import ErrorCode, ErrorKind

SERVER_TROUBLE = frozenset({ErrorKind.NETWORK_ERROR, ErrorKind.TIMEOUT, ErrorKind.SERVER_ERROR})
"""The kinds that say something about the server's health."""


@dataclass(slots=True)
class Calls:
    """Sends requests until one is answered or trying again is no longer right.

    Attributes:
        on_signed_out: Called once when the session turns out to have ended, however many
            calls find out together; again only after a call succeeded in between.
        clock: Seconds; ``chance``: from 0 up to 1; ``sleep``: waits that many seconds.
    """

    http: httpx.AsyncClient
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    budget: Budget = field(default_factory=Budget)
    breaker: Breaker = field(default_factory=Breaker)
    on_signed_out: Callable[[], Awaitable[None] | None] | None = None
    clock: Callable[[], float] = field(default=lambda: asyncio.get_running_loop().time())
    chance: Callable[[], float] = random.random
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _is_signed_out: bool = False

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Send a request, again where that is safe and right.

        A request is repeated as it is: its ``Idempotency-Key`` stays the same.

        Raises:
            NovaAPIError: The last failure; nothing else is raised.
        """
        begin, retries = self.clock(), 0
        is_safe = request.method in IDEMPOTENT or "Idempotency-Key" in request.headers
        while True:
            try:
                return await self._try_once(request, begin)
            except NovaAPIError as fault:
                fault.tries = retries + 1
                wait = self._next_wait(fault, retries, begin) if is_safe else None
                if wait is None:
                    await self._report_signed_out(fault)
                    raise
            await self.sleep(wait)
            retries += 1

    async def _try_once(self, request: httpx.Request, begin: float) -> httpx.Response:
        now = self.clock()
        if not self.breaker.allows(now):
            wait = self.breaker.wait(now)
            raise NovaAPIError(ErrorCode.UNAVAILABLE, "not asked: the server only failed", retry_after_seconds=wait)
        try:
            response = await self._answer(request, min(self.policy.per_try, begin + self.policy.total - now))
        except NovaAPIError as fault:
            failed = fault.kind in SERVER_TROUBLE
            self.breaker.record(failed=failed, now=self.clock(), random=self.chance())
            raise
        except BaseException:
            self.breaker.cancel()
            raise
        self.breaker.record(failed=False, now=self.clock(), random=0.0)
        self.budget.refund()
        self._is_signed_out = False
        return response

    async def _answer(self, request: httpx.Request, seconds: float) -> httpx.Response:
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                response = await self.http.send(request)
        except tuple(CODE_OF_EXCEPTION) as fault:
            raise from_exception(fault) from fault
        if response.is_error:
            raise from_response(response)
        return response

    def _next_wait(self, fault: NovaAPIError, retries: int, begin: float) -> float | None:
        if not fault.retryable or not self.breaker.allows_more:
            return None
        elapsed = self.clock() - begin
        wait = self.policy.wait(retries, advised=fault.retry_after_seconds, elapsed=elapsed, random=self.chance())
        if wait is None or not self.budget.pay(timed_out=fault.kind is ErrorKind.TIMEOUT):
            return None
        return wait

    async def _report_signed_out(self, fault: NovaAPIError) -> None:
        if fault.code is not ErrorCode.NOT_SIGNED_IN or self._is_signed_out:
            return
        self._is_signed_out = True
        if self.on_signed_out is not None:
            awaitable = self.on_signed_out()
            if awaitable is not None:
                await awaitable
