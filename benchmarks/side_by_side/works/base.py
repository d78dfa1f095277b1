"""What a work is, and how it is run against one peer."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.side_by_side.load.generator import Figures, Generator, generating
from benchmarks.side_by_side.load.plan import write_plan
from benchmarks.side_by_side.machine import cpu_seconds
from benchmarks.side_by_side.peers.base import Layout, Peer, Server


@dataclass(frozen=True, slots=True)
class Bench:
    """A server, and the means to load it."""

    peer: Peer
    layout: Layout
    server: Server
    seconds: float

    @contextlib.contextmanager
    def load(self) -> Iterator[Generator]:
        """A generator that speaks the peer's protocol."""
        with tempfile.NamedTemporaryFile(suffix=".plan") as file:
            parts = self.peer.parts(self.layout, self.server.port)
            plan = Path(file.name)
            is_websocket, fan_out = self.peer.is_websocket, self.layout.members
            write_plan(plan, port=self.server.port, is_websocket=is_websocket, fan_out=fan_out, parts=parts)
            with generating(plan, lambda: cpu_seconds(self.server.pid)) as generator:
                yield generator


@dataclass(frozen=True, slots=True)
class Work:
    """Something to measure.

    Attributes:
        name: Its key in the results.
        measure: Does it with connections that are open, or opens them itself where ``is_opening``.
    """

    name: str
    measure: Callable[[Bench, Generator], Figures]


@dataclass(frozen=True, slots=True)
class Stage:
    """Works that share a layout, and so a server, one after the other.

    Attributes:
        peers: Whom it is for; empty: everybody.
        rounds: At most so many.
    """

    layout: Layout
    works: Sequence[Work]
    peers: Sequence[str] = ()
    rounds: int = 1_000
    is_opening: bool = True

    def only(self, names: Collection[str]) -> Stage:
        """The stage with the works of these names; with all where none is named."""
        return replace(self, works=[work for work in self.works if not names or work.name in names])

    def run(self, peer: Peer, seconds: float) -> Iterator[tuple[str, Figures]]:
        """The figures of each work with one peer."""
        with peer.serve(self.layout) as server:
            bench = Bench(peer, self.layout, server, seconds)
            with bench.load() as generator:
                if self.is_opening:
                    generator.open(0, self.layout.connections)
                for work in self.works:
                    yield work.name, work.measure(bench, generator)
