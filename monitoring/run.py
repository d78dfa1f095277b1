"""``make monitoring``: Prometheus and Alertmanager against a Nova, here or elsewhere, until Ctrl-C.

Also starts the prober, and the machine's exporter where it is installed. Without addresses for
Slack and PagerDuty (monitoring/secrets) their messages are printed here.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from monitoring.overlay import OVERLAYS
from monitoring.sink import Notification, Sink
from monitoring.stack import ROOT, ProgramMissing, Stack
from nova_app.persistence.metrics_token import read_metrics_token
from nova_app.settings import InvalidSetting, Settings, load_settings

LONG_TERM_ON_THIS_MACHINE = "http://127.0.0.1:8428/api/v1/write"
PROMETHEUS_PORT, ALERTMANAGER_PORT, NODE_PORT = 9090, 9093, 9100


class PortTaken(RuntimeError):
    """Another program listens where one of these programs has to."""


def main() -> int:
    """Run everything until it is interrupted; returns the exit code."""
    try:
        settings, overlays = load_settings(), _chosen_overlays()
        own_node = not _is_node_exporter(NODE_PORT)
        refuse_taken(_ports_of(settings, own_node=own_node))
    except (InvalidSetting, ValueError, PortTaken) as fault:
        print(f"monitoring: {fault}", file=sys.stderr)
        return 1
    return _run(settings, overlays, own_node=own_node)


def _run(settings: Settings, overlays: list[str], *, own_node: bool) -> int:
    move_figures(settings)
    sink = Sink(_print_notification)
    stack = stack_of(settings, sink, overlays)
    stack.write()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        stack.start()
        if own_node:
            with contextlib.suppress(ProgramMissing):
                stack.start_node_exporter(NODE_PORT)
        stack.processes.append(_start_prober(settings))
        _say(stack, settings)
        ended.wait()
    except (ProgramMissing, RuntimeError) as fault:
        print(f"monitoring: {fault}", file=sys.stderr)
        return 1
    finally:
        stack.stop()
        sink.close()
    return 0


def refuse_taken(ports: Mapping[str, int]) -> None:
    """Look whether the ports are free.

    Raises:
        PortTaken: One is not; the text names it and its program.
    """
    for program, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise PortTaken(
                    f"port {port} ({program}) is taken: stop the program that uses it, maybe another `make monitoring` "
                    "or the distribution's own (systemctl stop prometheus prometheus-alertmanager)"
                ) from None


def _ports_of(settings: Settings, *, own_node: bool) -> Mapping[str, int]:
    ports = {"Prometheus": PROMETHEUS_PORT, "Alertmanager": ALERTMANAGER_PORT, "the prober": settings.probe_port}
    return ports | ({"the node exporter": NODE_PORT} if own_node else {})


def _is_node_exporter(port: int) -> bool:
    """Return whether the machine's figures are served here already, as the distribution's package does."""
    with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        return b"node_" in answer.read()
    return False


def move_figures(settings: Settings) -> None:
    """Move what earlier versions kept within Nova's data, once: a backup of those is not to hold it."""
    old, new = settings.data_dir / "monitoring", settings.monitoring_dir
    if old.is_dir() and not new.exists():
        print(f"monitoring: moving its figures from {old} to {new}", flush=True)
        new.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(old, new)


def stack_of(settings: Settings, sink: Sink, overlays: list[str]) -> Stack:
    """Return the programs with the targets, secrets and addresses of these settings."""
    has_node = any(Path(folder, "prometheus-node-exporter").exists() for folder in os.get_exec_path())
    targets = {
        "nova": [settings.monitoring_origin or f"127.0.0.1:{settings.port}"],
        "nova-prober": [f"127.0.0.1:{settings.probe_port}"],
        "prometheus": [f"127.0.0.1:{PROMETHEUS_PORT}"],
        "alertmanager": [f"127.0.0.1:{ALERTMANAGER_PORT}"],
        "node": [f"127.0.0.1:{NODE_PORT}"] if has_node else [],
    }
    configured = {path.name: path.read_text(encoding="utf-8").strip() for path in _configured_secrets()}
    secrets = {
        "slack_url": f"{sink.address}/slack",
        "pagerduty_key": "none",
        **configured,
        "metrics_token": _metrics_token(settings),
    }
    return Stack(
        settings.monitoring_dir,
        PROMETHEUS_PORT,
        ALERTMANAGER_PORT,
        targets,
        secrets,
        pagerduty_url="" if "pagerduty_key" in configured else f"{sink.address}/pagerduty",
        overlays=overlays,
        long_term_url=os.environ.get("NOVA_LONG_TERM_URL", LONG_TERM_ON_THIS_MACHINE),
        runbooks_url=settings.runbooks_url,
        **({"dashboards_url": settings.dashboards_url} if settings.dashboards_url else {}),
    )


def _metrics_token(settings: Settings) -> str:
    if settings.monitoring_origin:
        return settings.metrics_token or "none"
    return settings.metrics_token or read_metrics_token(settings.data_dir)


def _chosen_overlays() -> list[str]:
    """Those of NOVA_MONITORING_OVERLAYS, separated by commas.

    Raises:
        ValueError: There is no such overlay.
    """
    chosen = [name.strip() for name in os.environ.get("NOVA_MONITORING_OVERLAYS", "").split(",") if name.strip()]
    if unknown := set(chosen) - set(OVERLAYS):
        raise ValueError(f"expected {', '.join(OVERLAYS)} in NOVA_MONITORING_OVERLAYS, got {', '.join(unknown)}")
    return chosen


def _configured_secrets() -> list[Path]:
    return [path for path in (ROOT / "secrets").iterdir() if path.name in ("slack_url", "pagerduty_key")]


def probe_environment(settings: Settings) -> dict[str, str]:
    """Return the environment of the prober: it connects to the Nova that is watched."""
    origin = settings.probe_origin or settings.monitoring_origin
    return {**os.environ, **({"NOVA_PROBE_ORIGIN": origin} if origin else {})}


def _start_prober(settings: Settings) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "nova_app", "probe"],
        stderr=subprocess.DEVNULL,
        cwd=ROOT.parent,
        env=probe_environment(settings),
    )


def _print_notification(notification: Notification) -> None:
    print(f"  {notification.line()}", flush=True)


def _say(stack: Stack, settings: Settings) -> None:
    print(
        f"\n  Prometheus    {stack.prometheus}\n  Alertmanager  {stack.alertmanager}\n"
        f"  They watch {settings.monitoring_origin or f'the Nova on port {settings.port}'}; notifications appear here. "
        "Ctrl-C stops them.\n",
        flush=True,
    )


if __name__ == "__main__":
    raise SystemExit(main())
