"""Backup, restore and check, as an operator calls them: by the command line, beside a server that works."""

import contextlib
import fcntl
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from tests.asgi import services_of
from tests.builders import a_picture
from tests.processes import until

ROOT = Path(__file__).parents[2]
WRITERS = """
import asyncio, sys
from pathlib import Path
from nova_app.domain.events import Draft
from nova_app.domain.models import ConversationKind
from nova_app.persistence.storage import open_storage
from nova_app.settings import Settings
from tests.builders import A_MOMENT, a_user
from tests.fakes import FakePublisher

async def send(storage, sender):
    n = 0
    while True:
        n += 1
        await storage.log.append([Draft("ana", f"{sender}-{n}", "room", "text " * 60)])
        print(sender, n, flush=True)

async def main():
    async with open_storage(Settings(data_dir=Path(sys.argv[1])), FakePublisher()) as storage:
        await storage.accounts.add_user(a_user("ana"))
        await storage.conversations.create(
            conversation_id="room", kind=ConversationKind.GROUP, title="Room", creator_id="ana",
            member_ids=[], creation_key=None, created_at=A_MOMENT,
        )
        for n in range(20):
            await storage.log.append([Draft("ana", f"first-{n}-{i}", "room", "text " * 60) for i in range(500)])
        await asyncio.gather(*(send(storage, sender) for sender in range(10)))

asyncio.run(main())
"""


def environment(data_dir):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NOVA_")}
    return {**kept, "NOVA_DATA_DIR": str(data_dir)}


@pytest.fixture
def run_nova(commands):
    return lambda data_dir, *words: commands.run(words, {"NOVA_DATA_DIR": str(data_dir)})


def facts(done):
    return json.loads(done.stdout)


@contextlib.contextmanager
def busy_database(data_dir):
    """A process that writes without a pause, from its 10,000th message on."""
    child = subprocess.Popen([sys.executable, "-c", WRITERS, str(data_dir)], cwd=ROOT, stdout=subprocess.PIPE)
    with child:
        child.stdout.readline()
        try:
            yield child
        finally:
            child.kill()


@pytest.fixture
async def filled(register, nova, settings):
    """A database with a message and a picture in a post; gives the client, the settings and the picture's id."""
    ana = await register("ana")
    answer = await ana.post("/api/v1/uploads", files={"file": ("a.png", a_picture())})
    upload_id = answer.json()["id"]
    body = {"text": "a picture", "upload_ids": [upload_id]}
    posted = await ana.post("/api/v1/posts", json=body, headers={"Idempotency-Key": upload_id})
    assert posted.status_code == 201, posted.text
    return ana, settings, upload_id


def test_backup_under_load_is_whole_bounded_and_restores(run_nova, tmp_path):
    target = tmp_path / "nova.tar"
    with busy_database(tmp_path / "data"):
        begin = time.monotonic()
        done = run_nova(tmp_path / "data", "backup", target, "--json")
        seconds = time.monotonic() - begin
    assert done.returncode == 0, done.stderr
    assert facts(done)["missing"] == []
    assert seconds < 30
    assert target.stat().st_mode & 0o077 == 0

    restored = run_nova(tmp_path / "restored", "restore", target)
    assert restored.returncode == 0, restored.stderr
    checked = run_nova(tmp_path / "restored", "check", "--json")
    assert checked.returncode == 0, checked.stdout
    assert facts(checked)["is_clean"] is True
    with contextlib.closing(sqlite3.connect(tmp_path / "restored" / "nova.db")) as connection:
        numbers = [seq for (seq,) in connection.execute("SELECT seq FROM message ORDER BY seq")]
    assert len(numbers) >= 10_000
    assert numbers == list(range(1, len(numbers) + 1))


def test_kill_in_the_middle_leaves_the_former_backup_and_no_half_one(run_nova, tmp_path):
    target = tmp_path / "nova.tar"
    with busy_database(tmp_path / "data"):
        assert run_nova(tmp_path / "data", "backup", target).returncode == 0
        before = target.read_bytes()
        command = [sys.executable, "-m", "nova_app", "backup", str(target)]
        with subprocess.Popen(command, cwd=ROOT, env=environment(tmp_path / "data")) as child:
            partial = tmp_path / ".nova.tar.partial"
            begun = [partial, tmp_path / ".nova.tar.database"]
            until(lambda: child.poll() is not None or all(path.exists() for path in begun), every=0.001)
            assert child.poll() is None
            child.send_signal(signal.SIGKILL)
        assert target.read_bytes() == before
        assert partial.exists()

        again = run_nova(tmp_path / "data", "backup", target)
    assert again.returncode == 0, again.stderr
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["nova.tar"]


@pytest.mark.anyio
async def test_restored_files_are_there_and_can_be_opened(run_nova, filled, tmp_path):
    _, settings, upload_id = filled
    target = tmp_path / "nova.tar"
    assert run_nova(settings.data_dir, "backup", target).returncode == 0

    assert run_nova(tmp_path / "restored", "restore", target).returncode == 0

    for suffix in ("", ".thumb"):
        name = Path("uploads", upload_id[:2], f"{upload_id}{suffix}")
        assert (tmp_path / "restored" / name).read_bytes() == (settings.data_dir / name).read_bytes()
    checked = facts(run_nova(tmp_path / "restored", "check", "--json"))
    assert checked["is_clean"]
    assert checked["bytes_by_kind"]["files"] > 0
    assert checked["bytes_by_kind"]["thumbnails"] > 0


