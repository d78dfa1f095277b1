"""The people of a run at scale: their accounts, devices and conversations, and the pace at which they write."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections import Counter, deque
from dataclasses import dataclass, field

import httpx

from tests.chaos.scale.device import RECENT_MAX, Device
from tests.chaos.scale.operations import Kind
from tests.chaos.scale.reference import Lane, Reference
from tests.e2e.pages import PASSWORD

TICK_SECONDS = 0.02
REACTION_SECONDS = 1.2
"""Apart by so much, the reactions of an account stay within its budget."""
SETTLE_SECONDS = 180
STANDSTILL_SECONDS = 60


@dataclass
class Account:
    """A person with a token."""

    name: str
    user_id: str
    token: str
    rooms: list[str] = field(default_factory=list)
    may_react_at: float = 0.0
    seen: dict[str, deque] = field(default_factory=dict)
    newest: dict[str, int] = field(default_factory=dict)

    def see(self, room, message):
        """Remember a message to react to, once for all devices."""
        seq = message[2]
        if seq > self.newest.get(room, 0):
            self.newest[room] = seq
            self.seen.setdefault(room, deque(maxlen=RECENT_MAX)).append(message)


class World:
    """Everything of one run but the faults; ``server`` is a ``tests.e2e.conftest.Server``."""

    def __init__(self, server, seed):
        self.server, self.port = server, server.port
        self.chance = random.Random(seed)
        self.reference = Reference()
        self.accounts: list[Account] = []
        self.devices: list[Device] = []
        self.refusals, self.errors = Counter(), Counter()
        self.reconnects = self.resets = self.silences = self.unwelcomed = self.deliveries = (
            self.refusals_without_time
        ) = 0
        self.welcome_longest = 0.0
        self.is_over = False
        self.failure = None
        self.tasks: set[asyncio.Task] = set()
        self.now = time.monotonic

    def start(self, work):
        """Run this beside everything else."""
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task):
        self.tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.failure = task.exception()

    def lane_of(self, account):
        """A new lane of this account."""
        number = len(self.reference.lanes) + 1
        self.reference.lanes[number] = Lane(account.user_id)
        return number

    def client(self, token="", **options):
        """A client of the API."""
        headers = {"Authorization": f"Bearer {token}"} if token else {"Origin": self.server.origin}
        address = f"{self.server.origin}/api/v1"
        # Without certificates to check: reading those of this machine costs more than a page of history.
        return httpx.AsyncClient(base_url=address, headers=headers, timeout=60, verify=False, **options)

    async def populate(self, people, rooms, *, members, devices=2):
        """Make accounts, groups of some of them, and their devices; connect all."""
        for number in range(people):
            self.accounts.append(await self._register(f"chaos{number}"))
        for number in range(rooms):
            chosen = [self.accounts[(number * 5 + step) % people] for step in range(min(members, people))]
            await self._start_group(f"Room {number}", chosen)
        for account in self.accounts:
            self.devices += [Device(self, account, number) for number in range(devices if account.rooms else 0)]
        for device in self.devices:
            self.start(device.live())
        await self.until(lambda: all(device.is_welcomed for device in self.devices), "every device connected")

    def devices_of(self, account):
        """The devices of one account."""
        return [device for device in self.devices if device.account is account]

    async def _register(self, name):
        async with self.client() as client:
            body = {"username": name, "display_name": name, "password": PASSWORD}
            made = (await client.post("/auth/register", json=body)).raise_for_status().json()
            token = (await client.post("/auth/tokens", json={"name": "chaos"})).raise_for_status().json()["token"]
        return Account(name, made["user_id"], token)

    async def _start_group(self, title, chosen):
        async with self.client(chosen[0].token) as client:
            body = {"kind": "group", "title": title, "members": [account.name for account in chosen[1:]]}
            room = (await client.post("/conversations", json=body)).raise_for_status().json()["id"]
        for account in chosen:
            account.rooms.append(room)

    async def until(self, is_it, what, seconds=SETTLE_SECONDS):
        """Wait until it is so."""
        end = self.now() + seconds
        while not is_it():
            self._check(end, what)
            await asyncio.sleep(TICK_SECONDS)

    def _check(self, end, what):
        """Fail once this took too long, or a client failed."""
        if self.failure is not None:
            raise self.failure
        assert self.now() < end, f"{what} did not come: {self.state()}"

    def state(self):
        """Where the run is, for failures."""
        logs = self.reference.conversations
        behind = [device.state() for device in self.devices if not device.is_welcomed or not device.is_settled]
        behind += [
            (device.name, room, device.readings[room].held, device.readings[room].live, log.last_seq)
            for room, log in logs.items()
            for device in self.devices
            if room in device.readings and not device.has_read(room, log.last_seq)
        ]
        return (
            f"{self.reference.messages} messages, waiting: {behind[:12]}, {self.errors}, {self.refusals}\n"
            + (self.server.log()[-2_000:])
        )

    async def write(self, messages, rate, until=math.inf):
        """Write until so many messages were accepted, at most so many a second; no longer than to this moment."""
        goal, due, last = self.reference.messages + messages, 0.0, self.now()
        reached, moved_at = self.reference.messages, last
        while self.reference.messages < goal and last < until:
            now = self.now()
            if reached != self.reference.messages:
                reached, moved_at = self.reference.messages, now
            self._check(moved_at + STANDSTILL_SECONDS, "the next message")
            due, last = min(due + (now - last) * rate, rate), now
            free = [device for device in self.devices if device.is_welcomed and device.outbox.room > 0]
            while due >= 1 and free:
                due -= 1
                device = self.chance.choice(free)
                self._write_one(device, now)
                if device.outbox.room <= 0:
                    free.remove(device)
            for device in self.devices:
                device.flush()
            await asyncio.sleep(TICK_SECONDS)

    def _write_one(self, device, now):
        room, draw = self.chance.choice(device.account.rooms), self.chance.random()
        kind = Kind.MESSAGE
        if draw < 0.05:
            kind = Kind.EDIT
        elif draw < 0.06:
            kind = Kind.DELETE
        elif draw < 0.09 and device.account.may_react_at <= now:
            kind, device.account.may_react_at = Kind.REACTION, now + REACTION_SECONDS
        if not device.write(kind, room):
            device.write(Kind.MESSAGE, room)
        if draw > 0.98:
            device.read(room)

    async def settle(self):
        """Wait until everything was answered, and everybody holds all of it."""

        def is_done():
            for device in self.devices:
                device.flush()
                device.tend()
            return all(device.is_settled and device.is_welcomed for device in self.devices)

        def have_read():
            logs = self.reference.conversations
            return is_done() and all(
                device.has_read(room, logs[room].last_seq) for device in self.devices for room in device.account.rooms
            )

        await self.until(is_done, "an answer to everything")
        await self.until(have_read, "everything at every device")

    async def end(self):
        """Stop everything."""
        self.is_over = True
        for device in self.devices:
            if device.line is not None:
                device.line.cut()
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
