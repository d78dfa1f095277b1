"""A load client blames the server only for what the server did not do."""

import asyncio
from collections import Counter

import pytest

from tests.chaos.scale import device as devices
from tests.chaos.scale.device import Device
from tests.chaos.scale.world import Account, World

ROOM = "room"


class Server:
    """Nothing of a server but its port."""

    port = 0


class Line:
    """A line that takes everything and answers nothing."""

    is_over = False

    def __init__(self):
        self.sent = Counter()

    def send(self, data):
        self.sent[data] += 1

    def cut(self):
        self.is_over = True


@pytest.fixture
def device(monkeypatch):
    monkeypatch.setattr(devices, "PING_SECONDS", 0.01)
    world = World(Server(), 1)
    world.time = 1_000.0
    world.now = lambda: world.time
    made = Device(world, Account("ana", "ana", "token", [ROOM]), 0)
    made.line = Line()
    return made


def live_for(device, seconds, then):
    """Let so much time pass on one connection, do the rest, and return how many got no welcome."""

    async def live():
        beating = asyncio.ensure_future(device._beat())
        await asyncio.sleep(0)
        device.world.time += seconds
        then()
        await asyncio.sleep(0.05)
        beating.cancel()

    asyncio.run(live())
    return device.world.unwelcomed


def test_a_long_line_that_breaks_was_not_left_without_a_welcome(device):
    device.is_welcomed = True
    assert live_for(device, 60, lambda: device._over(device.line)) == 0


def test_a_line_without_a_welcome_is_cut_and_counted(device):
    assert live_for(device, 60, lambda: None) > 0
    assert device.line.is_over


def test_a_line_may_wait_for_its_welcome(device):
    assert live_for(device, 10, lambda: None) == 0
    assert not device.line.is_over
