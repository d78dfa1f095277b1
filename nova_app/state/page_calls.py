"""What handlers of the server ask of the page's runtime: by name, as the policy of pages lets nothing else run."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from reflex_base.event import EventSpec, server_side

PAGE_CALL = "_nova"
"""The event of Reflex's socket that the runtime takes (``bundle.py``, ``assets/nova/runtime.js``)."""


def call_page(call: str, fields: Mapping[str, Any] | None = None) -> EventSpec:
    """Return the event that calls the runtime's function of this name with these fields, which are JSON."""
    return server_side(PAGE_CALL, inspect.signature(call_page), call=call, fields=dict(fields or {}))
