"""Numbers without a lock say on the page exactly what the ones with a lock say."""

import asyncio
import dataclasses

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.parser import text_string_to_metric_families

from nova_app.observability.catalogue import FAMILIES, SOCKET
from nova_app.observability.exposition import render
from nova_app.observability.family import GAUGE
from nova_app.observability.message_families import DELIVERIES
from nova_app.observability.metrics import Metrics

HOT = [family for family in FAMILIES if family.is_hot]
COLD = [dataclasses.replace(family, is_hot=False) for family in HOT]
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


def test_what_happens_for_every_frame_is_hot():
    assert [*HOT] == [family for family in (*SOCKET, *DELIVERIES) if family.kind != GAUGE]


@given(st.lists(st.tuples(st.sampled_from(HOT), st.floats(0, 2_000_000), st.integers(0, 20)), max_size=30))
def test_the_page_is_the_same(done):
    hot, cold = Metrics(families=HOT), Metrics(families=COLD)
    for family, size, place in done:
        values = family.combinations[place % len(family.combinations)]
        for metrics in (hot, cold):
            if family.buckets:
                metrics.histogram(family.name, *values).observe(size)
            else:
                metrics.counter(family.name, *values).inc(size)

    assert generate_latest(hot.registry) == generate_latest(cold.registry)


def test_a_bound_belongs_to_its_own_bucket():
    metrics = Metrics(families=HOT)
    metrics.histogram("ws_handshake_duration_seconds").observe(0.005)

    assert metrics.registry.get_sample_value("ws_handshake_duration_seconds_bucket", {"le": "0.005"}) == 1


def test_some_families_can_be_read_alone():
    registry = Metrics(families=HOT).registry.restricted_registry(["ws_operations_total"])

    assert {sample.name for family in registry.collect() for sample in family.samples} == {"ws_operations_total"}


def test_the_page_that_is_made_in_pieces_is_the_whole_page():
    metrics = Metrics(CollectorRegistry(), families=FAMILIES)
    metrics.counter("ws_messages_sent_total", "message").inc(3)

    plain, plain_type = asyncio.run(render(metrics, "", compress=False))
    opened, opened_type = asyncio.run(render(metrics, OPENMETRICS, compress=False))

    assert plain == generate_latest(metrics.registry)
    assert opened == generate_openmetrics(metrics.registry)
    assert plain_type.startswith("text/plain")
    assert opened_type.startswith("application/openmetrics-text")
    assert sum(1 for _ in text_string_to_metric_families(plain.decode())) == len(FAMILIES)
