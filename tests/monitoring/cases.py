"""Turns an alert's case into what promtool runs."""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess

import yaml

from monitoring.generate import annotations_of, labels_of, render_records, render_rules
from monitoring.recording import RECORDS

ADDRESSES = {"runbooks": "http://r", "dashboards": "http://d"}
"""External labels: where alerts say that runbooks and dashboards are."""
COUNTERS = re.compile(r"^\w+(_total|_count|_sum|_bucket)(\{|$)")


COLLECT_SELDOM = {"GOGC": "off", "GOMEMLIMIT": "512MiB"}
"""promtool spends a fifth of its time on freeing memory that it returns at its end anyway."""


def rules_of(alerts, folder, thresholds=None):
    """These alerts and the records that they read, in files of their own: no other rule is evaluated for them.

    Args:
        thresholds: Other numbers for some alerts, to prove that tests notice.
    """
    records, rules = folder / "records.yml", folder / "rules.yml"
    read = {name: expr for name, expr in RECORDS.items() if any(name in alert.expr for alert in alerts)}
    records.write_text(render_records(read))
    rules.write_text(render_rules("proved", tuple(alerts), thresholds))
    return [records, rules]


def promtool_test(alert, rule_files, *, is_edge=False):
    """The test file of one alert: quiet, firing with exactly these words, resolved; or an edge that stays quiet."""
    case = alert.case
    end = case.quiet_minutes + case.bad_minutes
    fires_at = case.quiet_minutes + case.fires_at if case.fires_at else end - 1
    firing = [] if is_edge else [_expected(alert)]
    moments = [(case.quiet_minutes - 1, []), (fires_at, firing), (end + case.calm_minutes - 1, [])]
    series = case.edge if is_edge else case.series
    inputs = {name: _course(name, levels, case) for name, levels in series.items()}
    expectations = [
        {"eval_time": f"{minute}m", "alertname": alert.name, "exp_alerts": expected} for minute, expected in moments
    ]
    return as_test(rule_files, inputs, alert_rule_test=expectations)


def as_test(rule_files, inputs, *, every="1m", **expectations):
    """A test file over some series, which have a sample ``every`` so often and are looked at as often.

    Recording rules are evaluated before the alerts that read them. Without an order promtool
    takes the groups as a Go map gives them: now and then an alert would see a figure of the
    minute before, and a figure that moves each minute would have other words.
    """
    series = [{"series": name, "values": values} for name, values in inputs.items()]
    return {
        "rule_files": [str(path) for path in rule_files],
        "evaluation_interval": every,
        "group_eval_order": [name for path in rule_files for name in _groups_in(path.read_text())],
        "tests": [{"interval": every, "external_labels": ADDRESSES, "input_series": series, **expectations}],
    }


@functools.cache
def _groups_in(text):
    return [group["name"] for group in yaml.safe_load(text)["groups"]]


def run_promtool(test, directory):
    """Run a test file; gives promtool's words, empty if it passes."""
    path = directory / "test.yml"
    path.write_text(json.dumps(test))
    command, environ = ["promtool", "test", "rules", str(path)], os.environ | COLLECT_SELDOM
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def _expected(alert):
    case = alert.case
    values = {"$value": case.value, **{f"$labels.{name}": value for name, value in case.labels.items()}}
    values |= {f"$externalLabels.{name}": address for name, address in ADDRESSES.items()}
    words = {key: _fill(text, values) for key, text in annotations_of(alert).items()}
    return {"exp_labels": {**labels_of(alert), **case.labels}, "exp_annotations": words}


def _fill(text, values):
    for name, value in values.items():
        text = re.sub(r"\{\{ " + re.escape(name) + r"( \| \w+)? \}\}", lambda _, value=value: value, text)
    return text


def _course(name, levels, case):
    """A counter grows by its level each minute, a gauge stands at it."""
    if isinstance(levels, str):
        return levels
    good, bad = levels
    phases = [(good, case.quiet_minutes), (bad, case.bad_minutes), (good, case.calm_minutes)]
    is_counter = bool(COUNTERS.match(name))
    parts, value = [], 0.0
    for level, minutes in phases:
        if level is None:
            parts.append(f"_x{minutes}")
        elif is_counter:
            parts.append(f"{value + level:g}+{level:g}x{minutes - 1}")
            value += level * minutes
        else:
            parts.append(f"{level:.12g}x{minutes - 1}")
    return " ".join(parts)
