"""What was acknowledged is there after the process is killed in the middle of a burst."""

import sqlite3
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHILD = """
import asyncio, sys
from pathlib import Path
from nova_app.domain.events import Draft
from nova_app.persistence.storage import open_storage
from nova_app.settings import Settings
from tests.builders import A_MOMENT, a_user
from tests.fakes import FakePublisher
from nova_app.domain.models import ConversationKind

async def send(storage, sender):
    n = 0
    while True:
        n += 1
        draft = Draft("ana", f"{sender}-{n}", "room", "x" * 200)
        (result,) = await storage.log.append([draft])
        print(result.message.seq, result.message.client_id, flush=True)

async def main():
    async with open_storage(Settings(data_dir=Path(sys.argv[1])), FakePublisher()) as storage:
        await storage.accounts.add_user(a_user("ana"))
        await storage.conversations.create(
            conversation_id="room", kind=ConversationKind.GROUP, title="Room", creator_id="ana",
            member_ids=[], creation_key=None, created_at=A_MOMENT,
        )
        await asyncio.gather(*(send(storage, sender) for sender in range(20)))

asyncio.run(main())
"""


def test_acknowledged_messages_survive_a_kill(tmp_path):
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with child:
        acknowledged = [child.stdout.readline() for _ in range(1_000)]
        child.kill()
        # The last line may have been cut short.
        acknowledged += [line for line in child.stdout if line.endswith("\n")]

    connection = sqlite3.connect(tmp_path / "nova.db")
    stored = dict(connection.execute("SELECT seq, client_id FROM message"))
    (last_seq,) = connection.execute("SELECT last_seq FROM conversation").fetchone()
    (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
    connection.close()
    claimed = {int(seq): client_id for seq, client_id in (line.split() for line in acknowledged)}
    assert len(claimed) >= 1_000
    assert claimed.items() <= stored.items()
    assert sorted(stored) == list(range(1, last_seq + 1))
    assert len(set(stored.values())) == len(stored)
    assert verdict == "ok"
