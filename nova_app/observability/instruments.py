"""All recorders of a process, in one value."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from prometheus_client import GCCollector, ProcessCollector

from nova_app.observability.browser import BrowserMetrics
from nova_app.observability.catalogue import API, FAMILIES
from nova_app.observability.http import HttpMetrics, Route, families_of
from nova_app.observability.metrics import Metrics
from nova_app.observability.process import TaskMetrics, build
from nova_app.observability.queue import QueueMetrics
from nova_app.observability.sockets import DeliveryMetrics, SocketMetrics
from nova_app.observability.storage import StorageMetrics
from nova_app.observability.usage import UsageMetrics


@dataclass(frozen=True, slots=True)
class Instruments:
    """The recorders of one process, over one registry."""

    metrics: Metrics
    sockets: SocketMetrics
    deliveries: DeliveryMetrics
    storage: StorageMetrics
    http: HttpMetrics
    usage: UsageMetrics
    queue: QueueMetrics
    browser: BrowserMetrics
    tasks: TaskMetrics


def create_instruments(routes: Sequence[Route] = ()) -> Instruments:
    """Create every series of a process.

    Args:
        routes: The methods and route templates that the API serves.
    """
    build_info = build()
    families = [
        dataclasses.replace(family, only=[build_info]) if family.name == "nova_build_info" else family
        for family in FAMILIES
        if family not in API
    ]
    metrics = Metrics(families=[*families, *families_of(routes)])
    metrics.gauge("nova_build_info", *build_info).set(1)
    ProcessCollector(registry=metrics.registry)
    GCCollector(registry=metrics.registry)
    return Instruments(
        metrics,
        SocketMetrics(metrics),
        DeliveryMetrics(metrics),
        StorageMetrics(metrics),
        HttpMetrics(metrics, routes),
        UsageMetrics(metrics),
        QueueMetrics(metrics),
        BrowserMetrics(metrics),
        TaskMetrics(metrics),
    )
