"""Runs work in a process of its own: what it loads and leaves in memory is gone with it."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TypeVar

ORPHAN_LOOK_SECONDS = 0.5

_T = TypeVar("_T")


def run_apart(work: Callable[[], _T]) -> _T:
    """Return what the work returns, or raise what it raises; both have to be picklable.

    Where other threads run or the platform cannot fork, the work is done in this process.
    """
    if threading.active_count() > 1 or "fork" not in multiprocessing.get_all_start_methods():
        return work()
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_report, args=(work, there), name="nova-apart")
    child.start()
    there.close()
    try:
        is_done, result = here.recv()
    except EOFError:
        raise SystemExit(1) from None  # it has said why
    finally:
        child.join()
        here.close()
    if is_done:
        return result  # type: ignore[no-any-return]
    raise result


def _report(work: Callable[[], object], there: Connection) -> None:
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    try:
        outcome = (True, work())
    except Exception as fault:  # noqa: BLE001 - raised again in the process that waits
        outcome = (False, fault)
    there.send(outcome)


def _end_with(parent: int) -> None:
    """Leave nothing to an orphan: a transaction that is open is undone."""
    while os.getppid() == parent:
        time.sleep(ORPHAN_LOOK_SECONDS)
    os._exit(1)
