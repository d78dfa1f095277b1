import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from nova_app.observability.request_context import RequestContext, current_request
from nova_app.services.passwords import HASHER, Passwords

pytestmark = pytest.mark.anyio

CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture
def executor():
    with ThreadPoolExecutor(1) as pool:
        yield pool


async def test_hashes_are_argon2id_of_the_asked_cost(executor, full_hashes):
    parameters = extract_parameters(await Passwords(executor).hash("correct horse battery"))

    assert parameters.type is Type.ID
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19_456, 2, 1)


async def test_only_the_right_password_is_right(executor):
    passwords = Passwords(executor, CHEAP)
    kept = await passwords.hash("correct horse battery")

    assert (await passwords.check("correct horse battery", kept)).is_right
    assert not (await passwords.check("correct horse ", kept)).is_right
    assert not (await passwords.check("", kept)).is_right


async def test_every_character_of_a_long_password_counts(executor):
    passwords = Passwords(executor, CHEAP)
    kept = await passwords.hash("x" * 255 + "a")

    assert not (await passwords.check("x" * 255 + "b", kept)).is_right


async def test_odd_characters_do_no_harm(executor):
    passwords = Passwords(executor, CHEAP)

    for odd in ("\ud800" * 8, "\x00" * 8, "😀" * 8):
        assert (await passwords.check(odd, await passwords.hash(odd))).is_right


async def test_nobodys_password_is_never_right_but_costs_the_same_work(executor, monkeypatch):
    passwords = Passwords(executor, CHEAP)
    verified = []
    monkeypatch.setattr(Passwords, "_verify", lambda self, *args: verified.append(args) or True)

    verdict = await passwords.check("nobody's password", None)

    assert not verdict.is_right
    assert len(verified) == 1
    assert extract_parameters(verified[0][1]) == extract_parameters(CHEAP.hash("x"))


async def test_weaker_hash_is_replaced_when_the_password_is_right(executor, full_hashes):
    kept = await Passwords(executor, CHEAP).hash("correct horse battery")

    verdict = await Passwords(executor).check("correct horse battery", kept)
    wrong = await Passwords(executor).check("wrong horse", kept)

    assert not HASHER.check_needs_rehash(verdict.better_hash)
    assert wrong.better_hash is None


async def test_hash_that_cannot_be_read_is_never_right(executor):
    assert not (await Passwords(executor, CHEAP).check("correct horse battery", "not a hash")).is_right


class _HeldUp(PasswordHasher):
    """A hasher to which one password takes until it is let go."""

    def __init__(self):
        super().__init__(time_cost=1, memory_cost=64, parallelism=1)
        self.is_free = threading.Event()

    def hash(self, password, **options):
        assert password != b"slow to hash" or self.is_free.wait(30)
        return super().hash(password, **options)


async def test_an_address_that_asks_for_many_hashes_holds_up_no_other():
    hasher = _HeldUp()
    with ThreadPoolExecutor(2) as executor:
        passwords = Passwords(executor, hasher)

        async def hash_for(address, password):
            current_request.set(RequestContext("", address))
            await passwords.hash(password)

        many = [asyncio.create_task(hash_for("192.0.2.1", "slow to hash")) for _ in range(20)]
        try:
            await asyncio.sleep(0)
            await asyncio.wait_for(asyncio.create_task(hash_for("192.0.2.2", "correct horse battery")), 20)
            assert not any(task.done() for task in many)
        finally:
            hasher.is_free.set()
        await asyncio.gather(*many)
