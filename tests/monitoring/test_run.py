"""``make monitoring``: where it looks, where it keeps its data, and when it does not start."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from monitoring import run
from monitoring.sink import Sink
from monitoring.stack import ROOT, Stack
from monitoring.yaml_files import read_yaml
from nova_app.settings import Settings
from tests.processes import free_port


@pytest.fixture
def sink():
    sink = Sink(lambda _: None)
    yield sink
    sink.close()


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path / "data", monitoring_dir=tmp_path / "figures", port=free_port())


def laid_out(settings, sink):
    stack = run.stack_of(settings, sink, [])
    stack.write()
    return stack.directory


def test_a_port_that_is_taken_is_said_in_one_line_before_anything_starts(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(run.PortTaken, match=rf"^port {port} \(Prometheus\) is taken: .+$"):
            run.refuse_taken({"Prometheus": port, "Alertmanager": free_port()})
    run.refuse_taken({"Prometheus": port})


def test_a_second_start_ends_with_that_line(tmp_path):
    environ = {"PATH": "/usr/bin:/bin", "NOVA_MONITORING_DIR": str(tmp_path / "figures"), "NOVA_PORT": str(free_port())}
    environ |= {"NOVA_DATA_DIR": str(tmp_path / "data")}
    with socket.create_server(("127.0.0.1", 0)) as other:
        environ["NOVA_PROBE_PORT"] = str(other.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "monitoring.run"], cwd=ROOT.parent, env=environ, capture_output=True, text=True,
            check=False, timeout=60,
        )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    assert "is taken" in done.stderr
    assert not (tmp_path / "figures").exists()


def test_the_figures_are_outside_the_data_of_nova(settings, sink):
    directory = laid_out(settings, sink)

    assert directory == settings.monitoring_dir
    assert not (settings.data_dir / "monitoring").exists()


def test_figures_of_before_are_moved_once(settings):
    old = settings.data_dir / "monitoring" / "prometheus-data"
    old.mkdir(parents=True)
    (old / "wal").write_text("samples")
    run.move_figures(settings)
    assert (settings.monitoring_dir / "prometheus-data" / "wal").read_text() == "samples"
    old.mkdir(parents=True)

    run.move_figures(settings)  # there are newer ones
    assert old.exists()


def test_this_machine_is_watched_with_its_own_token(settings, sink):
    directory = laid_out(settings, sink)

    assert json.loads((directory / "targets" / "nova.json").read_text()) == [
        {"targets": [f"127.0.0.1:{settings.port}"]}
    ]
    token = (settings.data_dir / "metrics.token").read_text().strip()
    assert (directory / "secrets" / "metrics_token").read_text() == token


@pytest.mark.parametrize(
    ("origin", "target", "labels"),
    [
        ("https://chat.example.org", "chat.example.org:443", {"__scheme__": "https"}),
        ("https://chat.example.org:3250", "chat.example.org:3250", {"__scheme__": "https"}),
        ("http://10.0.0.7:3000", "10.0.0.7:3000", {"__scheme__": "http"}),
    ],
)
def test_a_nova_elsewhere_is_watched_over_tls(settings, sink, origin, target, labels):
    remote = settings.model_copy(update={"monitoring_origin": origin, "metrics_token": "of the other machine"})
    directory = laid_out(remote, sink)

    assert json.loads((directory / "targets" / "nova.json").read_text()) == [{"targets": [target], "labels": labels}]
    assert (directory / "secrets" / "metrics_token").read_text() == "of the other machine"
    assert run.probe_environment(remote)["NOVA_PROBE_ORIGIN"] == origin


def test_runbooks_are_where_the_alerts_say_and_need_no_nova(settings, sink):
    directory = laid_out(settings, sink)
    labels = read_yaml(directory / "prometheus.yml")["global"]["external_labels"]

    assert labels["runbooks"] == "http://localhost:9090/user/runbooks"
    pages = {path.name for path in (directory / "assets" / "runbooks").iterdir()}
    assert pages == {path.name for path in (ROOT / "runbooks").glob("*.md")}


def test_the_addresses_of_runbooks_and_dashboards_are_settings(settings, sink):
    named = {"runbooks_url": "https://wiki.example.org/nova", "dashboards_url": "https://grafana.example.org/d"}
    directory = laid_out(settings.model_copy(update=named), sink)
    labels = read_yaml(directory / "prometheus.yml")["global"]["external_labels"]

    assert (labels["runbooks"], labels["dashboards"]) == (named["runbooks_url"], named["dashboards_url"])
    rule = read_yaml(directory / "rules" / "alerts-app.yml")["groups"][0]["rules"][0]
    assert rule["annotations"]["runbook_url"] == f"{{{{ $externalLabels.runbooks }}}}/{rule['alert']}.md"


def test_the_addresses_are_no_labels_of_alerts_or_stored_series():
    config = read_yaml(ROOT / "prometheus.yml")
    (dropped,) = [
        rule["regex"] for rule in config["alerting"]["alert_relabel_configs"] if rule["action"] == "labeldrop"
    ]
    assert dropped == "replica|runbooks|dashboards"
    for path in (ROOT / "overlays").glob("prometheus.*long-term.yml"):
        rules = read_yaml(path)["remote_write"][0]["write_relabel_configs"]
        assert {"action": "labeldrop", "regex": "runbooks|dashboards"} in rules


def test_a_program_that_ends_at_once_is_noticed(tmp_path):
    stack = Stack(tmp_path, free_port(), free_port(), {}, {})
    stack.write()
    Path(tmp_path / "alertmanager.yml").write_text("route: [")
    try:
        with pytest.raises(RuntimeError, match=r"alertmanager ended; its log is .+alertmanager\.log"):
            stack.start()
    finally:
        stack.stop()
