"""Many programs of tests/messaging: what people do with messages, and every fault, against the model."""

from __future__ import annotations

import secrets
import tempfile
import time
import traceback
from pathlib import Path

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.messaging.machine import running

STEPS_MAX = 40


def message_runs(programs, number=None):
    """Run so many programs; lines of the report, and whether all devices showed what the model says.

    Args:
        programs: How many sequences of steps.
        number: The seed of an earlier run, to see it again.
    """
    number = secrets.randbits(32) if number is None else number
    print(f"messages against the model: seed {number}", flush=True)
    chosen = settings(
        max_examples=programs,
        stateful_step_count=STEPS_MAX,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="nova-model-") as directory, running(Path(directory) / "data") as machine:
        try:
            run_state_machine_as_test(seed(number)(machine), settings=chosen)
            outcome, is_clean = "all devices showed what the model says", True
        except Exception:  # noqa: BLE001 - whatever it is, the report says so
            traceback.print_exc()
            outcome, is_clean = "BROKEN: a device showed something else", False
    seconds = time.monotonic() - begin
    line = f"- {programs} programs of up to {STEPS_MAX} steps, seed {number}, {seconds:.0f} s: {outcome}"
    print(line, flush=True)
    return ["## Messages on several devices against the model", "", line], is_clean
