"""How many people, conversations and messages there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nova_app.observability.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Census:
    """A count of everything, at one moment; the keys are the labels of ``catalogue.CENSUS``."""

    active_users: Mapping[str, int]
    users: Mapping[str, int]
    conversations: Mapping[str, int]
    messages: int
    funnel: Mapping[str, int]


def show_census(census: Census, metrics: Metrics) -> None:
    """Set the gauges of a census."""
    tables = {
        "nova_active_users": census.active_users,
        "nova_users": census.users,
        "nova_conversations": census.conversations,
        "nova_funnel_users": census.funnel,
    }
    for name, table in tables.items():
        for value, number in table.items():
            metrics.gauge(name, value).set(number)
    metrics.gauge("nova_stored_messages").set(census.messages)
