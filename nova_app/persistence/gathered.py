"""Work that is asked for piece by piece and done together: what comes while one group is done is the next group.

There is no timer: who asks alone waits for one turn of the loop, and many who ask at once, such as the sockets after
a restart, cost one turn of a thread and a few statements for each group.  Whoever asks for what waits already shares
its answer.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from nova_app.domain.errors import ErrorCode, Unavailable
from nova_app.services.fair_turns import RETRY_SECONDS

WAITING_MAX = 8_192
GROUP_MAX = 64

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(slots=True)
class _Asked(Generic[_Value]):
    """Who waits for a key, and how much work it is."""

    weight: int
    futures: list[asyncio.Future[_Value]] = field(default_factory=list)


class Gathered(Generic[_Key, _Value]):
    """Answers by key, in groups; for the event loop only."""

    def __init__(
        self,
        work: Callable[[Sequence[_Key]], Awaitable[Mapping[_Key, _Value]]],
        *,
        group_max: int = GROUP_MAX,
        weight_max: int = GROUP_MAX,
    ) -> None:
        """Create with nothing to do.

        Args:
            work: Answers a group, each of its keys.
            group_max: So many keys are one group at most.
            weight_max: A group ends with the key that makes it heavier than this; what is heavier alone is done apart.
        """
        self._work = work
        self._group_max, self._weight_max = group_max, weight_max
        self._asked: dict[_Key, _Asked[_Value]] = {}
        self._working: asyncio.Task[None] | None = None

    async def get(self, key: _Key, *, weight: int = 1) -> _Value:
        """Return the answer for a key, which was worked out after this call.

        Raises:
            Exception: What the work for this key raised; ``Unavailable`` (``OVERLOADED``): too much waits.
        """
        if weight > self._weight_max:
            return (await self._work([key]))[key]
        asked = self._asked.get(key)
        if asked is None:
            if len(self._asked) >= WAITING_MAX:
                raise Unavailable(ErrorCode.OVERLOADED, retry_after_seconds=RETRY_SECONDS)
            asked = self._asked[key] = _Asked(weight)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[_Value] = loop.create_future()
        asked.futures.append(future)
        if self._working is None:
            # Nobody's in particular, so not in the context of whoever happened to ask first.
            self._working = loop.create_task(self._work_all(), context=contextvars.Context())
        return await future

    async def _work_all(self) -> None:
        try:
            while self._asked:
                await self._gather()
                await self._answer(self._take())
        finally:
            self._working = None

    async def _gather(self) -> None:
        """Let the loop turn for as long as each turn brings more: for what comes meanwhile no thread is woken again."""
        before = 0
        while before < len(self._asked) < self._group_max:
            before = len(self._asked)
            await asyncio.sleep(0)

    def _take(self) -> dict[_Key, _Asked[_Value]]:
        group: dict[_Key, _Asked[_Value]] = {}
        weight = 0
        for key, asked in list(self._asked.items())[: self._group_max]:
            group[key] = self._asked.pop(key)
            weight += asked.weight
            if weight >= self._weight_max:
                break
        return group

    async def _answer(self, group: Mapping[_Key, _Asked[_Value]]) -> None:
        """Work for a group; where that fails, for each key alone, so that one key's fault is its own."""
        try:
            answers = await self._work(list(group))
        except Exception as fault:  # noqa: BLE001 - it is raised to whoever asked
            if len(group) == 1:
                for asked in group.values():
                    _settle(asked, fault=fault)
                return
            await asyncio.gather(*(self._answer({key: asked}) for key, asked in group.items()))
            return
        except BaseException:
            for asked in group.values():
                _cancel(asked)
            raise
        for key, asked in group.items():
            _settle(asked, answers[key])


def _settle(asked: _Asked[_Value], answer: _Value | None = None, *, fault: Exception | None = None) -> None:
    for future in asked.futures:
        if future.done():
            continue
        if fault is not None:
            future.set_exception(fault)
        else:
            future.set_result(answer)  # type: ignore[arg-type]  # an answer may be None


def _cancel(asked: _Asked[_Value]) -> None:
    for future in asked.futures:
        future.cancel()
