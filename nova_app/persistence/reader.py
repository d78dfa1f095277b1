"""Reads, in a few threads with a connection each, so that the event loop never waits for a disk.

There are several readers: what is dear never waits before what is cheap, accounts take turns,
and no query runs longer than its reader allows.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from nova_app.domain.errors import ErrorCode, Unavailable
from nova_app.observability.occasional_log import OccasionalLog
from nova_app.observability.request_context import current_account
from nova_app.observability.storage import StorageMetrics, log_storage_fault
from nova_app.persistence.engine import raw_connection
from nova_app.services.fair_turns import FairTurns

logger = logging.getLogger(__name__)

QUERY_SECONDS = 5.0
"""No read of a page or a socket takes a hundredth of it."""
STEPS = 20_000
"""After so many steps of SQLite's machine, well under a millisecond, the time is looked at."""
WAITING_PER_ACCOUNT = 512
WAITING_MAX = 8_192
_T = TypeVar("_T")


class Reader:
    """Runs reads; each sees one moment of the database, whatever is written meanwhile."""

    def __init__(
        self,
        engine: Engine,
        *,
        threads: int,
        metrics: StorageMetrics,
        per_account: int | None = None,
        query_seconds: float = QUERY_SECONDS,
    ) -> None:
        """Read through this engine, which must have a connection per thread.

        Args:
            per_account: So many threads work for one account at once; all of them unless given.
            query_seconds: A read that takes longer is stopped.
        """
        self._engine = engine
        self._query_seconds = query_seconds
        self._turns = FairTurns(
            slots=threads,
            per_key=per_account or threads,
            waiting_per_key=WAITING_PER_ACCOUNT,
            waiting_max=WAITING_MAX,
        )
        self._metrics = metrics
        self._log = OccasionalLog(logger)
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="nova-reader")

    async def run(self, read: Callable[[Session], _T], *, query_seconds: float | None = None) -> _T:
        """Run a read in a thread, when it is the turn of the account that it is for.

        Args:
            query_seconds: Another limit than the reader's.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``: the database could not be read; ``TIMED_OUT``: it took
                too long; ``OVERLOADED``: too much waits.
        """
        try:
            async with self._turns.turn(current_account.get()):
                seconds = query_seconds or self._query_seconds
                return await asyncio.get_running_loop().run_in_executor(self._executor, self._read, read, seconds)
        except (DBAPIError, sqlite3.Error) as fault:
            if _was_stopped(fault):
                self._log.error("stopped", "a query was stopped: it took too long")
                raise Unavailable(ErrorCode.TIMED_OUT) from fault
            if not log_storage_fault(self._log, "the database cannot be read", fault):
                logger.exception("a read failed")
            self._metrics.failed(fault)
            raise Unavailable(ErrorCode.STORAGE_UNAVAILABLE) from fault

    async def close(self) -> None:
        """Let running reads end."""
        await asyncio.to_thread(self._executor.shutdown)

    def _read(self, read: Callable[[Session], _T], seconds: float) -> _T:
        begin = time.perf_counter()
        try:
            with Session(self._engine, expire_on_commit=False) as session:
                raw = raw_connection(session.connection())
                raw.set_progress_handler(lambda: time.perf_counter() > begin + seconds, STEPS)
                try:
                    return read(session)
                finally:
                    raw.set_progress_handler(None, 0)
        finally:
            self._metrics.read(time.perf_counter() - begin)


def _was_stopped(fault: DBAPIError | sqlite3.Error) -> bool:
    cause = fault.orig if isinstance(fault, DBAPIError) else fault
    return isinstance(cause, sqlite3.OperationalError) and cause.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT
