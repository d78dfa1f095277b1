"""Requests to the writer: drafts, positions and other writes, each with its future."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from sqlmodel import Session

from nova_app.domain.errors import NovaError
from nova_app.domain.events import Draft, Position, Posted
from nova_app.domain.message_changes import Changed, MessageChange


class WriteRequest(ABC):
    """A write to commit; created and settled on the event loop, read by the writer's thread."""

    __slots__ = ("future", "weight")

    def __init__(self, loop: asyncio.AbstractEventLoop, weight: int) -> None:
        self.future: asyncio.Future[Any] = loop.create_future()
        self.weight = weight

    def settle(self, result: object) -> None:
        """Set the result, unless the caller was cancelled."""
        if self.future.done():
            return
        if isinstance(result, BaseException):
            self.future.set_exception(result)
        else:
            self.future.set_result(result)

    @abstractmethod
    def refusal(self, fault: NovaError) -> object:
        """Return the result that says that nothing was committed."""


class DraftsRequest(WriteRequest):
    """Drafts of one caller, to be numbered in this order."""

    __slots__ = ("drafts",)

    future: asyncio.Future[Sequence[Posted | NovaError]]

    def __init__(self, loop: asyncio.AbstractEventLoop, drafts: Sequence[Draft]) -> None:
        super().__init__(loop, max(1, len(drafts)))
        self.drafts = drafts

    def refusal(self, fault: NovaError) -> list[NovaError]:
        """Return one error per draft."""
        return [fault] * len(self.drafts)


class ChangesRequest(WriteRequest):
    """Changes of messages of one caller, to be made in this order."""

    __slots__ = ("changes",)

    future: asyncio.Future[Sequence[Changed | NovaError]]

    def __init__(self, loop: asyncio.AbstractEventLoop, changes: Sequence[MessageChange]) -> None:
        super().__init__(loop, max(1, len(changes)))
        self.changes = changes

    def refusal(self, fault: NovaError) -> list[NovaError]:
        """Return one error per change."""
        return [fault] * len(self.changes)


class PositionRequest(WriteRequest):
    """One member's position, to be moved forward."""

    __slots__ = ("position",)

    def __init__(self, loop: asyncio.AbstractEventLoop, position: Position) -> None:
        super().__init__(loop, 1)
        self.position = position

    def refusal(self, fault: NovaError) -> NovaError:
        """Return the error itself."""
        return fault


class FunctionRequest(WriteRequest):
    """Any other write: a function that runs inside the batch's transaction, in a savepoint."""

    __slots__ = ("write",)

    def __init__(self, loop: asyncio.AbstractEventLoop, write: Callable[[Session], Any]) -> None:
        super().__init__(loop, 1)
        self.write = write

    def refusal(self, fault: NovaError) -> NovaError:
        """Return the error itself."""
        return fault
