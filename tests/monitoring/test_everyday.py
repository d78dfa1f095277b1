"""What happens every day wakes nobody (restarts, evenings, nights, disks full by nature), and what hangs is heard."""

import re

import pytest

from monitoring.alerts import ALERTS
from monitoring.generate import ROOT
from tests.monitoring.cases import as_test, rules_of, run_promtool

FILES = sorted((ROOT / "rules").glob("*.yml"))
FILES.sort(key=lambda path: path.name != "recording.yml")
NOVA = 'job="nova",instance="a:3000"'
PROBER = 'job="nova-prober",instance="a:9105"'
ALWAYS = {'up{job="nova",instance="a:3000"}': "1x5000"}
ANY = ".*"
START = "process_start_time_seconds"


def files_of(name, folder):
    """The rule files with the alerts of this name."""
    if name == ANY:
        return FILES
    alerts = [alert for alert in ALERTS if re.fullmatch(name, alert.name)]
    assert alerts, f"no alert is called {name}"
    return rules_of(alerts, folder)


def firing(inputs, folder, *, every="15s", minutes, expected=0, name=ANY):
    """Look at all alerts, or at those of a name, at these minutes; gives promtool's words, empty if so many fire."""
    which = f'alertname=~"{name}",alertname!="Watchdog",alertstate="firing"'
    expr = f"count(ALERTS{{{which}}}) or vector(0)"
    moments = [
        {"expr": expr, "eval_time": f"{minute}m", "exp_samples": [{"labels": "{}", "value": expected}]}
        for minute in minutes
    ]
    return run_promtool(as_test(files_of(name, folder), ALWAYS | inputs, every=every, promql_expr_test=moments), folder)


def instance(name):
    return f'job="nova",instance="{name}:3000"'


def restarted(labels, tabs, at, reason, *, until=240, pending=0):
    """The series of one process that starts again at this sample of 15 s; its counters begin again.

    Args:
        pending: So many handshakes are asked to wait while everybody comes back.
    """
    rest = until - at - 2
    return {
        f"{START}{{{labels}}}": f"-90000x{at} {at * 15}x{rest}",
        f"ws_connections_active{{{labels}}}": f"{tabs}x{at} 0 {tabs}x{rest}",
        f'ws_reconnections_total{{{labels},reason="{reason}"}}': f"0x{at} 0 {tabs}x{rest}",
        f'ws_connections_total{{{labels},result="accepted"}}': f"{tabs}x{at} 0 {tabs}x{rest}",
        f'ws_connections_total{{{labels},result="rejected_capacity"}}': f"0x{at} 0 {pending}x{rest}",
        f'ws_operations_total{{{labels},operation="connect",result="ok"}}': f"{tabs}x{at} 0 {tabs}x{rest}",
        f'ws_operations_total{{{labels},operation="connect",result="error"}}': f"0x{at} 0 {pending}x{rest}",
    }


