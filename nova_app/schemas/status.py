"""Bodies of the status page."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel


class FigureResponse(BaseModel):
    """A figure with its course, as an SVG path whose field ends at ``top``."""

    name: str
    value: str
    about: str
    path: str
    top: str
    is_bad: bool


class ErrorCount(BaseModel):
    """How many errors of a kind pages reported since the start."""

    kind: str
    count: int


class AlertResponse(BaseModel):
    """An alert that fires."""

    name: str
    severity: str
    summary: str
    runbook_url: str
    dashboard_url: str
    since: str


class StatusSentence(BaseModel):
    """How Nova is doing, for everybody: whether anything is wrong at all."""

    is_admin: Literal[False] = False
    is_well: bool


class StatusResponse(BaseModel):
    """How Nova is doing, for admins.

    ``alerts_state`` is off, unreachable or known; ``day`` has 48 half hours, oldest first, each good, bad or none.
    """

    is_admin: Literal[True] = True
    is_well: bool
    version: str
    revision: str
    since: datetime
    figures: list[FigureResponse]
    day: list[str]
    kinds: list[ErrorCount]
    alerts_state: str
    alerts: list[AlertResponse]
    dashboards_url: str
