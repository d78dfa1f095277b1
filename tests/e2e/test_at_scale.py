"""A run at scale of seconds: every fault once, hostile clients, an overload, and a model that decides."""

import subprocess
import sys

import pytest

from tests.chaos.scale.report import read
from tests.e2e.conftest import ROOT

SEED = 11


@pytest.mark.usefixtures("pages_built")
def test_nothing_is_lost_doubled_or_reordered_through_every_fault_at_once(tmp_path):
    kept = tmp_path / "report.json"
    # In a process of its own: the browser's loop and the clients' cannot share one.
    command = [sys.executable, "-m", "tests.chaos.scale.run", "--small", "--seed", str(SEED), "--json", str(kept)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-4_000:]
    report = read(kept)
    assert report.is_clean
    assert set(report.faults.values()) == {1}
    assert report.verdict.accepted["message"] >= report.plan["messages"]
    assert report.overload.accepted > 0
