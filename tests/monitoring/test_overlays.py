"""What a deployment may add: each overlay is valid, complete, and does what it is for."""

from __future__ import annotations

import math
import os
import random
import re
import subprocess

import pytest
import yaml
from prometheus_client import generate_latest

from monitoring.alerts import ALERTS, OPTIONAL
from monitoring.alerts.anomaly import EXPECTED, FIGURES, SCORE
from monitoring.generate import ROOT
from monitoring.names import names_in
from monitoring.overlay import ANOMALY, COARSER, COST, LONG_TERM, OVERLAYS
from monitoring.queries import names_used
from monitoring.stack import Stack
from monitoring.yaml_files import read_yaml
from nova_app.api.app import list_routes
from nova_app.observability.instruments import create_instruments
from tests.monitoring.cases import as_test, run_promtool
from tests.series import read_page

BASE = ROOT / "docker-compose.monitoring.yml"
FOLDER = ROOT / "overlays"
CHOICES = [[ANOMALY], [COST], [LONG_TERM], [COST, LONG_TERM], [ANOMALY, COST, LONG_TERM]]


def files_of(overlays):
    files = [FOLDER / f"docker-compose.{name}.yml" for name in overlays]
    return [*files, FOLDER / "docker-compose.cost.long-term.yml"] if {COST, LONG_TERM} <= set(overlays) else files


