"""The catalogue: lint-clean, closed, and every series there from the beginning."""

import sqlite3
import subprocess
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import generate_latest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.observability.catalogue import DISCONNECTIONS, FAMILIES, FRAMES, PROBE, RECONNECTIONS, WS_ERRORS
from nova_app.observability.family import HISTOGRAM
from nova_app.observability.instruments import create_instruments
from nova_app.observability.storage import cause_of
from nova_app.observability.usage import LOGINS, REGISTRATIONS, UPLOADS
from nova_app.protocol.frames import ClientFrame
from nova_app.protocol.server_frames import SERVER_FRAMES
from nova_app.realtime import metric_labels
from tests.series import read_series

SERIES_BUDGET = 2_400
ROUTES = [("GET", "/api/v1/conversations"), ("POST", "/api/v1/conversations"), ("GET", "/metrics")]


def test_the_page_is_lint_clean():
    page = generate_latest(create_instruments(ROUTES).metrics.registry)

    done = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True, check=False)

    assert (done.returncode, done.stderr) == (0, b"")


def test_names_are_unique_and_say_their_unit():
    names = [family.name for family in (*FAMILIES, *PROBE)]

    assert len(names) == len(set(names))
    for family in FAMILIES:
        assert family.name.endswith("_total") == (family.kind == "counter"), family.name
        assert family.about.endswith("."), family.name
        assert list(family.buckets) == sorted(set(family.buckets)), family.name
        assert bool(family.buckets) == (family.kind == HISTOGRAM), family.name


def test_every_counter_is_there_before_anything_happens():
    series = read_series(create_instruments(ROUTES).metrics.registry)

    for family in FAMILIES:
        if family.kind == "counter" and family.labels and all(family.labels.values()):
            for values in family.combinations:
                assert series[family.name, *sorted(zip(family.labels, values, strict=True))] == 0


@given(st.text(max_size=1_000), st.integers(min_value=-5, max_value=900))
def test_hostile_values_make_no_series(word, status):
    instruments = INSTRUMENTS
    usage, browser = instruments.usage, instruments.browser

    usage.searched(word, "ok", 0.1, 1)
    browser.errors("UNKNOWN", word, 1)
    browser.calls(word, "2xx", [0.1])
    instruments.http.began()
    instruments.http.ended(word, word, status, 0.1)
    instruments.sockets.resumed(metric_labels.return_reason(word), 1.0)

    assert set(read_series(instruments.metrics.registry)) == NAMES
    assert len(NAMES) <= SERIES_BUDGET


INSTRUMENTS = create_instruments(ROUTES)
NAMES = set(read_series(INSTRUMENTS.metrics.registry))


def test_a_label_value_that_does_not_exist_and_has_no_other_is_a_mistake_in_the_code():
    with pytest.raises(KeyError):
        INSTRUMENTS.metrics.counter("nova_logins_total", "perhaps")


def test_what_rooms_say_is_in_the_catalogue():
    assert {frame.metric_label for frame in (*get_args(ClientFrame), *SERVER_FRAMES)} <= set(FRAMES)
    for code in ErrorCode:
        fault = Refused(code)
        assert metric_labels.error_cause(fault) in WS_ERRORS
        assert metric_labels.end_reason(fault, None) in DISCONNECTIONS
    for close_code in (None, 1000, 1001, 1005, 1006, 4000):
        assert metric_labels.end_reason(None, close_code) in DISCONNECTIONS
    assert all(metric_labels.return_reason(word) in RECONNECTIONS for word in ("network", "timeout", "offline", "?"))
    lost = {metric_labels.loss_reason(end) for end in DISCONNECTIONS}
    reasons = next(family for family in FAMILIES if family.name == "nova_message_delivery_failures_total")
    assert lost <= set(reasons.labels["reason"])


@pytest.mark.parametrize("name", [LOGINS, REGISTRATIONS, UPLOADS])
@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_outcome_has_a_result(name, code):
    with pytest.raises(Refused), INSTRUMENTS.usage.outcome(name):
        raise Refused(code)


def test_a_locked_database_is_recognised_by_sqlites_own_code(tmp_path):
    file = tmp_path / "a.db"
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("CREATE TABLE t (x)")
    holder.execute("BEGIN IMMEDIATE")
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": 0.01})

    with pytest.raises(DBAPIError) as caught, engine.begin() as connection:
        connection.execute(text("INSERT INTO t VALUES (1)"))

    assert cause_of(caught.value) == "locked"
    assert cause_of(ValueError("something else")) == "other"
    engine.dispose()
    holder.close()
