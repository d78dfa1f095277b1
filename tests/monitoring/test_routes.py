"""Who hears of what, and what is muted, by a real Alertmanager."""

from __future__ import annotations

import functools
import subprocess
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from monitoring.generate import ROOT
from monitoring.sink import Sink
from monitoring.stack import Stack, find_program
from tests import processes
from tests.processes import free_port
from tests.series import read_page, total

until = functools.partial(processes.until, seconds=15)


@pytest.mark.parametrize(
    ("labels", "receivers"),
    [
        ("severity=critical", "pagerduty-critical,slack-critical"),
        ("severity=warning", "slack-warning"),
        ("severity=info", "slack-info"),
        ("severity=unheard-of", "slack-warning"),
        ("alertname=Watchdog severity=none", "dead-man-switch"),
        ("alertname=HostDiskAlmostFull severity=critical component=host", "pagerduty-critical,slack-critical"),
    ],
)
def test_every_severity_has_its_way(labels, receivers):
    asked = ["amtool", "config", "routes", "test", f"--config.file={ROOT / 'alertmanager.yml'}"]
    done = subprocess.run(
        [*asked, f"--verify.receivers={receivers}", *labels.split()], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


class Manager:
    """Alertmanager with its production file, in a hurry; what it sends is kept."""

    def __init__(self, directory):
        self.received = []
        self.sink = Sink(self.received.append)
        secrets = {"slack_url": f"{self.sink.address}/slack", "pagerduty_key": "k", "metrics_token": "none"}
        quick = {("group_wait", "30s"): "0s", ("group_interval", "5m"): "1s"}
        pagerduty = f"{self.sink.address}/pagerduty"
        self.stack = Stack(
            directory, 1, free_port(), {}, secrets, lambda *setting: quick.get(setting, setting[1]), pagerduty
        )
        self.stack.write()
        self._process = subprocess.Popen(
            [
                find_program("alertmanager"),
                f"--config.file={directory / 'alertmanager.yml'}",
                f"--storage.path={directory / 'data'}",
                f"--web.listen-address=127.0.0.1:{self.stack.alertmanager_port}",
                "--cluster.listen-address=",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(lambda: self.get("status"))

    def close(self):
        self._process.terminate()
        self._process.wait(10)
        self.sink.close()

    def get(self, what):
        return httpx.get(f"{self.stack.alertmanager}/api/v2/{what}", timeout=2).json()

    def post(self, name, severity, component, *, is_over=False):
        now = datetime.now(UTC)
        alert = {
            "labels": {"alertname": name, "severity": severity, "service": "nova", "component": component},
            "annotations": {"summary": f"about {name}", "description": "what", "runbook_url": "http://r/"},
            "startsAt": (now - timedelta(seconds=1)).isoformat(),
            "endsAt": (now if is_over else now + timedelta(hours=1)).isoformat(),
        }
        httpx.post(f"{self.stack.alertmanager}/api/v2/alerts", json=[alert], timeout=2).raise_for_status()

    def states(self):
        return {alert["labels"]["alertname"]: alert["status"]["state"] for alert in self.get("alerts")}

    def pass_interval(self):
        """Let a group interval pass for every group: an incident's end is heard one after its beginning."""
        other = ("NovaApiErrorRateHigh", "critical", "api")
        self.post(*other)
        until(lambda: f"about {other[0]}" in self.titles("#nova-critical"))
        self.post(*other, is_over=True)
        until(lambda: f"Resolved: about {other[0]}" in self.titles("#nova-critical"))

    def titles(self, channel):
        return [
            n.body["attachments"][0]["title"]
            for n in self.received
            if n.way == "slack" and n.body["channel"] == channel
        ]


@pytest.fixture
def manager(tmp_path):
    manager = Manager(tmp_path)
    yield manager
    manager.close()


def test_muting_goes_from_a_critical_to_its_own_warning_only(manager):
    table = [
        ("NovaWsErrorRateCritical", "critical", "websocket", "active"),
        ("NovaWsErrorRateHigh", "warning", "websocket", "suppressed"),
        ("NovaDeliveryFailureCritical", "critical", "delivery", "active"),
        ("NovaDeliveryFailureHigh", "warning", "delivery", "suppressed"),
        ("NovaAllInstancesDown", "critical", "app", "active"),
        ("NovaRateLimitingHigh", "info", "api", "active"),
        ("NovaReconnectionRateHigh", "warning", "websocket", "active"),
        ("NovaQueueBacklog", "warning", "queue", "active"),
        ("NovaApiErrorRateHigh", "critical", "api", "active"),
        ("HostDiskAlmostFull", "critical", "host", "active"),
    ]
    for name, severity, component, _ in table:
        manager.post(name, severity, component)
    wanted = {name: state for name, _, _, state in table}

    until(lambda: manager.states() == wanted)


def test_one_instance_that_is_down_mutes_nothing(manager):
    manager.post("NovaInstanceDown", "critical", "app")
    manager.post("NovaRateLimitingHigh", "info", "api")

    until(lambda: manager.states() == {"NovaInstanceDown": "active", "NovaRateLimitingHigh": "active"})


def test_what_was_muted_alerts_again_at_its_next_incident(manager):
    """The order that keep_firing_for makes: the critical ends first, then the warning, heard."""
    warning, critical = ("NovaWsErrorRateHigh", "warning"), ("NovaWsErrorRateCritical", "critical")
    manager.post(*warning, "websocket")
    until(lambda: len(manager.titles("#nova-warnings")) == 1)
    manager.post(*critical, "websocket")
    until(lambda: manager.states().get(warning[0]) == "suppressed")
    manager.post(*critical, "websocket", is_over=True)
    until(lambda: manager.states().get(warning[0]) == "active")
    manager.post(*warning, "websocket", is_over=True)
    until(lambda: "Resolved: about NovaWsErrorRateHigh" in manager.titles("#nova-warnings"))
    manager.post(*warning, "websocket")

    until(lambda: manager.titles("#nova-warnings").count("about NovaWsErrorRateHigh") == 2)


def test_a_warning_goes_on_for_longer_than_the_critical_that_mutes_it():
    from monitoring.alerts import ALERTS

    by_name = {alert.name: alert for alert in ALERTS}
    minutes = {"": 0, "2m": 2, "15m": 15}
    group_interval = 5
    for critical, warning in (
        ("NovaWsErrorRateCritical", "NovaWsErrorRateHigh"),
        ("NovaDeliveryFailureCritical", "NovaDeliveryFailureHigh"),
    ):
        assert by_name[critical].rule.split(" > ")[0] == by_name[warning].rule.split(" > ")[0]
        assert minutes[by_name[warning].keep] > minutes[by_name[critical].keep] + group_interval


def test_a_page_and_its_end_share_a_key_and_nothing_is_empty(manager):
    manager.post("NovaInstanceDown", "critical", "app")
    until(lambda: len(manager.received) >= 2)
    manager.post("NovaInstanceDown", "critical", "app", is_over=True)
    until(lambda: len(manager.received) >= 4)

    pages = [n.body for n in manager.received if n.way == "pagerduty"]
    assert [page["event_action"] for page in pages] == ["trigger", "resolve"]
    assert pages[0]["dedup_key"] == pages[1]["dedup_key"]
    assert pages[0]["routing_key"] == "k"
    assert pages[0]["payload"]["summary"] == "about NovaInstanceDown"
    assert pages[0]["links"][0]["href"] == "http://r/"
    slack = [n.body for n in manager.received if n.way == "slack"]
    assert [(body["channel"], body["attachments"][0]["color"]) for body in slack] == [
        ("#nova-critical", "danger"),
        ("#nova-critical", "good"),
    ]
    assert "<no value>" not in str(manager.received)
    assert all(body["attachments"][0]["title"] and body["attachments"][0]["text"] for body in slack)


def test_what_ended_while_everything_was_down_alerts_at_its_next_incident(manager):
    info, down = ("NovaRateLimitingHigh", "info", "api"), ("NovaAllInstancesDown", "critical", "app")
    manager.post(*info)
    until(lambda: manager.titles("#nova-info") == ["about NovaRateLimitingHigh"])
    manager.post(*down)
    until(lambda: down[0] in manager.states())
    manager.post(*info, is_over=True)
    until(lambda: info[0] not in manager.states())
    manager.pass_interval()
    manager.post(*down, is_over=True)
    until(lambda: down[0] not in manager.states())
    manager.post(*info)

    until(lambda: len(manager.titles("#nova-info")) == 2)


QUICK = {
    **dict.fromkeys(("scrape_interval", "scrape_timeout", "evaluation_interval", "group_interval"), "1s"),
    "for": "2s",
    "group_wait": "5s",
}


@pytest.fixture
def pair(tmp_path):
    """Two Prometheis side by side, each with its own name, and one Alertmanager; and what was sent."""
    received = []
    sink = Sink(received.append)
    secrets = {"slack_url": f"{sink.address}/slack", "pagerduty_key": "k", "metrics_token": "none"}
    manager, ports = free_port(), (free_port(), free_port())
    targets = {"alertmanager": [f"127.0.0.1:{manager}"]}
    first, second = (
        Stack(
            *(tmp_path / name, port, manager, targets, secrets),
            hurry=lambda key, value, name=name: (QUICK | {"replica": name}).get(key, value),
            pagerduty_url=f"{sink.address}/pagerduty",
            flags=("--rules.alert.resend-delay=1s",),
        )
        for name, port in zip("ab", ports, strict=True)
    )
    for stack in (first, second):
        stack.write()
    try:
        first.start()
        second.start_prometheus()
        yield first, second, received
    finally:
        second.stop()
        first.stop()
        sink.close()


ROUND = 2
"""A page looks at what was sent already for each of its receivers."""


def count(address, name):
    return total(read_page(httpx.get(f"{address}/metrics").raise_for_status().text), name)


def report_count(stack):
    """How many alerts a Prometheus has sent to Alertmanager."""
    return count(stack.prometheus, "prometheus_notifications_sent_total")


def look_count(stack):
    """How often Alertmanager has asked what it had sent."""
    return count(stack.alertmanager, "alertmanager_nflog_queries_total")


def test_two_prometheis_that_see_the_same_page_once(pair):
    first, second, received = pair

    def fires(stack):
        alerts = httpx.get(f"{stack.prometheus}/api/v1/alerts").json()["data"]["alerts"]
        return "NovaAbsent" in {a["labels"]["alertname"] for a in alerts if a["state"] == "firing"}

    until(lambda: fires(first) and fires(second))
    until(lambda: [n for n in received if n.way == "pagerduty"])
    reports = [report_count(stack) for stack in (first, second)]
    until(lambda: all(report_count(stack) > count for stack, count in zip((first, second), reports, strict=True)))
    looks = look_count(first)
    until(lambda: look_count(first) > looks + ROUND)  # at what both have reported since

    alerts = httpx.get(f"{first.alertmanager}/api/v2/alerts").json()
    (absent,) = [alert for alert in alerts if alert["labels"]["alertname"] == "NovaAbsent"]
    assert "replica" not in absent["labels"]
    notified = [n.body["payload"]["summary"] for n in received if n.way == "pagerduty"]
    assert len(notified) == len(set(notified))
