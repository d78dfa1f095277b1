"""Simulated users who send messages (``make demo``)."""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
import sys

from nova_app.client import NovaAPIError, NovaClient
from nova_app.direct_access import ensure_service_accounts
from nova_app.settings import Settings

PEOPLE = ("ada", "linus", "grace", "alan", "barbara", "dennis")
GREETINGS = ("Morning!", "Anyone up for lunch?", "The build is green again.", "Reading the report now.", "On my way.")
ANSWERS = ("Yes.", "Give me five minutes.", "Nice work!", "I will look at it.", "Agreed.", "Could you say more?")
TITLES = ("Kitchen", "Release 1.0", "Reading group")
PAUSE_SECONDS = (0.4, 3.0)
START_PATIENCE_SECONDS = 60.0


async def talk(settings: Settings) -> None:
    """Make accounts with names of their own, put them into groups, and let them send messages for ever.

    Talks to the server over the network, as any program would; ends when cancelled.
    """
    base = f"http://127.0.0.1:{settings.port}"
    await _wait_for(base)
    # Each demo makes users of its own: existing names belong to real users.
    suffix = secrets.token_hex(2)
    async with contextlib.AsyncExitStack() as stack:
        guest, password = f"guest-{suffix}", secrets.token_urlsafe(12)
        accounts = [(f"{name}-{suffix}", name.title(), secrets.token_urlsafe(16)) for name in PEOPLE]
        # Made directly: whoever registers first administers the server, and that is no simulated user.
        await ensure_service_accounts(settings, [*accounts, (guest, "Guest", password)])
        people = [await stack.enter_async_context(NovaClient(base)) for _ in PEOPLE]
        for client, (username, _, secret) in zip(people, accounts, strict=True):
            await client.sign_in(username, secret)
        print(f"  Watch them: sign in as {guest} with the password {password}\n", file=sys.stderr, flush=True)
        names = [guest, *(f"{name}-{suffix}" for name in PEOPLE)]
        rooms = [(await people[0].create_conversation(kind="group", title=title, members=names)).id for title in TITLES]
        await asyncio.gather(*(_chat(client, [str(room) for room in rooms]) for client in people))


async def _wait_for(base: str) -> None:
    async with asyncio.timeout(START_PATIENCE_SECONDS), NovaClient(base) as client:
        while True:
            try:
                await client.get_me()
            except NovaAPIError as fault:
                if fault.status is not None:
                    return
            await asyncio.sleep(0.2)


async def _chat(client: NovaClient, rooms: list[str]) -> None:
    chance = random.Random()  # noqa: S311 - small talk
    while True:
        await asyncio.sleep(chance.uniform(*PAUSE_SECONDS) * len(PEOPLE))
        text = chance.choice(GREETINGS if chance.random() < 0.5 else ANSWERS)  # noqa: PLR2004 - even odds
        # A message that cannot be sent now is left out.
        with contextlib.suppress(NovaAPIError):
            await client.send_message(chance.choice(rooms), text)
