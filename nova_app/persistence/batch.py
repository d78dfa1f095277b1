"""Applies one batch of write requests, in order, inside the writer's transaction."""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session

from nova_app.domain.errors import ErrorCode, Unavailable
from nova_app.domain.events import ConversationRenamed, Event, MemberChanged, Posted
from nova_app.observability.occasional_log import OccasionalLog
from nova_app.observability.storage import log_storage_fault
from nova_app.persistence.append_messages import append_drafts
from nova_app.persistence.change_messages import change_messages
from nova_app.persistence.engine import raw_connection
from nova_app.persistence.positions import advance_positions
from nova_app.persistence.write_requests import (
    ChangesRequest,
    DraftsRequest,
    FunctionRequest,
    PositionRequest,
    WriteRequest,
)

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Applied:
    """What a batch did.

    Attributes:
        results: Per request, in order; a failure is its exception.
        events: New durable events, in the order of the log.
        accepted: How many messages were stored, by the kind of their conversation.
    """

    results: list[object] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    accepted: Counter[str] = field(default_factory=Counter)


def apply(connection: Connection, batch: Sequence[WriteRequest], created_at: str, log: OccasionalLog) -> Applied:
    """Apply all requests; neighbours of the same kind are applied together.

    Args:
        log: Takes what fails because of the machine.

    Raises:
        Exception: The database failed; the caller rolls all of it back.
    """
    applied = Applied()
    for kind, run in groupby(batch, type):
        if kind is DraftsRequest:
            _apply_drafts(connection, run, created_at, applied)
        elif kind is ChangesRequest:
            _apply_changes(connection, run, created_at, applied)
        elif kind is PositionRequest:
            positions = [item.position for item in run if isinstance(item, PositionRequest)]
            applied.results += advance_positions(raw_connection(connection), positions)
        else:
            for item in run:
                assert isinstance(item, FunctionRequest)
                _apply_write(connection, item, applied, log)
    return applied


def _apply_drafts(connection: Connection, run: Iterable[WriteRequest], created_at: str, applied: Applied) -> None:
    requests = [item for item in run if isinstance(item, DraftsRequest)]
    drafts = [draft for item in requests for draft in item.drafts]
    outcomes, accepted = append_drafts(raw_connection(connection), drafts, created_at)
    applied.accepted.update(accepted)
    applied.events += [o.message for o in outcomes if isinstance(o, Posted) and not o.duplicate]
    rest: Iterator[object] = iter(outcomes)
    applied.results += [[next(rest) for _ in item.drafts] for item in requests]


def _apply_changes(connection: Connection, run: Iterable[WriteRequest], created_at: str, applied: Applied) -> None:
    for item in run:
        assert isinstance(item, ChangesRequest)
        outcomes, events = change_messages(raw_connection(connection), item.changes, created_at)
        applied.results.append(outcomes)
        applied.events += events


def _apply_write(connection: Connection, item: FunctionRequest, applied: Applied, log: OccasionalLog) -> None:
    """Run one write in a savepoint, so that its failure is its own."""
    try:
        with (
            Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session,
            session.begin(),
        ):
            result = item.write(session)
    except Exception as fault:
        if not raw_connection(connection).in_transaction:
            # SQLite has given up the whole transaction (a full disk does this).
            raise
        applied.results.append(_refusal_of(fault, log))
        return
    applied.results.append(result)
    if isinstance(result, MemberChanged | ConversationRenamed):
        applied.events.append(result)


def _refusal_of(fault: Exception, log: OccasionalLog) -> Exception:
    if isinstance(fault, DBAPIError | sqlite3.OperationalError) and not isinstance(fault, IntegrityError):
        if not log_storage_fault(log, "nothing can be stored", fault):
            logger.error("a write failed", exc_info=fault)
        return Unavailable(ErrorCode.STORAGE_UNAVAILABLE)
    return fault
