"""Plain ``reflex run``: pages and backend on two ports, signing in and sending across them."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT
from tests.processes import answers, free_port, until

START_SECONDS = 90
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".web", "node_modules", "data", ".*_cache", "__pycache__")


@pytest.fixture
def development(tmp_path):
    """``reflex run`` in a copy of the project, so that the production build stays as it is."""
    project = tmp_path / "project"
    shutil.copytree(ROOT, project, ignore=NOT_COPIED)
    pages, backend = free_port(), free_port()
    programs = Path(sys.executable).parent
    environ = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(project),
        "NOVA_DATA_DIR": str(tmp_path / "development-data"),
        "NOVA_REGISTRATION": "open",
        "REFLEX_TELEMETRY_ENABLED": "false",
    }
    command = [programs / "reflex", "run", "--frontend-port", str(pages), "--backend-port", str(backend)]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=project, env=environ, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_until_ready(process, (pages, "/register"), (backend, "/readyz"), log=tmp_path / "log")
        yield f"http://localhost:{pages}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)


def _wait_until_ready(process, *places, log):
    def words():
        return log.read_text(encoding="utf-8", errors="replace")[-4_000:]

    for place in places:
        until(lambda place=place: process.poll() is not None or answers(*place), "a page", words, START_SECONDS)
    assert process.poll() is None, words()


def test_signing_in_and_sending_across_two_ports(development, person):
    ana, ben = (person(name, origin=development, register=False) for name in ("ana", "ben"))
    # The API is on another port than the pages: the page knows which.
    ana.register()
    ben.register()

    room = ana.start_group_in_page("Development", "ben")
    ben.open(room)
    ana.write("across two ports")

    ben.expect_texts("across two ports")
    ana.expect_state("across two ports", "delivered", "read")
