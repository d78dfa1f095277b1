"""Writes the tables of the documentation that are data here. May import: domain, protocol."""

from __future__ import annotations

from nova_app.domain.errors import ERRORS

_BEGIN = "<!-- codes: written by `nova generate` -->\n"
_END = "<!-- /codes -->"


def with_codes(page: str) -> str:
    """The page with the table of every error code between its marks.

    Raises:
        ValueError: The page has no such marks.
    """
    begin, end = page.index(_BEGIN) + len(_BEGIN), page.index(_END)
    head = "| code | kind | words |\n|---|---|---|\n"
    rows = "".join(f"| `{code}` | `{facts.kind}` | {facts.text} |\n" for code, facts in ERRORS.items())
    return page[:begin] + head + rows + page[end:]