@pytest.mark.anyio
async def test_restore_refuses_data_without_replace_and_keeps_what_it_replaced(run_nova, filled, tmp_path):
    _, settings, _ = filled
    target = tmp_path / "nova.tar"
    assert run_nova(settings.data_dir, "backup", target).returncode == 0
    other = tmp_path / "other"
    assert run_nova(other, "migrate").returncode == 0

    refused = run_nova(other, "restore", target)
    assert refused.returncode == 2
    assert "--replace" in refused.stderr
    assert "Traceback" not in refused.stderr

    replaced = run_nova(other, "restore", target, "--replace", "--json")
    assert replaced.returncode == 0, replaced.stderr
    assert (Path(facts(replaced)["replaced"]) / "nova.db").is_file()
    with contextlib.closing(sqlite3.connect(other / "nova.db")) as connection:
        assert connection.execute("SELECT username FROM user").fetchall() == [("ana",)]


@pytest.mark.anyio
async def test_restore_never_works_under_a_running_server(run_nova, filled, tmp_path):
    _, settings, _ = filled
    target = tmp_path / "nova.tar"
    assert run_nova(settings.data_dir, "backup", target).returncode == 0
    before = settings.database_path.read_bytes()
    with (settings.data_dir / "nova.lock").open("w") as lock:
        lock.write("pid 4711")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = run_nova(settings.data_dir, "restore", target, "--replace")
    assert refused.returncode == 2
    assert "4711" in refused.stderr
    assert settings.database_path.read_bytes() == before


def cut(path):
    path.write_bytes(path.read_bytes()[:-20_000])


def change(path):
    content = bytearray(path.read_bytes())
    content[5_000] ^= 1
    path.write_bytes(content)


def replace(path):
    path.write_bytes(b"no tar at all")


def point_outside(path):
    with tarfile.open(path, "r:") as tar:
        manifest = json.load(tar.extractfile("manifest.json"))
    (path.parent / "evil").write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    manifest["parts"] = [{"name": "../evil", "size_bytes": 0, "sha256": empty}]
    (path.parent / "manifest").write_text(json.dumps(manifest))
    with tarfile.open(path, "w:") as tar:
        tar.add(path.parent / "evil", "../evil")
        tar.add(path.parent / "manifest", "manifest.json")


@pytest.mark.anyio
@pytest.mark.parametrize("damage", [cut, change, replace, point_outside])
async def test_damaged_backup_is_refused_in_one_line(run_nova, filled, tmp_path, damage):
    _, settings, _ = filled
    target = tmp_path / "nova.tar"
    assert run_nova(settings.data_dir, "backup", target).returncode == 0
    damage(target)

    refused = run_nova(tmp_path / "restored", "restore", target)

    assert refused.returncode == 2
    assert len(refused.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "restored" / "nova.db").exists()


@pytest.mark.anyio
async def test_check_finds_rows_without_files_files_without_rows_and_gaps(run_nova, filled, group):
    _, settings, upload_id = filled
    path = settings.data_dir / "uploads" / upload_id[:2] / upload_id
    path.rename(path.with_name("ffffffff-0000-4000-8000-000000000000"))
    leftover = path.with_name("ffffffff-0000-4000-8000-000000000000")
    os.utime(leftover, (0, 0))
    (ben, _), room = await group("ben", "cara")
    for number in range(3):
        sent = await ben.post(
            f"/api/v1/conversations/{room}/messages",
            json={"text": f"message {number}"},
            headers={"Idempotency-Key": f"00000000-0000-4000-8000-00000000000{number}"},
        )
        assert sent.status_code in (200, 201), sent.text
    with contextlib.closing(sqlite3.connect(settings.database_path)) as connection:
        connection.execute("DELETE FROM message WHERE text = 'message 1'")
        connection.commit()

    done = run_nova(settings.data_dir, "check", "--json")

    assert done.returncode == 1
    found = facts(done)
    assert found["rows_without_files"] == [upload_id]
    assert found["files_without_rows"] == [f"{path.parent.name}/{leftover.name}"]
    (gap,) = found["gaps"]
    assert room in gap
    assert found["damage"] == []
    in_words = run_nova(settings.data_dir, "check")
    assert in_words.returncode == 1
    assert "rows without files" in in_words.stdout


def test_check_of_nothing_is_one_line(run_nova, tmp_path):
    (tmp_path / "data").mkdir(mode=0o700)
    done = run_nova(tmp_path / "data", "check")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_backup_that_cannot_be_written_is_one_line_about_the_file_that_was_asked_for(run_nova, tmp_path):
    assert run_nova(tmp_path / "data", "migrate").returncode == 0
    target = tmp_path / "absent" / "nova.tar"
    done = run_nova(tmp_path / "data", "backup", target)
    assert done.returncode == 2
    assert done.stderr == f"nova: no backup was made: {target}: No such file or directory\n"


@pytest.mark.anyio
async def test_running_server_says_when_the_last_backup_was_made(filled, nova, tmp_path):
    _, settings, _ = filled
    metrics = services_of(nova).instruments.metrics

    def last_success():
        metrics.refresh()
        return metrics.registry.get_sample_value("nova_backup_last_success_timestamp_seconds")

    assert last_success() == 0
    begin = time.time()
    command = [sys.executable, "-m", "nova_app", "backup", str(tmp_path / "nova.tar")]
    assert subprocess.run(command, cwd=ROOT, env=environment(settings.data_dir), check=False).returncode == 0
    assert begin - 1 <= last_success() <= time.time()
