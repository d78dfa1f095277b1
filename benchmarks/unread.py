"""What the list costs a member with a million unread messages, or mentions, before them: under 20 ms.

No more of them are looked at than are counted. What is not counted is looked at one by one: the member's own messages
behind the read position, and deleted ones. The first is printed too, without a bound.

Run: python benchmarks/unread.py [messages]
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from nova_app.domain.models import ConversationKind
from nova_app.persistence.storage import open_storage
from nova_app.settings import Settings
from tests.builders import a_user
from tests.fakes import FakePublisher

MESSAGES = 1_000_000
MOST_MS = 20
TIMES = 15
INSERT = """
WITH RECURSIVE n(seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM n WHERE seq < ?)
INSERT INTO message (id, conversation_id, seq, author_id, client_id, text, created_at)
SELECT printf('%032x', seq), 'room', seq, 'ben', printf('%032x', seq), 'x', '2026-01-01T00:00:00.000000Z' FROM n
"""


async def measure(storage, what, user_id):
    """Print the median processor time of reading this user's list; return whether it is short enough."""
    taken = []
    for _ in range(TIMES):
        begin = time.process_time()
        (summary,) = await storage.conversations.list_summaries(user_id)
        taken.append((time.process_time() - begin) * 1e3)
    unread = f"{summary.unread} unread, {summary.unread_mentions} mentions"
    print(
        f"{what:<28} p50 {median(taken):8.2f} ms, worst {max(taken):8.2f} ms of processor time   ({unread})", flush=True
    )
    return median(taken) < MOST_MS


async def run(settings, messages):
    """Fill a conversation, and read its list in each state."""

    def change(statement, *parameters):
        with contextlib.closing(sqlite3.connect(settings.database_path)) as database, database:
            database.execute(statement, parameters)

    async with open_storage(settings, FakePublisher()) as storage:
        for name in ("ana", "ben"):
            await storage.accounts.add_user(a_user(name))
        await storage.conversations.create(
            conversation_id="room",
            kind=ConversationKind.GROUP,
            title="Room",
            creator_id="ana",
            member_ids=["ben"],
            creation_key=None,
            created_at=datetime.now(UTC),
        )
        change(INSERT, messages)
        change("UPDATE conversation SET last_seq = ?", messages)
        outcomes = [await measure(storage, "unread messages", "ana")]
        change("INSERT INTO mention SELECT 'room', 'ana', seq FROM message")
        outcomes.append(await measure(storage, "unread mentions", "ana"))
        print(f"expected: less than {MOST_MS} ms each; not counted:")
        await measure(storage, "own messages", "ben")
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    with tempfile.TemporaryDirectory(prefix="nova-unread-") as directory:
        raise SystemExit(asyncio.run(run(Settings(data_dir=Path(directory) / "data"), count)))
