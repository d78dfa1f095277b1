"""Turns in fair order: nobody has all slots, and nobody waits behind one other's many works."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_app.domain.errors import Unavailable
from nova_app.services.fair_turns import FairTurns


def a_queue(**changes):
    return FairTurns(**{"slots": 2, "per_key": 1, "waiting_per_key": 3, "waiting_max": 5, **changes})


async def work(turns, key, order, gate):
    async with turns.turn(key):
        order.append(key)
        await gate.wait()


async def start(turns, keys, order, gate):
    tasks = []
    for key in keys:
        tasks.append(asyncio.create_task(work(turns, key, order, gate)))
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


def test_a_newcomer_does_not_wait_behind_anothers_many_works():
    async def main():
        turns, order, gate = a_queue(), [], asyncio.Event()
        tasks = await start(turns, ["ada"] * 3 + ["ben"], order, gate)
        assert order == ["ada", "ben"]
        gate.set()
        await asyncio.gather(*tasks)

    asyncio.run(main())


def test_waiting_keys_take_turns():
    async def main():
        turns, order, gate = a_queue(slots=1, waiting_max=9), [], asyncio.Event()
        tasks = await start(turns, ["ada", "ada", "ada", "ben", "cyd"], order, gate)
        gate.set()
        await asyncio.gather(*tasks)
        assert order == ["ada", "ada", "ben", "cyd", "ada"]

    asyncio.run(main())


@pytest.mark.parametrize("keys", [["ada"] * 5, ["a", "b", "c", "d", "e", "f", "g", "h"]])
def test_too_many_waiting_works_are_refused_with_a_time(keys):
    async def main():
        turns, order, gate = a_queue(), [], asyncio.Event()
        tasks = await start(turns, keys, order, gate)
        refused = [task for task in tasks if task.done() and isinstance(task.exception(), Unavailable)]
        assert len(refused) == 1
        assert refused[0].exception().retry_after_seconds > 0
        gate.set()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(main())


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=20))
def test_cancelled_works_give_their_slot_back(works):
    async def main():
        turns, order, gate = a_queue(waiting_per_key=30, waiting_max=30), [], asyncio.Event()
        tasks = await start(turns, [key for key, _ in works], order, gate)
        for task, (_, is_cancelled) in zip(tasks, works, strict=True):
            if is_cancelled:
                task.cancel()
        await asyncio.sleep(0)
        gate.set()
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 20)
        again = await start(turns, ["x", "y"], order, gate)
        await asyncio.wait_for(asyncio.gather(*again), 20)
        assert turns.waiting == 0

    asyncio.run(main())


def test_a_key_that_has_all_of_its_slots_keeps_its_place():
    async def main():
        turns, order, gates = a_queue(slots=2, waiting_max=9), [], [asyncio.Event() for _ in range(5)]
        tasks = []
        for key, gate in zip(["ada", "ada", "ben", "cyd", "dan"], gates, strict=True):
            tasks += await start(turns, [key], order, gate)
        assert (order, turns.waiting) == (["ada", "ben"], 3)
        # Ben's slot is free: Ada's second work still waits for her first, and is not overtaken by Dan for that.
        gates[2].set()
        await asyncio.wait_for(tasks[2], 20)
        await asyncio.sleep(0)
        assert (order, turns.waiting) == (["ada", "ben", "cyd"], 2)
        gates[0].set()
        await asyncio.wait_for(tasks[0], 20)
        await asyncio.sleep(0)
        assert (order, turns.waiting) == (["ada", "ben", "cyd", "ada"], 1)
        for gate in gates:
            gate.set()
        await asyncio.wait_for(asyncio.gather(*tasks), 20)

    asyncio.run(main())


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=20))
def test_what_waits_is_counted_whoever_gives_up(works):
    async def main():
        turns, order, gate = a_queue(waiting_per_key=30, waiting_max=30), [], asyncio.Event()
        tasks = await start(turns, [key for key, _ in works], order, gate)
        before = turns.waiting
        assert before == len(works) - len(order)
        for task, (_, is_cancelled) in zip(tasks, works, strict=True):
            if is_cancelled:
                task.cancel()
        for _ in range(3):
            await asyncio.sleep(0)
        gone = sum(task.done() for task in tasks)
        assert turns.waiting == len(works) - gone - min(
            2, len({key for (key, _), task in zip(works, tasks, strict=True) if not task.done()})
        )
        gate.set()
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 20)
        assert turns.waiting == 0

    asyncio.run(main())
