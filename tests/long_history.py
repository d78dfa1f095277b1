"""Fills a conversation straight through the persistence, while its server is stopped."""

from __future__ import annotations

import asyncio
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from nova_app.domain.events import Draft
from nova_app.persistence.storage import open_storage
from nova_app.settings import Settings
from tests.fakes import FakePublisher

LINES = (
    "Good morning",
    "The build is green again, whoever fixed it: thank you.",
    "Can somebody look at the second page of the report? The figures of last week slipped in there, I think.",
    "On my way",
    "https://example.org/a/rather/long/address?with=some&parameters=in-it",
    "One\ntwo\nthree",
)


class Days:
    """A clock that returns noon of one day after the other."""

    def __init__(self, first):
        self.moment = datetime(first.year, first.month, first.day, 12, tzinfo=UTC)

    def now(self):
        return self.moment

    def next(self):
        self.moment += timedelta(days=1)


def fill(data_dir, conversation_id, author_ids, *, days, per_day, last_day):
    """Post ``per_day`` messages on each of so many days, by these members in turn; each names its number."""
    work = _fill(data_dir, conversation_id, author_ids, days, per_day, last_day)
    # Playwright's loop lives in the caller's thread.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


async def _fill(data_dir, conversation_id, author_ids, days, per_day, last_day):
    clock = Days(last_day - timedelta(days=days - 1))
    async with open_storage(Settings(data_dir=data_dir), FakePublisher(), clock=clock) as storage:
        for day in range(days):
            first = day * per_day
            drafts = [
                Draft(
                    author_ids[(number // 3) % len(author_ids)],
                    str(uuid.uuid4()),
                    conversation_id,
                    f"{number + 1}: {LINES[number % len(LINES)]}",
                )
                for number in range(first, first + per_day)
            ]
            posted = await storage.log.append(drafts)
            assert all(result.message.text for result in posted)
            clock.next()
