"""The real Prometheus and Alertmanager on this machine, without containers, from the files beside this one."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from monitoring.overlay import LONG_TERM_URL, prometheus_config
from monitoring.yaml_files import map_values, read_yaml, to_yaml

ROOT = Path(__file__).parent
READY_SECONDS = 30
PROGRAMS = {
    "prometheus": ("prometheus",),
    "alertmanager": ("prometheus-alertmanager", "alertmanager"),
    "node": ("prometheus-node-exporter", "node_exporter"),
}
"""The names of each program: in distributions, and upstream."""
PACKAGES = "prometheus prometheus-alertmanager prometheus-node-exporter"
JOBS = tuple(path.stem for path in sorted((ROOT / "targets").glob("*.json")))


class ProgramMissing(RuntimeError):
    """A program is not installed; the text says how to get it."""


@dataclass(slots=True)
class Stack:
    """One Prometheus with its Alertmanager in a directory of their own.

    Attributes:
        directory: Where configuration, targets, secrets and data lie.
        targets: The targets of each job that there is, as ``host:port`` or as an origin; the others are empty.
        secrets: The content of secrets/ by file name.
        hurry: Makes another value of a key and its value in the configurations, so that tests need not wait minutes.
        pagerduty_url: Another address for PagerDuty, for trying it out.
        flags: What Prometheus is started with besides.
        overlays: Which of monitoring/overlays are taken.
        long_term_url: Where the one for long-term storage sends to.
        runbooks_url: Where alerts say that the runbooks are; empty: in this Prometheus.
        dashboards_url: Where they say that the dashboards are.
    """

    directory: Path
    prometheus_port: int
    alertmanager_port: int
    targets: Mapping[str, Sequence[str]]
    secrets: Mapping[str, str]
    hurry: Callable[[str, Any], Any] | None = None
    pagerduty_url: str = ""
    flags: Sequence[str] = ()
    overlays: Sequence[str] = ()
    long_term_url: str = LONG_TERM_URL
    runbooks_url: str = ""
    dashboards_url: str = "http://localhost:3001/d"
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def prometheus(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.prometheus_port}"

    @property
    def alertmanager(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.alertmanager_port}"

    def write(self) -> None:
        """Lay out the files: those of this repository, with this machine's targets and secrets."""
        for folder in ("rules", "overlays", "templates", "targets", "secrets", "assets"):
            shutil.rmtree(self.directory / folder, ignore_errors=True)
            (self.directory / folder).mkdir(parents=True)
        shutil.copytree(ROOT / "runbooks", self.directory / "assets" / "runbooks")
        prometheus = prometheus_config(read_yaml(ROOT / "prometheus.yml"), self.overlays, url=self.long_term_url)
        self._lay("prometheus.yml", map_values(prometheus, lambda _key, value: self._address(value)))
        self._lay("alertmanager.yml", self._with_ways(read_yaml(ROOT / "alertmanager.yml")))
        for path in (ROOT / "rules").glob("*.yml"):
            self._lay(f"rules/{path.name}", read_yaml(path))
        for path in (ROOT / "overlays" / "rules").glob("*.yml"):
            if path.stem in self.overlays:
                self._lay(f"overlays/{path.name}", read_yaml(path))
        for path in (ROOT / "templates").glob("*.tmpl"):
            shutil.copy(path, self.directory / "templates")
        self._write_targets()
        self._write_secrets()

    def _address(self, value: Any) -> Any:
        """What prometheus.yml leaves to the environment: older ones read it only when they are asked to."""
        addresses = {
            "${NOVA_RUNBOOKS_URL}": self.runbooks_url or f"http://localhost:{self.prometheus_port}/user/runbooks",
            "${NOVA_DASHBOARDS_URL}": self.dashboards_url,
        }
        return addresses.get(value, value) if isinstance(value, str) else value

    def _lay(self, name: str, content: Any) -> None:
        hurried = map_values(content, self.hurry) if self.hurry else content
        (self.directory / name).write_text(to_yaml(hurried), encoding="utf-8")

    def _with_ways(self, config: dict[str, Any]) -> dict[str, Any]:
        """Alertmanager's file with this machine's paths and, for trying it out, another PagerDuty."""
        if self.pagerduty_url:
            config["global"]["pagerduty_url"] = self.pagerduty_url
        return map_values(config, lambda _key, value: self._on_this_machine(value))

    def _on_this_machine(self, value: Any) -> Any:
        inside = "/etc/alertmanager/"
        is_path = isinstance(value, str) and value.startswith(inside)
        return str(self.directory.resolve() / value.removeprefix(inside)) if is_path else value

    def _write_targets(self) -> None:
        for job in JOBS:
            found = self.targets.get(job, ())
            plain = [target for target in found if "//" not in target]
            groups = [{"targets": plain}] if plain else []
            groups += [_remote_group(target) for target in found if target not in plain]
            (self.directory / "targets" / f"{job}.json").write_text(json.dumps(groups))

    def _write_secrets(self) -> None:
        (self.directory / "secrets").chmod(0o700)
        for name, secret in self.secrets.items():
            (self.directory / "secrets" / name).write_text(secret)

    def start(self) -> None:
        """Start both and wait until they answer.

        Raises:
            ProgramMissing: One of them is not installed.
            RuntimeError: One of them does not come up; its log is in the directory.
        """
        self._run(
            "alertmanager",
            f"--config.file={self.directory / 'alertmanager.yml'}",
            f"--storage.path={self.directory / 'alertmanager-data'}",
            f"--web.listen-address=127.0.0.1:{self.alertmanager_port}",
            "--cluster.listen-address=",
        )
        self.start_prometheus()
        self._wait_for(f"{self.alertmanager}/-/ready")

    def start_prometheus(self) -> None:
        """Start Prometheus alone and wait until it answers, beside an Alertmanager that runs already."""
        self._run(
            "prometheus",
            f"--config.file={self.directory / 'prometheus.yml'}",
            f"--storage.tsdb.path={self.directory / 'prometheus-data'}",
            "--storage.tsdb.retention.time=30d",
            f"--storage.tsdb.retention.size={os.environ.get('NOVA_PROMETHEUS_MAX_SIZE', '5GB')}",
            f"--web.listen-address=127.0.0.1:{self.prometheus_port}",
            "--web.enable-lifecycle",
            f"--web.user-assets={self.directory / 'assets'}",
            *self.flags,
        )
        self._wait_for(f"{self.prometheus}/-/ready")

    def start_node_exporter(self, port: int) -> None:
        """Serve the machine's figures."""
        self._run("node", f"--web.listen-address=127.0.0.1:{port}")

    def stop(self) -> None:
        """Stop everything that was started, by its process."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15)
            process.kill()
        self.processes.clear()

    def _wait_for(self, url: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            self._refuse_ended()
            with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
                if answer.status == 200:  # noqa: PLR2004 - ready
                    return
            time.sleep(0.1)
        raise RuntimeError(f"{url} does not answer; the logs are in {self.directory}")

    def _refuse_ended(self) -> None:
        """Whoever answers at the port of a program that has ended is another one."""
        for process in self.processes:
            if process.poll() is not None:
                name = next((name for name, names in PROGRAMS.items() if Path(process.args[0]).name in names), "prober")
                raise RuntimeError(f"{name} ended; its log is {self.directory / f'{name}.log'}")

    def _run(self, program: str, *arguments: str) -> None:
        log = (self.directory / f"{program}.log").open("ab")
        process = subprocess.Popen([find_program(program), *arguments], stdout=log, stderr=log, cwd=self.directory)  # noqa: S603 - a fixed program
        log.close()
        self.processes.append(process)


def _remote_group(origin: str) -> dict[str, Any]:
    """The target of an origin; a proxy serves it at the port of its scheme."""
    parts = urlsplit(origin)
    port = parts.port or {"https": 443}.get(parts.scheme, 80)
    return {"targets": [f"{parts.hostname}:{port}"], "labels": {"__scheme__": parts.scheme}}


def find_program(name: str) -> str:
    """Where a program is.

    Raises:
        ProgramMissing: It is not installed.
    """
    found = next((path for path in map(shutil.which, PROGRAMS[name]) if path), None)
    if found is None:
        raise ProgramMissing(f"{PROGRAMS[name][0]} is not installed. On Debian and Ubuntu: apt-get install {PACKAGES}")
    return found
