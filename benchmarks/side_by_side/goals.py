"""What Nova is to reach, as data, and whether a run reached it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.side_by_side.results import Results


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound of a figure, or of its ratio to a peer's.

    Attributes:
        peers: Whose figure it is compared with; the first that was measured counts. Empty: the figure itself.
        bound: At least so much with ``is_floor``, else at most.
    """

    work: str
    figure: str
    bound: float
    peers: Sequence[str] = ()
    is_floor: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A goal and what was measured; ``value`` is None where it could not be."""

    goal: Goal
    peer: str
    value: float | None

    @property
    def is_met(self) -> bool:
        """Whether it was reached."""
        if self.value is None:
            return False
        return self.value >= self.goal.bound if self.goal.is_floor else self.value <= self.goal.bound

    @property
    def missed_by(self) -> str:
        """By how much, in words."""
        if self.value is None:
            return "not measured"
        if self.is_met:
            return "met"
        share = self.goal.bound / self.value if self.goal.is_floor else self.value / self.goal.bound
        return f"missed by {100 * (share - 1):.0f} %"


NODE = ("socketio-node", "socketio-bun")
"""On Bun where Node's SQLite was not compiled."""
RATE, CPU = "messages_per_second", "server_cpu"

GOALS: Sequence[Goal] = (
    Goal("room", RATE, 12, NODE, is_floor=True),
    Goal("room", RATE, 30, ("socketio-python",), is_floor=True),
    Goal("room", RATE, 40, ("ejabberd",), is_floor=True),
    Goal("room", RATE, 0.5, ("ceiling",), is_floor=True),
    Goal("rooms", RATE, 1.8, NODE, is_floor=True),
    Goal("rooms", RATE, 0.75, ("ceiling",), is_floor=True),
    Goal("steady", "p50_ms", 1.0, NODE),
    Goal("steady", "p50_ms", 1.8, ("limit",)),
    Goal("steady", CPU, 1.0, NODE),
    Goal("durable", "durable_per_second", 0.6, ("raw",), is_floor=True),
    Goal("durable", "lone_p50_ms", 1.3, ("raw",)),
    Goal("idle", "kb_per_socket", 16, unit="kB"),
    Goal("idle", "kb_per_socket", 2.0, ("ws-node",)),
    Goal("idle", "base_mb", 105, unit="MB"),
    Goal("storm", "storm_seconds", 0.5, NODE),
    Goal("stalled", "stalled_ratio", 1.2),
    Goal("start", "answered_s", 5, unit="s"),
    Goal("first_message", "first_ms", 700, unit="ms"),
    Goal("first_message", "first_kb", 200, unit="kB"),
    Goal("live_page", "inp_ms", 200, unit="ms"),
    Goal("scrolling", "frame_p95_ms", 8, unit="ms"),
    Goal("scrolling", "longest_ms", 50, unit="ms"),
    Goal("scrolling", "rows", 300),
)


def judge(results: Results) -> Iterator[Verdict]:
    """Every goal beside what a run measured."""
    for goal in GOALS:
        if not goal.peers:
            yield Verdict(goal, "", results.find(goal.work, "nova", goal.figure))
            continue
        found = {peer: results.ratio(goal.work, goal.figure, "nova", to=peer) for peer in goal.peers}
        peer = next((name for name, value in found.items() if value is not None), goal.peers[0])
        yield Verdict(goal, peer, found[peer])
