"""Password hashes: Argon2id in the caller's threads, the same work for every answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar, TypeVarTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from nova_app.observability.request_context import current_request
from nova_app.services.fair_turns import FairTurns
from nova_app.services.rate_limits import network_of

_Args = TypeVarTuple("_Args")
_Result = TypeVar("_Result")

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""The smallest parameters that OWASP recommends: 19 MiB, two passes, one lane; Argon2id is the library's type."""
AT_ONCE = 2
"""Of which one address has one."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a password check.

    Attributes:
        is_right: The password belongs to the hash.
        better_hash: A new hash to keep instead, if the parameters rose since; else None.
    """

    is_right: bool
    better_hash: str | None = None


class Passwords:
    """Hashes and checks passwords without blocking the event loop."""

    def __init__(self, executor: Executor, hasher: PasswordHasher | None = None) -> None:
        """Work in ``executor``, whose size bounds how much memory and how many cores go into hashing.

        Addresses take turns: one that asks for many hashes waits behind itself.

        Args:
            hasher: Other parameters than ``HASHER``'s, for tests.
        """
        self._executor = executor
        self._turns = FairTurns(slots=AT_ONCE, per_key=1, waiting_per_key=64, waiting_max=512)
        self._hasher = hasher or HASHER
        self._nobodys_hash: str | None = None

    async def hash(self, password: str) -> str:
        """Return the hash to keep; the password counts in full, whatever its length."""
        return await self._run(self._hash, password)

    async def check(self, password: str, password_hash: str | None) -> Verdict:
        """Return whether a password is right; None for a hash costs the same work and is never right."""
        return await self._run(self._check, password, password_hash)

    async def _run(self, work: Callable[[*_Args], _Result], *args: *_Args) -> _Result:
        async with self._turns.turn(network_of(current_request.get().address)):
            return await asyncio.get_running_loop().run_in_executor(self._executor, work, *args)

    def _hash(self, password: str) -> str:
        return self._hasher.hash(_encode(password))

    def _check(self, password: str, password_hash: str | None) -> Verdict:
        is_right = self._verify(password, password_hash or self._hash_of_nobody())
        if not is_right or password_hash is None:
            return Verdict(is_right=False)
        if self._hasher.check_needs_rehash(password_hash):
            return Verdict(is_right=True, better_hash=self._hash(password))
        return Verdict(is_right=True)

    def _verify(self, password: str, password_hash: str) -> bool:
        try:
            return self._hasher.verify(password_hash, _encode(password))
        except (VerificationError, InvalidHashError):
            return False

    def _hash_of_nobody(self) -> str:
        if self._nobodys_hash is None:
            self._nobodys_hash = self._hash("nobody's password")
        return self._nobodys_hash


def _encode(password: str) -> bytes:
    # An unpaired surrogate in a password must not raise an error.
    return password.encode("utf-8", "surrogatepass")
