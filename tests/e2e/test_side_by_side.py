"""The comparison with peers still measures: three members for a moment, Nova beside the bare echo."""

import pytest

from benchmarks.side_by_side import plan
from benchmarks.side_by_side.peers.base import Layout
from benchmarks.side_by_side.works.base import Stage
from benchmarks.side_by_side.works.messages import looping

SMALL = Layout(rooms=1, members=3, senders=1)


@pytest.mark.parametrize("name", ["nova", "ceiling"])
@pytest.mark.usefixtures("pages_built")
def test_every_message_of_a_peer_reaches_every_member(name):
    (peer,) = plan.choose(name)
    peer.version()
    (found,) = Stage(SMALL, (looping("room", 2),)).run(peer, seconds=0.2)
    work, figures = found
    assert work == "room"
    assert figures["messages_per_second"] > 20
    assert figures["deliveries_per_second"] == pytest.approx(3 * figures["messages_per_second"], rel=0.2)
    assert figures["missing"] == 0
    assert figures["server_cpu"] > 0
