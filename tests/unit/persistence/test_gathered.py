"""What is asked for at once is done together, and nobody pays for another's fault."""

import asyncio

import pytest

from nova_app.domain.errors import ErrorCode, Unavailable
from nova_app.observability.request_context import current_account
from nova_app.persistence import gathered
from nova_app.persistence.gathered import Gathered

pytestmark = pytest.mark.anyio


class Doubling:
    """Doubles numbers; a group waits for ``go``, and those in ``bad`` fail."""

    def __init__(self, *bad):
        self.groups, self.bad, self.go = [], bad, asyncio.Event()
        self.go.set()

    async def __call__(self, numbers):
        self.groups.append(list(numbers))
        await self.go.wait()
        if wrong := [number for number in numbers if number in self.bad]:
            raise Unavailable(ErrorCode.TIMED_OUT, str(wrong))
        return {number: 2 * number for number in numbers}


async def test_what_comes_while_a_group_is_done_is_the_next_one():
    work = Doubling()
    work.go.clear()
    asks = Gathered(work, group_max=3)
    first = asyncio.create_task(asks.get(0))
    await asyncio.sleep(0.01)
    others = [asyncio.create_task(asks.get(number)) for number in (1, 2, 3, 4, 2)]
    await asyncio.sleep(0.01)
    work.go.set()

    assert await asyncio.gather(first, *others) == [0, 2, 4, 6, 8, 4]
    assert work.groups == [[0], [1, 2, 3], [4]]


async def test_a_group_begins_once_a_turn_of_the_loop_brings_nothing_more():
    work = Doubling()
    asks = Gathered(work, group_max=4)

    async def ask_in_turns(count):
        tasks = []
        for number in range(count):
            tasks.append(asyncio.create_task(asks.get(number)))
            await asyncio.sleep(0)
        return await asyncio.gather(*tasks)

    assert await ask_in_turns(3) == [0, 2, 4]
    assert await ask_in_turns(6) == [0, 2, 4, 6, 8, 10]
    # A full group does not wait for more, and the next one does.
    assert work.groups == [[0, 1, 2], [0, 1, 2, 3], [4, 5]]


async def test_who_asks_while_the_same_is_read_gets_a_later_answer():
    work = Doubling()
    work.go.clear()
    asks = Gathered(work)
    first = asyncio.create_task(asks.get(1))
    await asyncio.sleep(0.01)
    second = asyncio.create_task(asks.get(1))
    await asyncio.sleep(0.01)
    work.go.set()
    await asyncio.gather(first, second)

    assert work.groups == [[1], [1]]


async def test_one_keys_fault_is_its_own():
    work = Doubling(2)
    asks = Gathered(work)

    answers = await asyncio.gather(*(asks.get(number) for number in (1, 2, 3)), return_exceptions=True)

    assert (answers[0], answers[2]) == (2, 6)
    assert answers[1].code is ErrorCode.TIMED_OUT
    assert await asks.get(4) == 8


async def test_who_gives_up_costs_the_others_nothing():
    asks = Gathered(Doubling())
    waiting = [asyncio.create_task(asks.get(number)) for number in (1, 1, 2)]
    await asyncio.sleep(0)
    waiting[0].cancel()

    assert await asyncio.gather(*waiting[1:]) == [2, 4]


async def test_what_is_heavy_ends_a_group_and_what_is_too_heavy_is_done_apart():
    work = Doubling()
    asks = Gathered(work, weight_max=10)

    await asyncio.gather(asks.get(1, weight=6), asks.get(2, weight=6), asks.get(3, weight=6), asks.get(4, weight=11))

    assert sorted(work.groups) == [[1, 2], [3], [4]]


async def test_a_group_belongs_to_no_account():
    seen = []

    async def work(keys):
        seen.append(current_account.get())
        return dict.fromkeys(keys)

    current_account.set("ana")
    await Gathered(work).get(1)

    assert seen == [""]


async def test_too_much_that_waits_is_refused_at_once(monkeypatch):
    monkeypatch.setattr(gathered, "WAITING_MAX", 2)
    asks = Gathered(Doubling())
    waiting = [asyncio.create_task(asks.get(number)) for number in (1, 2)]
    await asyncio.sleep(0)

    with pytest.raises(Unavailable) as refusal:
        await asks.get(3)

    assert refusal.value.code is ErrorCode.OVERLOADED
    assert await asyncio.gather(*waiting) == [2, 4]
