"""``make monitoring``: Prometheus and Alertmanager against the Nova on this machine, until Ctrl-C.

Also starts the prober, and the machine's exporter where it is installed. Without addresses for
Slack and PagerDuty (monitoring/secrets) their messages are printed here.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from monitoring.overlay import OVERLAYS
from monitoring.sink import Notification, Sink
from monitoring.stack import ROOT, ProgramMissing, Stack
from nova_app.settings import Settings, load_settings

LONG_TERM_ON_THIS_MACHINE = "http://127.0.0.1:8428/api/v1/write"
PROMETHEUS_PORT, ALERTMANAGER_PORT, NODE_PORT = 9090, 9093, 9100


def main() -> int:
    """Run everything until it is interrupted; returns the exit code."""
    settings = load_settings()
    try:
        overlays = _chosen_overlays()
    except ValueError as fault:
        print(f"monitoring: {fault}", file=sys.stderr)
        return 1
    sink = Sink(_print_notification)
    stack = _stack_of(settings, sink, overlays)
    stack.write()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        stack.start()
        with contextlib.suppress(ProgramMissing):
            stack.start_node_exporter(NODE_PORT)
        stack.processes.append(_start_prober())
        _say(stack, settings)
        ended.wait()
    except (ProgramMissing, RuntimeError) as fault:
        print(f"monitoring: {fault}", file=sys.stderr)
        return 1
    finally:
        stack.stop()
        sink.close()
    return 0


def _stack_of(settings: Settings, sink: Sink, overlays: list[str]) -> Stack:
    has_node = any(Path(folder, "prometheus-node-exporter").exists() for folder in os.get_exec_path())
    targets = {
        "nova": [f"127.0.0.1:{settings.port}"],
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
        "metrics_token": settings.metrics_token or "none",
    }
    return Stack(
        settings.data_dir.resolve() / "monitoring",
        PROMETHEUS_PORT,
        ALERTMANAGER_PORT,
        targets,
        secrets,
        pagerduty_url="" if "pagerduty_key" in configured else f"{sink.address}/pagerduty",
        overlays=overlays,
        long_term_url=os.environ.get("NOVA_LONG_TERM_URL", LONG_TERM_ON_THIS_MACHINE),
    )


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


def _start_prober() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "nova_app", "probe"], stderr=subprocess.DEVNULL)


def _print_notification(notification: Notification) -> None:
    print(f"  {notification.line()}", flush=True)


def _say(stack: Stack, settings: Settings) -> None:
    print(
        f"\n  Prometheus    {stack.prometheus}\n  Alertmanager  {stack.alertmanager}\n"
        f"  They watch the Nova on port {settings.port}; notifications appear here. Ctrl-C stops them.\n",
        flush=True,
    )


if __name__ == "__main__":
    raise SystemExit(main())
