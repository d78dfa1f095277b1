"""Every alert stays quiet, fires in exactly these words, and resolves; and the tests would notice a change."""

import pytest

from monitoring.alerts import ALERTS, GROUPS
from monitoring.generate import ROOT, main, render_records, render_rules
from monitoring.recording import RECORDS
from tests.monitoring.cases import as_test, promtool_test, run_promtool

RECORDING = ROOT / "rules" / "recording.yml"
PROVED_OTHERWISE = {"NovaQueueGrowing", "HostDiskFillingUp", "Watchdog"}
"""By series that have to grow or shrink: see below."""
PROVED = [alert for alert in ALERTS if alert.case is not None]
GROUP_OF = {alert.name: name for name, alerts in GROUPS.items() for alert in alerts}


def rules_of(alert):
    return [RECORDING, ROOT / "rules" / f"alerts-{GROUP_OF[alert.name]}.yml"]


def test_the_files_are_fresh():
    assert main(["--check"]) == 0


def test_every_alert_is_proved():
    assert {alert.name for alert in ALERTS if alert.case is None} == PROVED_OTHERWISE
    assert len({alert.name for alert in ALERTS}) == len(ALERTS)


@pytest.mark.parametrize("alert", PROVED, ids=lambda alert: alert.name)
def test_alert_is_quiet_fires_and_resolves(alert, tmp_path):
    assert run_promtool(promtool_test(alert, rules_of(alert)), tmp_path) == ""


@pytest.mark.parametrize("alert", [alert for alert in PROVED if alert.case.edge], ids=lambda alert: alert.name)
def test_alert_stays_quiet_below_its_threshold(alert, tmp_path):
    assert run_promtool(promtool_test(alert, rules_of(alert), is_edge=True), tmp_path) == ""


MUTABLE = [alert for alert in PROVED if alert.case.edge and alert.threshold]


@pytest.mark.parametrize("factor", [3, 1 / 3])
@pytest.mark.parametrize("alert", MUTABLE, ids=lambda alert: alert.name)
def test_a_threshold_that_is_wrong_is_noticed(alert, factor, tmp_path):
    wrong, records = tmp_path / "rules.yml", tmp_path / "records.yml"
    wrong.write_text(render_rules("wrong", (alert,), {alert.name: alert.threshold * factor}))
    records.write_text(render_records({name: expr for name, expr in RECORDS.items() if name in alert.expr}))
    files = [records, wrong]

    fired = run_promtool(promtool_test(alert, files), tmp_path)
    quiet = run_promtool(promtool_test(alert, files, is_edge=True), tmp_path)

    assert fired or quiet


def test_a_queue_that_will_be_long_is_told_before(tmp_path):
    alert = next(alert for alert in ALERTS if alert.name == "NovaQueueGrowing")
    series = 'nova_queue_messages{job="nova",instance="a:3000",queue="webhook",state="pending"}'
    inputs = {series: "0x60 10+10x60 600-50x12 0x120"}
    moments = (("59m", 0), ("119m", 1), ("240m", 0))
    assert run_promtool(_course_of(alert, inputs, moments), tmp_path) == ""


def test_a_disk_that_shrinks_is_told_before(tmp_path):
    alert = next(alert for alert in ALERTS if alert.name == "HostDiskFillingUp")
    labels = '{job="node",instance="a:9100",device="/dev/a",fstype="ext4",mountpoint="/"}'
    inputs = {
        f"node_filesystem_avail_bytes{labels}": "500x60 500-1x360 600x480",
        f"node_filesystem_size_bytes{labels}": "1000x1000",
    }
    moments = (("59m", 0), ("410m", 1), ("880m", 0))
    assert run_promtool(_course_of(alert, inputs, moments), tmp_path) == ""


def test_the_watchdog_always_fires(tmp_path):
    alert = next(alert for alert in ALERTS if alert.name == "Watchdog")
    assert run_promtool(_course_of(alert, {}, (("1m", 1), ("60m", 1))), tmp_path) == ""


def test_records_come_before_the_alerts_that_read_them(tmp_path):
    alert = next(alert for alert in ALERTS if alert.name == "NovaDeliveryErrorBudgetBurnSlowest")
    test = promtool_test(alert, rules_of(alert))
    assert test["group_eval_order"] == ["nova-recording", "nova-delivery"]

    test["group_eval_order"].reverse()

    assert "0.8568%" in run_promtool(test, tmp_path), "the figure of the minute before"


def _course_of(alert, inputs, moments):
    expr = f'count(ALERTS{{alertname="{alert.name}",alertstate="firing"}}) or vector(0)'
    expectations = [
        {"expr": expr, "eval_time": at, "exp_samples": [{"labels": "{}", "value": number}]} for at, number in moments
    ]
    return as_test(rules_of(alert), inputs, promql_expr_test=expectations)
