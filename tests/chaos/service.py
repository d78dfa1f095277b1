"""Nova installed from a clone and started as its unit starts it, as a user who owns nothing but the data."""

from __future__ import annotations

import os
import pwd
import re
import signal
import subprocess
import time
from pathlib import Path

import httpx

from tests.processes import free_port, until

ROOT = Path(__file__).parents[2]
USER = "nobody"
PYTHON = "/usr/bin/python3"
"""The distribution's: the one that runs the tests may lie where other users cannot read."""
START_SECONDS = 60


class Checkout:
    """A clone of this repository, which belongs to who runs the tests."""

    def __init__(self, directory):
        self.path = directory / "nova"
        subprocess.run(["git", "clone", "--quiet", ROOT, self.path], check=True)
        self.newest = self.git("rev-parse", "HEAD")

    def switch(self, revision):
        """Check this revision out, as `git pull` does."""
        self.git("checkout", "--quiet", revision)

    def git(self, *words):
        """Ask git; gives its answer."""
        done = subprocess.run(["git", *words], cwd=self.path, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def run(self, *command):
        """Run a command in it, without any setting of Nova; gives the seconds it took."""
        begin = time.monotonic()
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("NOVA_", "VIRTUAL_ENV"))}
        done = subprocess.run(
            command,
            cwd=self.path,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command} failed:\n{done.stdout[-2_000:]}"
        return time.monotonic() - begin


class Service:
    """``nova.service`` with ``nova.env``, in other directories and on another port."""

    def __init__(self, code, directory, **settings):
        self.code, self.data, self.port = code, directory / "data", free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.log_path = directory / "journal"
        self.settings = settings
        self._process = None
        self._client = httpx.Client(headers={"Connection": "close"})  # making one costs as much as a start
        for path in (directory, self.data):
            path.mkdir(exist_ok=True)
            os.chown(path, *self.ids())

    @staticmethod
    def ids():
        user = pwd.getpwnam(USER)
        return user.pw_uid, user.pw_gid

    def start(self):
        """Start it and wait until it is ready."""
        self.begin()
        until(self._is_ready, "a server that is ready", self.log, START_SECONDS)

    def begin(self):
        """Start it as systemd does."""
        with self.log_path.open("ab") as log:
            self._process = self._spawn(_command_of_unit(self.code), stdout=log, stderr=log)

    def _is_ready(self):
        assert self._process.poll() is None, f"the server ended:\n{self.log()}"
        return self._client.get(f"{self.origin}/readyz").status_code == 200

    def stop(self):
        """Stop it as systemd does; gives its exit code."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(20)

    def wait(self):
        """Wait for its end; gives its exit code."""
        return self._process.wait(20)

    def nova(self, *words):
        """Run a command beside it, as its user; gives its exit code, its output and its errors."""
        command = [self.code / ".venv" / "bin" / "python", "-m", "nova_app", *words]
        with self._spawn(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def ask(self, *words):
        """Run a command that has to succeed; gives its output."""
        code, out, err = self.nova(*words)
        assert code == 0, f"nova {words}: {code}: {out}{err}"
        return out

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def owner(self):
        """The names of the user that it runs as and of the one that its database belongs to."""
        ids = (Path(f"/proc/{self._process.pid}").stat().st_uid, (self.data / "nova.db").stat().st_uid)
        return [pwd.getpwuid(number).pw_name for number in ids]

    def _spawn(self, command, **options):
        environ = {"PATH": os.defpath, "HOME": "/nonexistent", **_environment_of_unit(), **self.settings}
        environ |= {"NOVA_DATA_DIR": str(self.data), "NOVA_PORT": str(self.port)}
        user, group = self.ids()
        return subprocess.Popen(
            command, cwd=self.code, env=environ, user=user, group=group, extra_groups=[], umask=0o077, **options
        )


def _command_of_unit(code):
    (line,) = re.findall(r"^ExecStart=(.*)$", _unit(), re.MULTILINE)
    return [word.replace("/opt/nova", str(code)) for word in line.split()]


def _environment_of_unit():
    (line,) = re.findall(r"^Environment=(.*)$", _unit(), re.MULTILINE)
    file = (ROOT / "deploy" / "nova.env").read_text()
    return dict(re.findall(r"^(\w+)=(.*)$", file, re.MULTILINE)) | dict(part.split("=", 1) for part in line.split())


def _unit():
    return (ROOT / "deploy" / "nova.service").read_text()
