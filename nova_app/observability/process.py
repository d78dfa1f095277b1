"""Metrics of the process: what runs, how late the event loop is, background work."""

from __future__ import annotations

import asyncio
import contextlib
import os
import platform
import time
from collections.abc import AsyncIterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from nova_app.observability.metrics import Metrics
from nova_app.settings import ROOT

SAMPLE_SECONDS = 0.5


@contextlib.asynccontextmanager
async def measuring_loop_lag(metrics: Metrics) -> AsyncIterator[None]:
    """Measure, while the block runs, how much later than asked the event loop wakes up."""
    lag = metrics.histogram("nova_event_loop_lag_seconds")

    async def watch() -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + SAMPLE_SECONDS
            await asyncio.sleep(SAMPLE_SECONDS)
            lag.observe(max(0.0, loop.time() - due))

    task = asyncio.create_task(watch())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


class TaskMetrics:
    """Runs of background work."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def succeeded(self, task: str) -> None:
        """Count a run that succeeded, and set the time of the last success."""
        self._metrics.gauge("nova_task_last_success_timestamp_seconds", task).set(time.time())

    def failed(self, task: str) -> None:
        """Count a run that failed."""
        self._metrics.counter("nova_task_failures_total", task).inc()


def build() -> tuple[str, str, str]:
    """Return the version, the revision and the Python version of this process."""
    try:
        number = version("nova-messenger")
    except PackageNotFoundError:
        number = "unknown"
    return number, _revision(ROOT), platform.python_version()


def _revision(root: Path) -> str:
    """Return the commit that is checked out, short; ``unknown`` outside a repository."""
    if named := os.environ.get("NOVA_REVISION"):
        return named[:12]
    try:
        head = (root / ".git" / "HEAD").read_text(encoding="utf-8").strip()
        if head.startswith("ref: "):
            head = (root / ".git" / head.removeprefix("ref: ")).read_text(encoding="utf-8").strip()
    except OSError:
        return "unknown"
    return head[:12]
