"""Every alert stays quiet, fires in exactly these words, and resolves; and the tests would notice a change."""

import pytest

from monitoring.alerts import ALERTS, GROUPS, OPTIONAL
from monitoring.generate import ROOT, main
from monitoring.yaml_files import read_yaml
from tests.monitoring.cases import as_test, promtool_test, rules_of, run_promtool

RECORDING = ROOT / "rules" / "recording.yml"
PROVED_OTHERWISE = {
    *("NovaQueueGrowing", "HostDiskFillingUp", "Watchdog"),
    *("NovaTrafficUnusuallyLow", "NovaTrafficUnusuallyHigh"),
}
"""By series that have to grow or shrink (see below), or that take weeks (test_overlays.py)."""
OPTIONALS = [alert for alerts in OPTIONAL.values() for alert in alerts]
EVERY = (*ALERTS, *OPTIONALS)
PROVED = [alert for alert in EVERY if alert.case is not None]
FILE_OF = {
    **{alert.name: f"rules/alerts-{name}.yml" for name, alerts in GROUPS.items() for alert in alerts},
    **{alert.name: f"overlays/rules/{name}.yml" for name, alerts in OPTIONAL.items() for alert in alerts},
}


def test_the_files_are_fresh():
    assert main(["--check"]) == 0


def test_what_is_proved_is_what_the_files_say(tmp_path):
    records = _rules_in(RECORDING, "record")
    for alert in EVERY:
        own_records, own = rules_of([alert], tmp_path)
        assert _rules_in(own, "alert")[alert.name] == _rules_in(ROOT / FILE_OF[alert.name], "alert")[alert.name]
        assert _rules_in(own_records, "record").items() <= records.items()


def _rules_in(path, kind):
    groups = read_yaml(path)["groups"]
    return {rule[kind]: rule for group in groups for rule in group["rules"] if kind in rule}


def test_every_alert_is_proved():
    assert {alert.name for alert in EVERY if alert.case is None} == PROVED_OTHERWISE
    assert len({alert.name for alert in EVERY}) == len(EVERY)


@pytest.mark.parametrize("alert", PROVED, ids=lambda alert: alert.name)
def test_alert_is_quiet_fires_and_resolves(alert, tmp_path):
    assert run_promtool(promtool_test(alert, rules_of([alert], tmp_path)), tmp_path) == ""


@pytest.mark.parametrize("alert", [alert for alert in PROVED if alert.case.edge], ids=lambda alert: alert.name)
def test_alert_stays_quiet_below_its_threshold(alert, tmp_path):
    assert run_promtool(promtool_test(alert, rules_of([alert], tmp_path), is_edge=True), tmp_path) == ""


MUTABLE = [alert for alert in PROVED if alert.case.edge and alert.threshold]


@pytest.mark.parametrize("factor", [3, 1 / 3])
@pytest.mark.parametrize("alert", MUTABLE, ids=lambda alert: alert.name)
def test_a_threshold_that_is_wrong_is_noticed(alert, factor, tmp_path):
    files = rules_of([alert], tmp_path, {alert.name: alert.threshold * factor})

    # What one of them noticed, the other need not be asked.
    assert run_promtool(promtool_test(alert, files), tmp_path) or run_promtool(
        promtool_test(alert, files, is_edge=True), tmp_path
    )


def test_a_queue_that_will_be_long_is_announced_before(tmp_path):
    alert = next(alert for alert in ALERTS if alert.name == "NovaQueueGrowing")
    series = 'nova_queue_messages{job="nova",instance="a:3000",queue="webhook",state="pending"}'
    inputs = {series: "0x60 10+10x60 600-50x12 0x120"}
    moments = (("59m", 0), ("119m", 1), ("240m", 0))
    assert run_promtool(_course_of(alert, inputs, moments, tmp_path), tmp_path) == ""


def test_a_disk_that_shrinks_is_announced_before(tmp_path):
    alert = next(alert for alert in ALERTS if alert.name == "HostDiskFillingUp")
    labels = '{job="node",instance="a:9100",device="/dev/a",fstype="ext4",mountpoint="/"}'
    inputs = {
        f"node_filesystem_avail_bytes{labels}": "500x60 500-1x360 600x480",
        f"node_filesystem_size_bytes{labels}": "1000x1000",
    }
    moments = (("59m", 0), ("410m", 1), ("880m", 0))
    assert run_promtool(_course_of(alert, inputs, moments, tmp_path), tmp_path) == ""


def test_the_watchdog_always_fires(tmp_path):
    alert = next(alert for alert in ALERTS if alert.name == "Watchdog")
    assert run_promtool(_course_of(alert, {}, (("1m", 1), ("60m", 1)), tmp_path), tmp_path) == ""


def test_records_come_before_the_alerts_that_read_them(tmp_path):
    alert = next(alert for alert in ALERTS if alert.name == "NovaDeliveryErrorBudgetBurnSlowest")
    test = promtool_test(alert, [RECORDING, ROOT / FILE_OF[alert.name]])
    assert test["group_eval_order"] == ["nova-recording", "nova-delivery"]

    test["group_eval_order"].reverse()

    assert "0.8568%" in run_promtool(test, tmp_path), "the figure of the minute before"


def _course_of(alert, inputs, moments, folder):
    expr = f'count(ALERTS{{alertname="{alert.name}",alertstate="firing"}}) or vector(0)'
    expectations = [
        {"expr": expr, "eval_time": at, "exp_samples": [{"labels": "{}", "value": number}]} for at, number in moments
    ]
    return as_test(rules_of([alert], folder), inputs, promql_expr_test=expectations)
