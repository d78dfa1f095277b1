"""The state of the connection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from nova_app.protocol.reconnect_policy import STATE_LABELS
from nova_app.stores.base import Action, ClientStore, Field
from nova_app.stores.vars import choose


@dataclass(frozen=True)
class ConnectionFigures:
    """What this page's connection went through, ready to be read by a person.

    Attributes:
        reconnects: How often the connection came back.
        downtime: For how long it was lost in all, for example ``1 min 5 s``.
        round_trip: The median of the last round trips, for example ``12 ms``.
        queued: Messages that wait in this browser.
        last_contact: The time of day of the last answer of the server.
    """

    reconnects: int = 0
    downtime: str = "0 s"
    round_trip: str = "-"
    queued: int = 0
    last_contact: str = "-"


class _StateLabel:
    """The label of the state and its reason, as a var of the page."""

    def __get__(self, instance: None, owner: type[ConnectionStore]) -> Any:
        """Match state and reason."""
        labels = {state: _label_of(owner, state) for state in STATE_LABELS}
        return rx.match(owner.state, *labels.items(), STATE_LABELS["CONNECTING"][""])


def _label_of(store: type[ConnectionStore], state: str) -> Any:
    labels = STATE_LABELS[state]
    if state == "CONNECTED":
        return choose(store.synced, labels["synced"], labels[""])
    reasons = [(reason, label) for reason, label in labels.items() if reason]
    return rx.match(store.reason, *reasons, labels[""]) if reasons else labels[""]


class ConnectionStore(ClientStore):
    """State, reason and label, and the banner about them.

    ``status`` is ``state`` under the name that components ask for. ``next_retry_at`` is in
    epoch milliseconds, ``attempt`` counts attempts since the last stable connection,
    ``are_pages_connected`` says whether controls that need the server work. ``banner``
    is a key of ``nova_app.components.banners.BANNERS`` or empty, ``banner_seconds`` counts
    down to the next attempt where that is worth it (else 0), ``sent`` is how many messages
    arrived since the last loss, ``announcement`` the text for screen readers.
    """

    store_name = "connection"

    state = Field("DISCONNECTED")
    status = Field("DISCONNECTED")
    reason = Field("")
    synced = Field(default=False)
    label = _StateLabel()
    is_connected = Field(default=False)
    is_reconnecting = Field(default=False)
    are_pages_connected = Field(default=True)
    attempt = Field(0)
    next_retry_at: Field[float | None] = Field(None, float | None)
    queued = Field(0)
    metrics = Field(ConnectionFigures(), ConnectionFigures)
    banner = Field("")
    banner_seconds = Field(0)
    sent = Field(0)
    announcement = Field("")

    retry = Action()
