"""What the server itself says in the end: its history of every conversation, and who has read what."""

from __future__ import annotations

import asyncio

import msgspec

from tests.chaos.scale.operations import code_of
from tests.chaos.scale.reference import StoredMessage

PAGE = 100
AT_ONCE = 4
"""So many conversations are read beside each other: one alone leaves the server waiting for the client."""
POLLS = 100


class Reaction(msgspec.Struct):
    """Who reacted with one emoji."""

    user_ids: list[str]


class Item(msgspec.Struct):
    """A message of a page of history."""

    seq: int
    client_id: str
    text: str = ""
    deleted: bool = False
    reactions: list[Reaction] = []

    def as_stored(self):
        """As the reference knows it."""
        reacted = frozenset(user for reaction in self.reactions for user in reaction.user_ids)
        return StoredMessage(self.seq, code_of(self.client_id), self.text, self.deleted, reacted)


class Page(msgspec.Struct):
    """A page of history."""

    items: list[Item]
    has_more: bool
    last_seq: int


decode = msgspec.json.Decoder(Page).decode


async def compare(world):
    """Compare what everybody saw with the history of the server; gives the verdict."""
    reference, places = world.reference, asyncio.Semaphore(AT_ONCE)

    async def compare_one(room):
        async with places:
            last_seq, stored = await _read(world, room)
            reference.finish(room, last_seq, stored)
            for device in world.devices:
                if room in device.readings:
                    device.readings[room].finish(last_seq)

    await asyncio.gather(*map(compare_one, reference.conversations))
    reference.finish_lanes()
    await _check_read_positions(world)
    return reference.verdict


async def _read(world, room):
    """The number of the last event, and all messages; its members read the pages in turn."""
    clients = [world.client(account.token) for account in world.accounts if room in account.rooms]
    stored, after, turn = [], world.reference.conversations[room].base, 0
    try:
        while True:
            turn += 1
            query = {"after_seq": after, "limit": PAGE}
            answer = await clients[turn % len(clients)].get(f"/conversations/{room}/messages", params=query)
            if answer.status_code == 429:
                await asyncio.sleep(float(answer.headers["Retry-After"]))
                continue
            page = decode(answer.raise_for_status().content)
            stored += [item.as_stored() for item in page.items]
            if not page.has_more:
                return page.last_seq, stored
            after = page.items[-1].seq
    finally:
        for client in clients:
            await client.aclose()


async def _check_read_positions(world):
    for device in world.devices:
        for room in device.account.rooms:
            device.read(room)
    for account in world.accounts:
        async with world.client(account.token) as client:
            for _ in range(POLLS):
                items = (await client.get("/conversations")).raise_for_status().json()["items"]
                if not any(item["unread"] for item in items):
                    break
                await asyncio.sleep(0.1)
            else:
                world.reference.verdict.find("wrong", f"what {account.name} has read is still unread")
