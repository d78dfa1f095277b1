"""How figures grow with members per room, rooms, sockets and stored messages: the longer form of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.side_by_side.peers.base import Layout
from benchmarks.side_by_side.works.base import Stage
from benchmarks.side_by_side.works.messages import looping
from benchmarks.side_by_side.works.sockets import idle

PEERS = ("nova", "ceiling", "limit", "socketio-bun", "socketio-node", "socketio-python")


@dataclass(frozen=True, slots=True)
class Curve:
    """One figure over one axis.

    Attributes:
        name: Begins the keys of its works: ``name=value``.
        figure: What is drawn.
    """

    name: str
    title: str
    figure: str
    stages: dict[int, Stage]


def _key(name: str, value: int) -> str:
    return f"{name}={value}"


def _rate(name: str, value: int, layout: Layout, *, in_flight: int, peers: Sequence[str] = PEERS) -> Stage:
    return Stage(layout, (looping(_key(name, value), in_flight),), peers=peers, rounds=3)


CURVES: Sequence[Curve] = (
    Curve(
        "members",
        "Messages a second over the members of one room, 40 in flight",
        "messages_per_second",
        {count: _rate("members", count, Layout(1, count, 10), in_flight=40) for count in (10, 100, 300, 1_000)},
    ),
    Curve(
        "rooms",
        "Messages a second over rooms of 50 members, 100 in flight",
        "messages_per_second",
        {count: _rate("rooms-of-50", count, Layout(count, 50, 5), in_flight=100) for count in (1, 5, 20, 60)},
    ),
    Curve(
        "sockets",
        "kB per socket over sockets at rest",
        "kb_per_socket",
        {
            count: Stage(Layout(count // 50, 50, 0), (idle(_key("sockets", count)),), PEERS, rounds=3, is_opening=False)
            for count in (500, 2_000, 5_000)
        },
    ),
    Curve(
        "stored",
        "Messages a second over messages that are stored already; one room of 100, 40 in flight",
        "messages_per_second",
        {
            count: _rate("stored", count, Layout(1, 100, 10, stored=count), in_flight=40, peers=("nova",))
            for count in (0, 10_000, 100_000)
        },
    ),
)


STAGES = [stage for curve in CURVES for stage in curve.stages.values()]


def works_of(curve: Curve) -> dict[int, str]:
    """The key of each value's work in the results."""
    return {value: stage.works[0].name for value, stage in curve.stages.items()}
