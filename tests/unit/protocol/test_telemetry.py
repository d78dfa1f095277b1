"""Reports are bounded, whatever a browser sends."""

import pytest
from pydantic import ValidationError

from nova_app.protocol.telemetry import NAMES_MAX, SAMPLES_MAX, PageReport, TelemetryRequest


def parse(**figures):
    return TelemetryRequest.model_validate({"connection": figures}).connection


def test_known_names_are_kept_and_all_others_are_one():
    report = parse(
        closes={"1006": 2, "1": 1, "evil{}": 4}, wakes={"online": 1, "x" * 500: 2}, nacks={"not_found": 3}, more=1
    )

    assert report.closes == {"1006": 2, "other": 5}
    assert report.wakes == {"online": 1, "other": 2}
    assert report.nacks == {"not_found": 3}


@pytest.mark.parametrize(
    "figures",
    [
        {"dials": -1},
        {"dials": 10**9},
        {"dials": "many"},
        {"downtime_ms": float("nan")},
        {"closes": {str(n): 1 for n in range(NAMES_MAX + 1)}},
        {"closes": {"1006": -1}},
    ],
)
def test_figures_out_of_bounds_are_refused(figures):
    with pytest.raises(ValidationError):
        parse(**figures)


def test_a_page_without_a_report_of_its_own_is_taken():
    assert TelemetryRequest.model_validate({"connection": {}}).page.calls == []


def test_errors_of_unknown_kinds_are_counted_as_unknown():
    page = PageReport.model_validate({"errors": {"TIMEOUT": 2, "evil{}": 3, "UNKNOWN": 1}})

    assert page.errors == {"TIMEOUT": 2, "UNKNOWN": 4}


@pytest.mark.parametrize(
    "page",
    [
        {"calls": [{"route": "search", "status": "2xx", "ms": 1}] * (SAMPLES_MAX + 1)},
        {"calls": [{"route": "x" * 500, "status": "2xx", "ms": 1}]},
        {"calls": [{"route": "search", "status": "2xx", "ms": -1}]},
        {"roundtrips_ms": [float("inf")]},
        {"vitals": {"lcp": -3}},
        {"layout_shift": 1e9},
    ],
)
def test_samples_out_of_bounds_are_refused(page):
    with pytest.raises(ValidationError):
        PageReport.model_validate(page)
