"""Writes the tables of the documentation that are data here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from nova_app.domain.errors import ERRORS
from nova_app.observability.catalogue import FAMILIES, PROBE
from nova_app.observability.family import Family
from nova_app.protocol.codes import CLOSE_CODES, CLOSE_REASONS, CloseCode
from nova_app.settings import Settings, allowed_for, name_of

PAGES: Mapping[str, Callable[[], str]] = {
    "docs/error-handling.md": lambda: _table(
        ("code", "kind", "text"), [(f"`{code}`", f"`{facts.kind}`", facts.text) for code, facts in ERRORS.items()]
    ),
    "docs/reference/protocol.md": lambda: _table(
        ("code", "meaning", "what the client does"),
        [(str(row.code), row.meaning, _answer_to(row)) for row in CLOSE_CODES.values()]
        + [(f"{row.code} `{reason}`", row.meaning, _answer_to(row)) for reason, row in CLOSE_REASONS.items()],
    ),
    "docs/reference/metrics.md": lambda: _table(
        ("family", "type", "labels", "what it says"),
        [(f"`{family.name}`", family.kind, _labels_of(family), family.about) for family in (*FAMILIES, *PROBE)],
    ),
    "docs/reference/settings.md": lambda: _table(
        ("variable", "default", "allowed", "what it does"),
        [
            (f"`{name_of(name)}`", f"`{_default_of(setting.default)}`", allowed_for(name), setting.description or "")
            for name, setting in Settings.model_fields.items()
        ],
    ),
}
"""Each page that holds a generated table, with what writes it."""

_BEGIN = "<!-- table: written by `nova generate` -->\n"
_END = "<!-- /table -->"


def with_table(page: str, table: str) -> str:
    """Return the page with this table between its marks.

    Raises:
        ValueError: The page has no such marks.
    """
    begin, end = page.index(_BEGIN) + len(_BEGIN), page.index(_END)
    return page[:begin] + table + page[end:]


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _default_of(default: object) -> object:
    return "unset" if default in ("", ()) else default


def _labels_of(family: Family) -> str:
    return "; ".join(f"`{name}`: {', '.join(values) or 'see there'}" for name, values in family.labels.items())


def _answer_to(row: CloseCode) -> str:
    if row.action == "stop":
        return f"{row.state} (`{row.reason}`), no further attempt"
    if row.action == "three_tries":
        return f"three attempts, then {row.state} (`{row.reason}`)"
    if row.action == "fail_message":
        return "the message that was too large fails with its reason; reconnect"
    return f"reconnect (`{row.reason}`), by the policy or the server's advice"
