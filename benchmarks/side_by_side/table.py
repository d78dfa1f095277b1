"""The tables of a run, as Markdown. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.side_by_side.curves import CURVES, works_of
from benchmarks.side_by_side.goals import Verdict, judge
from benchmarks.side_by_side.results import Results


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of a work's table: its head, its digits, and what it is multiplied with."""

    figure: str
    head: str
    digits: int = 0
    factor: float = 1


TITLES = {
    "nova": "**Nova**",
    "ceiling": "bare echo (picows): no logic, nothing stored",
    "limit": "C, epoll + SQLite, group commit",
    "bun": "Bun + bun:sqlite",
    "socketio-bun": "socket.io in Bun + bun:sqlite",
    "socketio-python": "python-socketio + SQLModel",
    "ws-node": "Node ws + better-sqlite3",
    "socketio-node": "Node socket.io + better-sqlite3",
    "ejabberd": "ejabberd, MUC + MAM (SQLite)",
    "raw": "SQLite alone, batches of 32; one at a time",
}
RATES = (
    Column("messages_per_second", "messages/s"),
    Column("deliveries_per_second", "deliveries/s"),
    Column("p50_ms", "p50 ms", 1),
    Column("p99_ms", "p99 ms", 1),
    Column("cpu_us_per_message", "server µs/message"),
    Column("server_cpu", "server CPU %", 0, 100),
    Column("generator_cpu", "generator CPU %", 0, 100),
    Column("missing", "missing"),
)
WORKS: dict[str, tuple[str, Sequence[Column]]] = {
    "room": ("One room of 100 members, 10 senders, 40 messages in flight", RATES),
    "busy": ("The same with 400 in flight", RATES),
    "rooms": ("20 rooms of 50 members, 100 messages in flight", RATES),
    "steady": (
        "50 messages a second to 100 members",
        (
            Column("p50_ms", "p50 ms", 2),
            Column("p99_ms", "p99 ms", 2),
            Column("ack_p50_ms", "ack p50 ms", 2),
            Column("server_cpu", "server CPU %", 1, 100),
            Column("missing", "missing"),
        ),
    ),
    "stalled": (
        "1,000 messages a second to 100 members, then also one who does not read",
        (
            Column("p99_ms", "others' p99 ms", 2),
            Column("p99_stalled_ms", "with the stalled one", 2),
            Column("stalled_ratio", "ratio", 2),
            Column("stalled_cpu", "CPU, ratio", 2),
        ),
    ),
    "durable": (
        "Stored for good: 50 senders who wait for it, and one",
        (Column("durable_per_second", "messages/s"), Column("lone_p50_ms", "one sender's p50 ms", 3)),
    ),
    "idle": (
        "2,000 sockets at rest",
        (Column("base_mb", "base MB", 1), Column("kb_per_socket", "kB per socket", 1)),
    ),
    "storm": (
        "2,000 sockets at once",
        (
            Column("storm_seconds", "seconds", 2),
            Column("storm_cpu", "server CPU s", 2),
            Column("turned_away", "turned away, came again"),
        ),
    ),
    "start": (
        "From the stop of a built Nova to its first answer again",
        (
            Column("answered_s", "seconds", 1),
            Column("start_cpu_s", "CPU s", 2),
            Column("framework_cpu_s", "CPU s of loading Reflex alone", 2),
        ),
    ),
    "first_message": (
        "A page that is new to the browser, until its first message: 10 Mbit/s, 40 ms",
        (Column("first_ms", "ms"), Column("first_kb", "kB"), Column("answers", "answers")),
    ),
    "live_page": (
        "An open page: 50 messages a second while somebody types, then 10,000 at once",
        (
            Column("inp_ms", "INP ms"),
            Column("cpu_ms", "CPU ms/message", 1),
            Column("heap_mb", "heap MB", 1),
            Column("heap_after_mb", "heap MB after", 1),
        ),
    ),
    "scrolling": (
        "Scrolling through 100,000 messages: scripts, style and layout",
        (
            Column("frame_p50_ms", "a frame's p50 ms", 1),
            Column("frame_p95_ms", "a frame's p95 ms", 1),
            Column("longest_ms", "longest task ms", 1),
            Column("rows", "most rows"),
        ),
    ),
}
FIGURES = {
    "messages_per_second": "messages/s",
    "p50_ms": "p50",
    "server_cpu": "CPU",
    "durable_per_second": "messages/s",
    "lone_p50_ms": "a lone sender's p50",
    "kb_per_socket": "kB per socket",
    "base_mb": "base MB",
    "storm_seconds": "seconds",
    "stalled_ratio": "others' p99, ratio",
    "answered_s": "seconds",
    "first_ms": "time",
    "first_kb": "weight",
    "inp_ms": "INP",
    "frame_p95_ms": "a frame's p95",
    "longest_ms": "longest task",
    "rows": "rows in the document",
}


