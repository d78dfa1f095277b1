"""What a planned start looks like, so that no alert takes one for a fault."""

STARTING_SECONDS = 600
"""After a start, or the last one of a rolling update, all clients have reconnected within this time."""
JUST_STARTED = f'(time() - max by (job) (process_start_time_seconds{{job="nova"}}) < {STARTING_SECONDS})'


def outside_starts(expr: str) -> str:
    """Return the expression without what it says shortly after a process has started."""
    return f"{expr} unless on (job) {JUST_STARTED}"
