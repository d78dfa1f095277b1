"""What is measured, with whom, and how often."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.side_by_side.peers.base import Layout, Peer
from benchmarks.side_by_side.peers.ceiling import Ceiling
from benchmarks.side_by_side.peers.ejabberd import Ejabberd
from benchmarks.side_by_side.peers.javascript import BunSocketIo, BunSockets, NodeSocketIo, NodeWs
from benchmarks.side_by_side.peers.limit import Limit
from benchmarks.side_by_side.peers.nova import Nova
from benchmarks.side_by_side.peers.socketio_sqlmodel import SocketIoSqlModel
from benchmarks.side_by_side.works.base import Stage
from benchmarks.side_by_side.works.messages import looping, steady
from benchmarks.side_by_side.works.sockets import idle, storm
from benchmarks.side_by_side.works.stalled import stalled

HERE: Sequence[Peer] = (Nova(), Ceiling(), Limit(), BunSockets(), BunSocketIo(), SocketIoSqlModel())
"""What needs nothing that the environment has not, but a C compiler for the limit."""
INSTALLED: Sequence[Peer] = (NodeWs(), NodeSocketIo(), Ejabberd())
"""What is installed first."""

ROOM = Layout(rooms=1, members=100, senders=10)
ROOMS = Layout(rooms=20, members=50, senders=5)
CROWD = Layout(rooms=40, members=50, senders=0)
OF_SOCKETS = ("nova", "ceiling", "limit", "bun", "socketio-bun", "socketio-python", "ws-node", "socketio-node")
"""XMPP's clients say more before they are in; its sockets are not compared."""

STAGES: Sequence[Stage] = (
    Stage(
        ROOM,
        (
            steady(),
            looping("room", 40),
            looping("busy", 400),
        ),
    ),
    Stage(ROOMS, (looping("rooms", 100),)),
    Stage(ROOM, (stalled(),), peers=("nova", "limit"), is_opening=False),
    Stage(CROWD, (idle(),), peers=OF_SOCKETS, rounds=3, is_opening=False),
    Stage(CROWD, (storm(),), peers=OF_SOCKETS, rounds=3, is_opening=False),
)


def choose(peers: str) -> Sequence[Peer]:
    """The peers of a word: ``here``, ``all``, or names with commas."""
    known = (*HERE, *INSTALLED)
    if peers in {"here", "all"}:
        return HERE if peers == "here" else known
    wanted = peers.split(",")
    if unknown := set(wanted) - {peer.name for peer in known}:
        raise SystemExit(f"expected peers of {', '.join(peer.name for peer in known)}; got {', '.join(unknown)}")
    return [peer for peer in known if peer.name in wanted]