def work_tables(results: Results) -> Iterable[str]:
    """A table for each work that was measured."""
    for work, (title, columns) in WORKS.items():
        if measured := results.rounds.get(work):
            count = max(map(len, measured.values()))
            yield f"### {title}\n"
            yield f"Medians of {count} rounds in turns.\n" if count > 1 else "One round.\n"
            yield from _table(results, work, columns)
            yield ""


def curve_tables(results: Results) -> Iterable[str]:
    """A table for each curve that was measured: a row for each peer, a column for each value."""
    for curve in CURVES:
        works = works_of(curve)
        peers = [peer for peer in TITLES if any(peer in results.rounds.get(work, {}) for work in works.values())]
        if not peers:
            continue
        yield f"### {curve.title}\n"
        yield "| | " + " | ".join(f"{value:,}" for value in works) + " |"
        yield "|---" + "|--:" * len(works) + "|"
        column = Column(curve.figure, "", 1 if curve.figure == "kb_per_socket" else 0)
        for peer in peers:
            cells = (_cell(results.find(work, peer, curve.figure), column) for work in works.values())
            yield f"| {TITLES[peer]} | " + " | ".join(cells) + " |"
        yield ""


def goal_table(results: Results) -> Iterable[str]:
    """Every goal, what was measured, and by how much it was missed."""
    yield "| goal | | measured | |"
    yield "|---|---|--:|---|"
    for verdict in judge(results):
        yield f"| {WORKS[verdict.goal.work][0]} | {_bound(verdict)} | {_measured(verdict)} | {verdict.missed_by} |"


def version_table(results: Results) -> Iterable[str]:
    """Who was measured, and who could not be."""
    yield "| | version |"
    yield "|---|---|"
    for peer, version in results.versions.items():
        yield f"| {TITLES[peer]} | {version} |"
    for peer, why in results.absent.items():
        name, _, work = peer.partition("/")
        yield f"| {TITLES[name]}{f', {work}' if work else ''} | not measured: {why} |"


def _table(results: Results, work: str, columns: Sequence[Column]) -> Iterable[str]:
    yield "| | " + " | ".join(column.head for column in columns) + " |"
    yield "|---" + "|--:" * len(columns) + "|"
    for peer in (name for name in TITLES if name in results.rounds[work]):
        cells = (_cell(results.find(work, peer, column.figure), column) for column in columns)
        yield f"| {TITLES[peer]} | " + " | ".join(cells) + " |"


def _cell(value: float | None, column: Column) -> str:
    return "–" if value is None else f"{value * column.factor:,.{column.digits}f}"


def _bound(verdict: Verdict) -> str:
    goal = verdict.goal
    sign = "≥" if goal.is_floor else "≤"
    of = f" × {TITLES[verdict.peer]}" if goal.peers else f" {goal.unit}".rstrip()
    return f"{FIGURES[goal.figure]} {sign} {goal.bound:g}{of}"


def _measured(verdict: Verdict) -> str:
    return "–" if verdict.value is None else f"{verdict.value:.3g}"
