"""The files that a deployment takes: valid, complete, and about series that exist."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from monitoring.alerts import ALERTS, OPTIONAL
from monitoring.dashboards import DASHBOARDS
from monitoring.generate import ROOT
from monitoring.names import names_in
from monitoring.queries import EVERY_RECORD, names_used, queries
from monitoring.stack import Stack
from monitoring.yaml_files import read_yaml, to_yaml
from nova_app.observability.catalogue import FAMILIES, PROBE

EVERY = (*ALERTS, *(alert for alerts in OPTIONAL.values() for alert in alerts))
STANDARD = (
    "up",
    "ALERTS",
    "scrape_",
    "process_",
    "node_",
    "prometheus_",
    "alertmanager_",
)
"""What Prometheus, its parts and the usual exporters serve."""


def known():
    names = set(EVERY_RECORD)
    for family in (*FAMILIES, *PROBE):
        names.add(family.name)
        if family.kind == "histogram":
            names |= {f"{family.name}_{part}" for part in ("bucket", "sum", "count")}
    return names


@pytest.mark.parametrize(("where", "expr"), list(queries()), ids=lambda value: value[:60])
def test_every_series_that_is_named_exists(where, expr):
    unknown = {name for name in names_in(expr) - known() if not name.startswith(STANDARD)}
    assert not unknown, where


def test_every_family_is_shown_or_watched():
    used = names_used()
    bases = {re.sub(r"_(bucket|sum|count)$", "", name) for name in used} | used
    shown = {family.name for family in (*FAMILIES, *PROBE)}
    assert shown - bases == set()


def test_rules_are_lint_clean():
    files = sorted(map(str, [*(ROOT / "rules").glob("*.yml"), *(ROOT / "overlays" / "rules").glob("*.yml")]))
    done = subprocess.run(
        ["promtool", "check", "rules", "--lint=all", "--lint-fatal", *files], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_alert_is_labelled_and_has_words():
    for alert in EVERY:
        assert alert.severity in {"critical", "warning", "info", "none"}
        assert alert.component
        assert alert.summary
        assert alert.description.endswith(".")
        assert alert.dashboard in DASHBOARDS
        assert "{threshold}" not in alert.rule
    assert len([alert for alert in ALERTS if alert.severity != "none"]) >= 40


RULE_FILES = sorted([*(ROOT / "rules").glob("alerts-*.yml"), *(ROOT / "overlays" / "rules").glob("*.yml")])


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_every_alert_says_whom_it_is_for_and_where_to_look(path):
    """As Prometheus reads them: a missing label would be equal to another missing one in inhibition."""
    rules = [rule for group in read_yaml(path)["groups"] for rule in group["rules"] if "alert" in rule]
    assert rules
    for rule in rules:
        assert set(rule["labels"]) == {"severity", "service", "component"}, rule["alert"]
        assert set(rule["annotations"]) == {"summary", "description", "runbook_url", "dashboard_url"}, rule["alert"]
        assert all([*rule["labels"].values(), *rule["annotations"].values()]), rule["alert"]
        page = rule["annotations"]["runbook_url"].rpartition("/")[2]
        assert (ROOT / "runbooks" / page).is_file(), rule["alert"]
        board = rule["annotations"]["dashboard_url"].rpartition("/nova-")[2]
        assert (ROOT / "grafana" / "dashboards" / f"{board}.json").is_file(), rule["alert"]


HEADINGS = ["Meaning", "Impact", "Diagnosis", "Mitigation", "Verification", "Escalation"]


def test_every_alert_has_a_runbook_and_every_runbook_an_alert():
    pages = {path.stem: path.read_text() for path in (ROOT / "runbooks").glob("*.md")}
    assert set(pages) == {alert.name for alert in EVERY}
    for name, text in pages.items():
        assert re.findall(r"^## (.*)$", text, re.MULTILINE) == HEADINGS, name
        blocks = re.findall(r"## (\w+)\n\n(.*?)(?=\n## |\Z)", text, re.DOTALL)
        assert all(body.strip() for _, body in blocks), name


def test_the_mission_s_thresholds_are_these():
    thresholds = {alert.name: alert.threshold for alert in ALERTS}
    assert thresholds["NovaWsErrorRateCritical"] == 0.15
    assert thresholds["NovaWsErrorRateHigh"] == 0.05
    assert thresholds["NovaDeliveryFailureCritical"] == 0.10
    assert thresholds["NovaFailedQueueLarge"] == 500
    assert thresholds["NovaReconnectionRateHigh"] == 10
    assert thresholds["NovaSearchSlow"] == 2
    assert thresholds["NovaQueueBacklog"] == 1000


def test_alert_thresholds_on_durations_are_bucket_bounds():
    bounds = {f"{family.name}": set(map(float, family.buckets)) for family in (*FAMILIES, *PROBE) if family.buckets}
    for alert in ALERTS:
        for name in names_in(alert.rule):
            source = name.split(":")[1] if ":" in name else re.sub(r"_bucket$", "", name)
            if source in bounds and (":p9" in name or "_bucket" in name):
                assert alert.threshold in bounds[source], alert.name


@pytest.fixture
def laid_out(tmp_path):
    secrets = {"slack_url": "http://x/", "pagerduty_key": "k", "metrics_token": "t"}
    stack = Stack(tmp_path / "stack", 1, 2, {"nova": ["127.0.0.1:3000"]}, secrets)
    stack.write()
    return stack.directory


def test_configurations_are_valid_as_they_are_laid_out(laid_out):
    config = ["promtool", "check", "config", str(laid_out / "prometheus.yml")]
    assert subprocess.run(config, capture_output=True, check=False).returncode == 0
    manager = ["amtool", "check-config", str(laid_out / "alertmanager.yml")]
    assert subprocess.run(manager, capture_output=True, check=False).returncode == 0
    found, shipped = read_yaml(laid_out / "prometheus.yml"), read_yaml(ROOT / "prometheus.yml")
    own, left_open = found["global"]["external_labels"], shipped["global"]["external_labels"]
    assert own.pop("runbooks") == "http://localhost:1/user/runbooks"
    assert own.pop("dashboards") == "http://localhost:3001/d"
    assert (left_open.pop("runbooks"), left_open.pop("dashboards")) == (
        "${NOVA_RUNBOOKS_URL}",
        "${NOVA_DASHBOARDS_URL}",
    )
    assert found == shipped


def test_twelve_jobs_with_limits_find_their_targets_in_files():
    config = read_yaml(ROOT / "prometheus.yml")
    jobs = config["scrape_configs"]
    assert len(jobs) == 12
    for job in jobs:
        assert job["sample_limit"], job["job_name"]
        assert job["body_size_limit"], job["job_name"]
        assert job.get("scrape_interval", "15s") in {"15s", "30s", "60s"}
        (found,) = job["file_sd_configs"]
        assert [(ROOT / name).is_file() for name in found["files"]] == [True]
        assert "static_configs" not in job


COMPOSE = ROOT / "docker-compose.monitoring.yml"


def compose(*arguments, file=COMPOSE, password="one of its own"):
    command = ["docker-compose", "-f", str(file), *arguments]
    environ = {**os.environ, "NOVA_GRAFANA_PASSWORD": password}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


def test_compose_is_valid_and_a_fault_would_be_seen(tmp_path):
    assert compose("config", "--quiet").returncode == 0
    assert "NOVA_GRAFANA_PASSWORD" in compose("config", "--quiet", password="").stderr
    broken = tmp_path / "broken.yml"
    content = read_yaml(COMPOSE)
    content["services"]["prometheus"]["healthcheck"]["interval"] = "15 apples"
    broken.write_text(to_yaml(content))
    assert compose("config", "--quiet", file=broken).returncode != 0


def test_compose_pins_checks_restarts_and_keeps_to_this_machine():
    services = read_yaml(COMPOSE)["services"]
    assert set(services) == {"prometheus", "alertmanager", "grafana", "node_exporter"}
    for name, service in services.items():
        assert re.search(r":v?\d+\.\d+\.\d+$", service["image"]), name
        assert service["healthcheck"]["test"], name
        assert service["restart"] == "unless-stopped", name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            assert not source.startswith("./") or (ROOT / source).exists(), volume
    flags = services["prometheus"]["command"]
    assert "--storage.tsdb.retention.time=30d" in flags
    assert any(flag.startswith("--storage.tsdb.retention.size=") for flag in flags)
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert published == ["127.0.0.1:9090:9090", "127.0.0.1:9093:9093", "127.0.0.1:3001:3000"]


def test_secrets_are_never_in_the_repository():
    tracked = subprocess.check_output(["git", "ls-files", str(ROOT / "secrets")], text=True, cwd=ROOT)
    names = {Path(line).name for line in tracked.split()}
    assert all(name == ".gitignore" or name.endswith(".example") for name in names)
    text = (ROOT / "alertmanager.yml").read_text()
    assert "hooks.slack.com" not in text
    assert (
        text.count("pagerduty_configs") == text.count("routing_key_file: /etc/alertmanager/secrets/pagerduty_key") == 1
    )


@pytest.mark.parametrize("path", sorted((ROOT / "grafana" / "dashboards").glob("*.json")), ids=lambda path: path.stem)
def test_dashboards_keep_the_rules_of_the_trade(path):
    board = json.loads(path.read_text())
    source = read_yaml(ROOT / "grafana" / "provisioning" / "datasources" / "prometheus.yml")
    uid = source["datasources"][0]["uid"]
    assert board["uid"] == f"nova-{path.stem}"
    assert board["editable"] is False
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    for panel in board["panels"]:
        assert panel["title"], path.stem
        assert panel["description"], panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert panel["datasource"]["uid"] == uid
        assert [target["refId"] for target in panel["targets"]] == list("ABCDEFG"[: len(panel["targets"])])
        for target in panel["targets"]:
            for name in re.findall(r"\w+_total\b", target["expr"]):
                assert re.search(rf"(rate|increase)\({name}", target["expr"]), target["expr"]
    spots = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in board["panels"]]
    assert len(set(spots)) == len(spots), "panels lie on each other"
