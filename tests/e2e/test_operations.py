"""Starts and stops as an operator makes them: what a server says, and what is left behind."""

import os
import resource
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import ROOT
from tests.e2e.pages import PASSWORD
from tests.processes import free_port, until

MIB = 1024 * 1024
FRAMEWORK = "import fastapi, reflex.app, sqlmodel, uvicorn"
START_RATIO_MAX = 1.9
"""A start's processor time over that of loading the framework alone; `benchmarks/start.py` measures it."""


def serve(directory, **settings):
    """Start ``nova serve`` that is expected to end by itself, and return it."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("NOVA_")}
    environ |= {"NOVA_DATA_DIR": str(directory), "NOVA_PORT": str(free_port()), **settings}
    command = [sys.executable, "-m", "nova_app", "serve", "--no-build"]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=90, check=False)


def cpu_seconds_of(code):
    """The processor time of a Python that runs this."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_a_start_costs_little_more_than_loading_the_framework(start_server):
    before = cpu_seconds_of(FRAMEWORK)
    started = start_server().cpu_seconds()
    framework = max(before, cpu_seconds_of(FRAMEWORK))
    assert started < START_RATIO_MAX * framework, f"{started:.1f} s, the framework alone takes {framework:.1f} s"


@pytest.mark.parametrize(("mode", "step"), [("open", "at {origin}/register"), ("invite", "with `nova users add NAME`")])
def test_only_a_server_without_accounts_asks_for_the_first_one(start_server, mode, step):
    server = start_server(NOVA_REGISTRATION=mode)
    until(lambda: "Nova is at" in server.log(), "a welcome", server.log)
    assert f"Make the first account {step.format(origin=server.origin)}\n" in server.log()
    server.stop()
    server.command("users", "add", "ana")

    before = server.log_size()
    server.start()
    until(lambda: "Nova is at" in server.log_from(before), "a welcome", server.log)
    assert "first account" not in server.log_from(before)


def test_a_second_server_on_the_same_data_says_who_has_it_and_serves_nothing(start_server):
    first = start_server()
    second = serve(first.directory / "data")
    assert (second.returncode, second.stderr.count("\n")) == (2, 1), second.stderr
    assert f"pid {first._process.pid}" in second.stderr
    assert first.origin in second.stderr
    assert httpx.get(f"{first.origin}/readyz").status_code == 200


@pytest.mark.parametrize("host", ["300.1.1.1", "192.0.2.1", "no-such-host.invalid"])
def test_an_address_that_cannot_be_used_is_the_only_line(host, tmp_path):
    done = serve(tmp_path, NOVA_HOST=host)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert host in done.stderr
    assert "NOVA_HOST" in done.stderr


def test_a_port_that_is_taken_is_the_only_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = serve(tmp_path, NOVA_HOST="127.0.0.1", NOVA_PORT=str(taken.getsockname()[1]))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert "NOVA_PORT" in done.stderr


def test_a_stop_in_the_middle_of_an_upload_answers_it_and_logs_no_traceback(start_server):
    server = start_server(NOVA_SHUTDOWN_SECONDS="1")
    with httpx.Client(base_url=server.origin, timeout=30) as client:
        body = {"username": "ana", "display_name": "Ana", "password": PASSWORD}
        client.post("/api/v1/auth/register", json=body).raise_for_status()
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    head = (
        f"POST /api/v1/uploads HTTP/1.1\r\nHost: localhost:{server.port}\r\nCookie: {cookie}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {MIB}\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="file"; filename="f.bin"\r\n\r\nhalf a file'
    )
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(head.encode())
        until(lambda: list((server.directory / "data" / "uploads").rglob("*")), "the beginning of the file")
        server.stop()
        answer = line.recv(65_536).decode()
    assert " 503 " in answer.splitlines()[0]
    assert '"restarting"' in answer
    assert "Traceback" not in server.log()


def test_running_out_of_descriptors_is_said_and_over_when_it_is_over(start_server):
    server = start_server()
    pid = server._process.pid
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    assert resource.prlimit(pid, resource.RLIMIT_NOFILE)[0] == min(hard, 65_536)
    in_use = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (in_use + 18, hard))
    lines = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(12)]
    until(lambda: "no file descriptors are left" in server.log(), "the line", seconds=20)
    for line in lines:
        line.close()
    until(lambda: httpx.get(f"{server.origin}/healthz", timeout=2).status_code == 200, "an answer", seconds=20)
    assert server.log().count("no file descriptors are left") == 1
