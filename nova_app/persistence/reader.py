"""Reads, in a few threads with a connection each, so that the event loop never waits for a disk."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from nova_app.domain.errors import ErrorCode, Unavailable
from nova_app.observability.occasional_log import OccasionalLog
from nova_app.observability.storage import StorageMetrics, log_storage_fault

logger = logging.getLogger(__name__)

_T = TypeVar("_T")


class Reader:
    """Runs reads; each sees one moment of the database, whatever is written meanwhile."""

    def __init__(self, engine: Engine, *, threads: int, metrics: StorageMetrics) -> None:
        """Read through this engine, which must have a connection per thread."""
        self._engine = engine
        self._metrics = metrics
        self._log = OccasionalLog(logger)
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="nova-reader")

    async def run(self, read: Callable[[Session], _T]) -> _T:
        """Run a read in a thread.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``: the database could not be read.
        """
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, self._read, read)
        except DBAPIError as fault:
            if not log_storage_fault(self._log, "the database cannot be read", fault):
                logger.exception("a read failed")
            self._metrics.failed(fault)
            raise Unavailable(ErrorCode.STORAGE_UNAVAILABLE) from fault

    async def close(self) -> None:
        """Let running reads end."""
        await asyncio.to_thread(self._executor.shutdown)

    def _read(self, read: Callable[[Session], _T]) -> _T:
        begin = time.perf_counter()
        try:
            with Session(self._engine, expire_on_commit=False) as session:
                return read(session)
        finally:
            self._metrics.read(time.perf_counter() - begin)
