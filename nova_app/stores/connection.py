"""The one truth about the connection."""

from __future__ import annotations

from nova_app.stores.base import Action, ClientStore, Field


class ConnectionStore(ClientStore):
    """State, reason and word of the contract; ``next_retry_at`` in epoch milliseconds."""

    store_name = "connection"

    state = Field("DISCONNECTED")
    reason = Field("")
    synced = Field(default=False)
    word = Field("Connecting…")
    is_connected = Field(default=False)
    is_reconnecting = Field(default=False)
    attempt = Field(0)
    next_retry_at = Field(None, float | None)
    queued = Field(0)

    retry = Action()