def composed(overlays):
    """What Compose makes of the files together."""
    arguments = [word for path in (BASE, *files_of(overlays)) for word in ("-f", str(path))]
    environ = {**os.environ, "NOVA_GRAFANA_PASSWORD": "one of its own"}
    command = ["docker-compose", *arguments, "config"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return yaml.safe_load(done.stdout)


def mounts(service):
    return {mount["target"]: mount["source"] for mount in service["volumes"]}


def test_no_program_of_the_containers_has_a_password_that_everybody_knows():
    passwords = re.findall(r"PASSWORD: (.*)", BASE.read_text())
    assert passwords == ["${NOVA_GRAFANA_PASSWORD:?set it to a password of your own}"]


@pytest.mark.parametrize("overlays", CHOICES, ids="+".join)
def test_compose_takes_them_together(overlays):
    services = composed(overlays)["services"]
    found = mounts(services["prometheus"])
    assert (LONG_TERM in overlays) == ("long-term" in services)
    named = [name for name in (COST, LONG_TERM) if name in overlays]
    file = FOLDER / f"prometheus.{'.'.join(named)}.yml" if named else ROOT / "prometheus.yml"
    assert found["/etc/prometheus/prometheus.yml"] == str(file)
    for service in services.values():
        assert re.search(r":v?\d+\.\d+\.\d+$", service["image"])
        assert service["healthcheck"]["test"]
        assert service["restart"] == "unless-stopped"
        assert all(port["host_ip"] == "127.0.0.1" for port in service.get("ports", []))
        for source in mounts(service).values():
            assert not source.startswith(str(ROOT)) or (ROOT / source).exists(), source
    for name in set(overlays) & set(OPTIONAL):
        assert found[f"/etc/prometheus/overlays/{name}.yml"] == str(FOLDER / "rules" / f"{name}.yml")


def test_grafana_keeps_its_first_source_beside_the_long_one():
    sources = mounts(composed([LONG_TERM])["services"]["grafana"])["/etc/grafana/provisioning/datasources"]
    assert sources == str(FOLDER / "datasources")
    own = (ROOT / "grafana" / "provisioning" / "datasources" / "prometheus.yml").read_text()
    assert (FOLDER / "datasources" / "prometheus.yml").read_text() == own
    added = read_yaml(FOLDER / "datasources" / "long-term.yml")["datasources"]
    assert [(source["uid"], source["url"]) for source in added] == [("nova-long-term", "http://long-term:8428")]


@pytest.mark.parametrize("overlays", CHOICES, ids="+".join)
def test_prometheus_takes_them_together(overlays, tmp_path):
    stack = Stack(tmp_path, 1, 2, {}, {"metrics_token": "t"}, overlays=overlays)
    stack.write()
    done = subprocess.run(
        ["promtool", "check", "config", str(tmp_path / "prometheus.yml")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert {path.stem for path in (tmp_path / "overlays").glob("*.yml")} == set(overlays) & set(OPTIONAL)
    jobs = read_yaml(tmp_path / "prometheus.yml")["scrape_configs"]
    assert len(jobs) == 12
    assert all(job["sample_limit"] and job["file_sd_configs"] for job in jobs)


def test_the_overlays_are_these():
    assert {path.name for path in FOLDER.glob("docker-compose.*.yml")} == {
        f"docker-compose.{name}.yml" for name in (*OVERLAYS, "cost.long-term")
    }


def relabelled(page, overlays):
    """The series of a page that the configuration of a job keeps, as Prometheus applies it."""
    config = read_yaml(FOLDER / f"prometheus.{'.'.join(overlays)}.yml")
    (job,) = [job for job in config["scrape_configs"] if job["job_name"] == "nova"]
    kept = []
    for name, *pairs in read_page(page):
        labels = {"__name__": name, **dict(pairs)}
        if all(_passes(rule, labels) for rule in job["metric_relabel_configs"]):
            kept.append(labels)
    return kept


def _passes(rule, labels):
    value = ";".join(labels.get(label, "") for label in rule["source_labels"])
    found = re.fullmatch(rule["regex"], value) is not None
    return found if rule["action"] == "keep" else not found


def test_cost_halves_what_is_stored_and_leaves_every_rule_its_series():
    page = generate_latest(create_instruments(list_routes()).metrics.registry).decode()
    everything = read_page(page)
    kept = relabelled(page, [COST])

    # Half as often, and fewer: at most four tenths of the samples.
    assert len(kept) / len(everything) / 2 < 0.4
    served = {name for name, *_ in everything}
    assert served & names_used() == {labels["__name__"] for labels in kept} & names_used()


def test_cost_leaves_the_bounds_that_alerts_decide_at():
    for alert in ALERTS:
        for name, bounds in COARSER.items():
            if any(name in series for series in names_in(alert.rule)):
                assert alert.threshold not in bounds, alert.name


EVERY_MINUTES = 10
A_DAY = 24 * 60 // EVERY_MINUTES
ODD_DAY = 23
"""Counted from 0; the days before have been as ever for more than three weeks."""


def weeks(*, odd_share, odd_day=ODD_DAY, days=32):
    """Messages a second over weeks: little at night, much at noon, half on two days of seven; one odd afternoon."""
    chance = random.Random(7)
    values = []
    for step in range(days * A_DAY):
        day, hour = divmod(step / A_DAY * 24, 24)
        level = 0.4 + 2 * max(0.0, math.sin((hour - 6) / 24 * 2 * math.pi))
        level *= 0.5 if int(day) % 7 in {5, 6} else 1
        level *= chance.gauss(1, 0.08)
        values.append(level * (odd_share if int(day) == odd_day and 12 <= hour < 15 else 1))
    return " ".join(f"{value:.3f}" for value in values)


def at(day, hour):
    return f"{int((day * 24 + hour) * 60)}m"


def firing(name, moments):
    expr = f'count(ALERTS{{alertname="{name}",alertstate="firing",figure="messages"}}) or vector(0)'
    return [
        {"expr": expr, "eval_time": moment, "exp_samples": [{"labels": "{}", "value": int(is_firing)}]}
        for moment, is_firing in moments
    ]


@pytest.mark.parametrize(
    ("name", "odd_share"), [("NovaTrafficUnusuallyLow", 0.25), ("NovaTrafficUnusuallyHigh", 2.5)], ids=["low", "high"]
)
def test_an_odd_afternoon_alerts_and_a_usual_one_does_not(name, odd_share, tmp_path):
    other = {"NovaTrafficUnusuallyLow": "NovaTrafficUnusuallyHigh"}.get(name, "NovaTrafficUnusuallyLow")
    usual = [(at(day, hour), False) for day in (10, 22, 24, 26, 30) for hour in (0.5, 9, 13.5, 18)]
    moments = [*usual, (at(ODD_DAY, 11.5), False), (at(ODD_DAY, 14), True), (at(ODD_DAY, 16), False)]
    expectations = [*firing(name, moments), *firing(other, [(moment, False) for moment, _ in moments])]
    inputs = {f'{FIGURES["messages"]}{{job="nova"}}': weeks(odd_share=odd_share)}
    rules = [FOLDER / "rules" / "anomaly.yml"]

    test = as_test(rules, inputs, every=f"{EVERY_MINUTES}m", promql_expr_test=expectations)

    assert run_promtool(test, tmp_path) == ""


def test_nothing_is_expected_before_there_are_three_weeks(tmp_path):
    inputs = {f'{FIGURES["messages"]}{{job="nova"}}': weeks(odd_share=0.1, odd_day=15, days=23)}
    nothing = [{"expr": f"{EXPECTED} or {SCORE}", "eval_time": at(15, 14), "exp_samples": []}]
    something = [
        {"expr": f"count({SCORE})", "eval_time": at(22, 12), "exp_samples": [{"labels": "{}", "value": 1}]},
    ]
    rules = [FOLDER / "rules" / "anomaly.yml"]

    test = as_test(rules, inputs, every=f"{EVERY_MINUTES}m", promql_expr_test=[*nothing, *something])

    assert run_promtool(test, tmp_path) == ""
