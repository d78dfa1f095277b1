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