@pytest.mark.parametrize("reason", ["server_restart", "network"])
@pytest.mark.parametrize("tabs", [12, 100, 1000])
def test_a_planned_restart_is_quiet(tabs, reason, tmp_path):
    inputs = restarted(NOVA, tabs, 80, reason, pending=tabs // 2)
    assert firing(inputs, tmp_path, minutes=range(15, 55)) == ""


def test_a_rolling_update_is_quiet(tmp_path):
    inputs = {}
    for number, name in enumerate("abc"):
        inputs |= restarted(instance(name), 100, 80 + 8 * number, "network") | {f"up{{{instance(name)}}}": "1x5000"}
    assert firing(inputs, tmp_path, minutes=range(15, 55)) == ""


def test_three_restarts_for_a_change_of_settings_are_quiet(tmp_path):
    inputs = {f"{START}{{{NOVA}}}": "1x80 1200x20 1500x20 1800x120"}
    assert firing(inputs, tmp_path, minutes=range(15, 55)) == ""


def test_a_storm_without_a_start_alerts(tmp_path):
    inputs = {
        f"{START}{{{NOVA}}}": "-90000x240",
        f"ws_connections_active{{{NOVA}}}": "100x240",
        f'ws_reconnections_total{{{NOVA},reason="network"}}': "0x80 90x160",
    }
    assert firing(inputs, tmp_path, minutes=[24], expected=1, name="NovaReconnectStorm") == ""


def test_an_evening_is_quiet(tmp_path):
    inputs = {
        f"{START}{{{NOVA}}}": "-90000x700",
        f"ws_connections_active{{{NOVA}}}": "100x60 100-1.5x60 10x120",
        f'ws_disconnections_total{{{NOVA},reason="client_close"}}': "0x60 0+1x60 60x120",
        f'ws_disconnections_total{{{NOVA},reason="going_away"}}': "0x60 0+0.3x60 18x120",
        f'ws_disconnections_total{{{NOVA},reason="abnormal"}}': "0x60 0+0.2x60 12x120",
    }
    assert firing(inputs, tmp_path, every="1m", minutes=range(30, 200)) == ""


@pytest.mark.parametrize("tabs", [0, 30])
def test_a_night_is_quiet(tabs, tmp_path):
    inputs = {
        f"{START}{{{NOVA}}}": "-90000x700",
        f"ws_connections_active{{{NOVA}}}": f"{max(tabs, 25)}x30 {tabs}x600" if tabs else "25x30 25-5x5 0x600",
        f'ws_disconnections_total{{{NOVA},reason="client_close"}}': "0x30 0+5x5 25x600",
        f'nova_messages_accepted_total{{{NOVA},conversation_type="group"}}': "0+5x30 155x600",
        f'ws_messages_received_total{{{NOVA},type="message"}}': "0+5x30 155x600",
    }
    if not tabs:
        inputs.pop(f'nova_messages_accepted_total{{{NOVA},conversation_type="group"}}')
    assert firing(inputs, tmp_path, every="1m", minutes=range(30, 600, 10)) == ""


def test_a_night_with_one_failure_is_quiet(tmp_path):
    inputs = {
        f"{START}{{{NOVA}}}": "-90000x700",
        f'nova_message_deliveries_total{{{NOVA},outcome="delivered"}}': "0+0.1x600",
        f'nova_message_deliveries_total{{{NOVA},outcome="failed"}}': "0x300 2x300",
    }
    assert firing(inputs, tmp_path, every="1m", minutes=range(60, 600, 5)) == ""


def disk(fstype, available, *, device="/dev/sr0", mountpoint="/mnt", readonly=0):
    labels = f'{{job="node",instance="a:9100",device="{device}",fstype="{fstype}",mountpoint="{mountpoint}"}}'
    return {
        f"node_filesystem_avail_bytes{labels}": f"{available}x120",
        f"node_filesystem_size_bytes{labels}": "1000x120",
        f"node_filesystem_readonly{labels}": f"{readonly}x120",
    }


@pytest.mark.parametrize(
    ("fstype", "readonly"),
    [
        *((kind, 1) for kind in ("iso9660", "erofs", "udf", "ext4", "vfat")),
        *((kind, 0) for kind in ("iso9660", "udf", "erofs", "ramfs", "fuse.sshfs", "fuse.rclone")),
    ],
)
def test_what_is_full_by_nature_is_quiet(fstype, readonly, tmp_path):
    assert firing(disk(fstype, 0, readonly=readonly), tmp_path, every="1m", minutes=[5, 20, 60]) == ""


def test_a_device_that_is_mounted_twice_is_one_alert(tmp_path):
    inputs = disk("ext4", 10, device="/dev/sda1", mountpoint="/") | disk(
        "ext4", 10, device="/dev/sda1", mountpoint="/b"
    )
    assert firing(inputs, tmp_path, every="1m", minutes=[30], expected=1, name="HostDiskAlmostFull") == ""


def test_a_disk_of_a_foreign_system_alerts(tmp_path):
    inputs = disk("fuseblk", 10, device="/dev/sdb1")
    assert firing(inputs, tmp_path, every="1m", minutes=[30], expected=1, name="HostDiskAlmostFull") == ""


@pytest.mark.parametrize("last", ["0x120", "0+60x30 1800x90", "_x120"])
def test_a_prober_that_hangs_alerts(last, tmp_path):
    inputs = {
        f"up{{{PROBER}}}": "1x120",
        f"nova_probe_last_success_timestamp_seconds{{{PROBER}}}": last,
        f"nova_probe_success_total{{{PROBER}}}": "5x120",
        f'nova_probe_failures_total{{{PROBER},stage="send"}}': "0x120",
    }
    assert firing(inputs, tmp_path, every="1m", minutes=[60], expected=1, name="NovaProbe.*") == ""


def test_a_prober_that_has_just_begun_is_quiet(tmp_path):
    inputs = {
        f"up{{{PROBER}}}": "1x120",
        f"nova_probe_last_success_timestamp_seconds{{{PROBER}}}": "0x2 120+60x110",
        f"nova_probe_success_total{{{PROBER}}}": "0x2 1+2x110",
    }
    assert firing(inputs, tmp_path, every="1m", minutes=range(1, 100, 5)) == ""


def test_a_task_that_hangs_in_its_first_run_alerts(tmp_path):
    inputs = {
        f"{START}{{{NOVA}}}": "60x120",
        f'nova_task_last_success_timestamp_seconds{{{NOVA},task="census"}}': "0x120",
        f'nova_task_last_success_timestamp_seconds{{{NOVA},task="sweep_uploads"}}': "0x120",
        f'nova_task_last_success_timestamp_seconds{{{NOVA},task="record_status"}}': "0+60x120",
    }
    assert firing(inputs, tmp_path, every="1m", minutes=[30], expected=0, name="NovaTaskStale") == ""
    assert firing(inputs, tmp_path, every="1m", minutes=[45], expected=1, name="NovaTaskStale") == ""


def pages(inputs, folder, expected):
    """Count the alerts that call somebody; gives promtool's words, empty if they are as many as expected.

    Args:
        expected: How many, by ranges of minutes.
    """
    expr = 'count(ALERTS{alertstate="firing",severity="critical"}) or vector(0)'
    moments = [
        {"expr": expr, "eval_time": f"{minute}m", "exp_samples": [{"labels": "{}", "value": count}]}
        for minutes, count in expected.items()
        for minute in minutes
    ]
    rules = rules_of([alert for alert in ALERTS if alert.severity == "critical"], folder)
    return run_promtool(as_test(rules, inputs, every="15s", promql_expr_test=moments), folder)


def failing_probe(at, until):
    """The prober's series: every half minute a success, none between these samples of 15 s."""
    rest, gap = 400 - until, until - at
    last = f"0+15x{at} {at * 15}x{gap} {until * 15}+15x{rest}"
    return {
        f"nova_probe_success_total{{{PROBER}}}": f"0+0.5x{at} {at / 2}x{gap} {at / 2}+0.5x{rest}",
        f'nova_probe_failures_total{{{PROBER},stage="connect"}}': f"0x{at} 0+0.5x{gap} {gap / 2}x{rest}",
        f"nova_probe_last_success_timestamp_seconds{{{PROBER}}}": last,
        f"up{{{PROBER}}}": "1x500",
    }


def test_a_nova_that_is_gone_is_one_page_also_at_its_return(tmp_path):
    inputs = {f"up{{{NOVA}}}": "1x80 0x80 1x240", **failing_probe(80, 162)}
    assert pages(inputs, tmp_path, {range(22, 41): 1, range(43, 60): 0}) == ""


def test_one_of_three_that_is_gone_is_a_page_and_all_of_them_are_one(tmp_path):
    inputs = {
        f"up{{{instance('a')}}}": "1x80 0x160 1x240",
        f"up{{{instance('b')}}}": "1x160 0x80 1x240",
        f"up{{{instance('c')}}}": "1x160 0x80 1x240",
    }
    assert pages(inputs, tmp_path, {range(23, 40): 1, range(43, 60): 1}) == ""


def test_a_proxy_that_lets_no_message_through_is_one_page(tmp_path):
    inputs = {f"up{{{NOVA}}}": "1x500", **failing_probe(80, 240)}
    assert pages(inputs, tmp_path, {range(26, 58): 1}) == ""


def test_a_nova_that_returns_and_takes_no_message_is_paged_for(tmp_path):
    inputs = {f"up{{{NOVA}}}": "1x80 0x80 1x240", **failing_probe(80, 280)}
    assert pages(inputs, tmp_path, {range(50, 68): 1}) == ""


def sent(people, stored, *, probes=0.5):
    """Messages per 15 s: of people, of these stored, and those of the prober, which are stored."""
    return {
        f'ws_messages_received_total{{{NOVA},type="message"}}': f"0+{people + probes}x400",
        f'nova_messages_accepted_total{{{NOVA},conversation_type="group"}}': f"0+{stored}x400",
        f'nova_messages_accepted_total{{{NOVA},conversation_type="direct"}}': f"0+{probes}x400",
        f"nova_probe_success_total{{{PROBER}}}": f"0+{probes}x400",
    }


@pytest.mark.parametrize("probes", [0.5, 0.05])
def test_the_prober_hides_no_message_that_is_not_stored(probes, tmp_path):
    inputs = sent(0.25, 0, probes=probes)
    assert firing(inputs, tmp_path, minutes=range(60, 90), expected=1, name="NovaNoMessages") == ""


@pytest.mark.parametrize("probes", [0, 0.5])
@pytest.mark.parametrize(("people", "stored"), [(0, 0), (0.25, 0.25), (0.25, 0.05), (0.03, 0)])
def test_a_quiet_night_and_a_busy_day_are_no_lost_messages(people, stored, probes, tmp_path):
    inputs = sent(people, stored, probes=probes)
    assert firing(inputs, tmp_path, minutes=range(40, 95), name="NovaNoMessages") == ""
