"""Errors that people are shown apart from rows and banner."""

from __future__ import annotations

from dataclasses import dataclass

from nova_app.stores.base import Action, ClientStore, Field


@dataclass(frozen=True)
class Notice:
    """One error on the screen; ``count`` says how often it happened."""

    id: str
    kind: str
    code: str
    text: str
    count: int
    can_retry: bool
    at: float


class ErrorStore(ClientStore):
    """What went wrong and was not yet put away."""

    store_name = "errors"

    notices = Field([], list[Notice])

    dismiss = Action()
