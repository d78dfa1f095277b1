"""The list of what no browser test used."""

from __future__ import annotations

import json

import pytest

from tests.controls import report as reports
from tests.controls.report import Report, listing, missing, read

NAMES = {"save": ["/settings"]}


@pytest.fixture(autouse=True)
def _no_exceptions(monkeypatch):
    monkeypatch.setattr(reports, "ONE_WIDTH", {})
    monkeypatch.setattr(reports, "NOT_IN_STATE", {})
    monkeypatch.setattr(reports, "FORMLESS", {})


def used(width="wide", state="", control="save"):
    effect = {"effect": "saved", "test": "test_a"}
    return {"kind": "used", "control": control, "width": width, "state": state, **effect}


def seen(width="wide", state="", control="save"):
    return {"kind": "seen", "control": control, "width": width, "state": state}


def report_of(*entries):
    report = Report()
    for entry in entries:
        report.add(entry)
    return report


def test_a_control_is_used_at_both_widths():
    assert missing(NAMES, report_of()) == ["save (narrow) was not used", "save (wide) was not used"]
    assert missing(NAMES, report_of(used("narrow"))) == ["save (wide) was not used"]
    assert missing(NAMES, report_of(used("narrow"), used("wide"))) == []


def test_a_control_is_used_in_each_state_in_which_it_was_seen():
    both = (used("narrow"), used("wide"))
    lines = missing(NAMES, report_of(*both, seen(state="offline"), seen(state="empty")))
    assert lines == ["save (empty) was not used", "save (offline) was not used"]
    assert missing(NAMES, report_of(*both, seen(state="offline"), used(state="offline"))) == []


def test_what_was_seen_for_a_moment_only_is_asked_for_as_on_a_slow_machine():
    brief = {"kind": "brief", "control": "save", "state": "offline", "width": "wide"}
    report = report_of(used("narrow"), used("wide"), brief)
    assert missing(NAMES, report) == []
    assert missing(NAMES, report, is_slow=True) == ["save (offline) was not used"]


def test_an_exception_is_for_a_control_that_exists_and_for_a_width_at_which_it_is_shown(monkeypatch):
    monkeypatch.setattr(reports, "ONE_WIDTH", {"save": ("narrow", "why")})
    assert missing(NAMES, report_of(used("narrow"), seen("narrow"))) == []
    lines = missing(NAMES, report_of(used("narrow"), seen("wide")))
    assert lines == ["save is declared for narrow alone, and was seen at the other width"]
    assert "save does not exist, and is declared in a table" in missing({}, report_of())


def test_what_a_page_has_and_the_inventory_has_not_is_reported():
    lines = missing(NAMES, report_of(used("narrow"), used("wide"), seen(control="other")))
    assert lines == ["other is on a page, and not in the inventory"]


def test_a_form_is_sent_in_all_three_ways():
    both = (used("narrow"), used("wide"))
    sent = [{"kind": "sent", "form": "save(name)", "sends": sends} for sends in ("empty", "right")]
    lines = missing(NAMES, report_of(*both, {"kind": "form", "form": "save(name)"}, *sent))
    assert lines == ["save(name) was not sent wrong"]


def test_a_field_that_is_in_no_form_is_sent_in_all_three_ways_too(monkeypatch):
    monkeypatch.setattr(reports, "FORMLESS", {"save": "text"})
    lines = missing(NAMES, report_of(used("narrow"), used("wide"), {"kind": "sent", "form": "text", "sends": "right"}))
    assert lines == ["text was not sent empty", "text was not sent wrong"]


def test_the_files_of_all_processes_are_read_and_listed_with_their_tests(tmp_path):
    for number, entry in enumerate((used("narrow"), used("wide"))):
        (tmp_path / f"{number}.jsonl").write_text(json.dumps(entry) + "\n")
    report = read(tmp_path)
    assert missing(NAMES, report) == []
    assert list(listing(NAMES, report)) == [
        "save  [/settings]  used: as it is, narrow, wide",
        "    test_a: saved",
    ]
