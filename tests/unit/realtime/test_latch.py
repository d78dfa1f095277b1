"""Something that happens once and is awaited."""

import asyncio

import pytest

from nova_app.realtime.latch import Latch

pytestmark = pytest.mark.anyio


async def test_everyone_passes_once_it_is_open_also_beside_one_who_gave_up():
    latch = Latch()
    waiters = [asyncio.create_task(latch.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    waiters[0].cancel()
    await asyncio.sleep(0)
    assert not latch.is_open

    latch.open()
    await asyncio.wait_for(asyncio.gather(*waiters[1:], latch.wait()), 1)

    assert waiters[0].cancelled()
    latch.open()


async def test_everyone_fails_once_it_has_failed_and_nobody_has_to_wait_for_it():
    latch = Latch()
    waiter = asyncio.create_task(latch.wait())
    await asyncio.sleep(0)

    latch.fail(LookupError("gone"))

    for waiting in (waiter, latch.wait()):
        with pytest.raises(LookupError):
            await waiting


class Walkers:
    """Those who wait, and the order in which they passed."""

    def __init__(self):
        self.latch, self.passed, self.tasks = Latch(), [], []

    def send(self, number):
        self.tasks.append(asyncio.ensure_future(self._walk(number)))

    async def _walk(self, number):
        await self.latch.wait()
        self.passed.append(number)

    async def arrive(self):
        await asyncio.gather(*self.tasks)
        return self.passed


@pytest.mark.parametrize("turns", range(4))
async def test_who_comes_while_it_opens_passes_nobody(turns):
    walkers = Walkers()
    walkers.send(1)
    walkers.send(2)
    await asyncio.sleep(0)
    walkers.send(3)
    walkers.latch.open()
    for number in range(turns):
        await asyncio.sleep(0)
        walkers.send(4 + number)
    assert await walkers.arrive() == list(range(1, 4 + turns))


async def test_who_is_cancelled_holds_nobody_up():
    walkers = Walkers()
    for number in (1, 2, 3):
        walkers.send(number)
    await asyncio.sleep(0)
    walkers.latch.open()
    walkers.tasks[0].cancel()
    await asyncio.gather(*walkers.tasks, return_exceptions=True)
    assert walkers.passed == [2, 3]
    walkers.send(4)
    await walkers.tasks[-1]
    assert walkers.passed == [2, 3, 4]


async def test_one_that_is_open_holds_nobody_and_cannot_fail():
    walkers = Walkers()
    walkers.latch.open()
    walkers.latch.fail(ValueError("too late"))
    walkers.send(1)
    assert await walkers.arrive() == [1]
