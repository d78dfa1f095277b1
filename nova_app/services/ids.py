"""Ids that clients send."""

from __future__ import annotations

import uuid

from nova_app.domain.errors import ErrorCode, Refused


def canonical_id(text: str) -> str | None:
    """Return a UUID in its canonical form; None for anything else."""
    try:
        parsed = str(uuid.UUID(text))
    except ValueError:
        return None
    # Only the usual form in either case: uuid.UUID also takes braces, urn: and no dashes.
    return parsed if parsed == text.lower() else None


def invalid_field(field: str, text: str) -> Refused:
    """Return the refusal of a field, with a sentence for its author."""
    return Refused(ErrorCode.INVALID_FIELDS, text, fields={field: text})
