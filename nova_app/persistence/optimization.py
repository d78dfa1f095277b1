"""What keeps the database quick."""

from __future__ import annotations

from sqlmodel import Session

from nova_app.persistence.engine import raw_connection

ANALYSIS_ROWS = 1_000
"""So many rows of an index are looked at: milliseconds, whatever the size."""
ANALYSED_FROM_MESSAGES = 50_000
"""Counts of a small database would plan badly for what it grows to before the next run."""
MERGED_PAGES = 500


def optimize(session: Session) -> None:
    """Let SQLite count what it plans its queries by, and merge parts of the index of words; bounded work."""
    connection = raw_connection(session.connection())
    connection.execute(f"PRAGMA analysis_limit = {ANALYSIS_ROWS}")
    (messages,) = connection.execute("SELECT coalesce(max(number), 0) FROM message").fetchone()
    if messages >= ANALYSED_FROM_MESSAGES:
        connection.execute("ANALYZE")
    connection.execute("INSERT INTO message_search (message_search, rank) VALUES ('merge', ?)", (MERGED_PAGES,))
