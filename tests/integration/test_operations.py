"""What an operator relies on: one server per directory, private files, settings that are checked, honest readiness."""

import asyncio
import contextlib
import fcntl
import logging
import os
import pwd
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from nova_app.persistence.readiness import Readiness
from nova_app.settings import InvalidSetting, load_settings
from tests.asgi import BASE, services_of
from tests.commands import Commands
from tests.processes import free_port

ROOT = Path(__file__).parents[2]
REVISIONS = Path(__file__).parents[1] / "unit" / "persistence" / "revisions"


@pytest.fixture
def run(commands):
    return lambda words, directory, **settings: commands.run(words, {"NOVA_DATA_DIR": str(directory), **settings})


def modes(directory):
    return {path.name: f"{path.stat().st_mode & 0o777:o}" for path in (directory, *directory.iterdir())}


class Holder:
    """Another process' hold on a data directory."""

    def __init__(self, directory):
        directory.mkdir(mode=0o700, exist_ok=True)
        path = directory / "nova.lock"
        path.touch(0o600)
        self._file = path.open("w+")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._file.write("pid 4711, http://localhost:3999\n")
        self._file.flush()

    def let_go(self):
        self._file.close()


def test_a_second_process_on_a_directory_waits_and_then_says_who_holds_it(run, tmp_path):
    holder = Holder(tmp_path / "data")
    begin = time.monotonic()
    second = run(["migrate"], tmp_path / "data")
    holder.let_go()
    assert time.monotonic() - begin > 5
    assert (second.returncode, second.stderr.count("\n")) == (2, 1)
    assert "pid 4711, http://localhost:3999" in second.stderr


def test_who_waits_for_a_process_that_ends_goes_on(run, tmp_path):
    holder = Holder(tmp_path / "data")
    threading.Timer(1.0, holder.let_go).start()
    second = run(["migrate"], tmp_path / "data")
    assert second.returncode == 0, second.stderr
    assert f"pid {4711}" not in (tmp_path / "data" / "nova.lock").read_text()


def test_commands_that_need_no_lock_work_beside_a_server(run, tmp_path):
    run(["migrate"], tmp_path / "data")
    holder = Holder(tmp_path / "data")
    listed = run(["users", "list"], tmp_path / "data")
    holder.let_go()
    assert listed.returncode == 0, listed.stderr


WITHOUT_RIGHTS = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
"""Root may read everything, unless its capabilities are taken away."""


@pytest.fixture(scope="module")
def commands_without_rights():
    with contextlib.closing(Commands(*WITHOUT_RIGHTS)) as started:
        yield started


@pytest.mark.parametrize("what", ["directory", "database"])
@pytest.mark.parametrize(
    "words", ["users list", "check", "backup {tar}", "migrate", "serve --no-build", "deliveries list", "probe"]
)
def test_the_wrong_user_gets_one_line(commands_without_rights, words, what, tmp_path):
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    database = data / "nova.db"
    database.touch()
    closed = {"directory": data, "database": database}[what]
    closed.chmod(0)
    chosen = {"NOVA_DATA_DIR": str(data), "NOVA_PORT": str(free_port())}
    done = commands_without_rights.run([word.format(tar=tmp_path / "nova.tar") for word in words.split()], chosen)
    closed.chmod(0o700)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert f"{closed.name} belongs to {pwd.getpwuid(os.geteuid()).pw_name} and cannot be opened" in done.stderr


LOAD = """
import sys
from pathlib import Path
import nova_app.settings
from nova_app.serve import settings_or_exit
nova_app.settings.ROOT = Path(sys.argv[1])
settings_or_exit(nova_app.settings.load_settings)
"""


def test_settings_that_the_user_may_not_read_are_one_line(tmp_path):
    """On a server they are for the service's user only."""
    (tmp_path / ".env").touch(0)
    command = [*WITHOUT_RIGHTS, sys.executable, "-c", LOAD, tmp_path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (2, f"nova: {tmp_path / '.env'} cannot be read: Permission denied\n")


def test_what_an_upgrade_changes_for_people_is_said_by_it_and_by_no_later_start(run, tmp_path):
    directory = tmp_path / "data"
    directory.mkdir(mode=0o700)
    with contextlib.closing(sqlite3.connect(directory / "nova.db")) as database:
        database.executescript((REVISIONS / "0001.sql").read_text(encoding="utf-8"))
    (directory / "nova.db").chmod(0o600)
    upgrade = run(["migrate"], directory)
    assert upgrade.returncode == 0
    assert [line.split(":")[1] for line in upgrade.stderr.splitlines()][:3] == [" passwords", " registration", " roles"]
    assert run(["migrate"], directory).stderr == ""


def test_what_nova_stores_is_for_its_own_user(run, tmp_path):
    run(["migrate"], tmp_path / "new")
    assert set(modes(tmp_path / "new").values()) <= {"600", "700"}


def test_the_modes_of_a_directory_that_is_there_are_repaired_and_said(run, tmp_path):
    directory = tmp_path / "data"
    run(["migrate"], directory)
    directory.chmod(0o755)
    (directory / "nova.db").chmod(0o644)
    (directory / "mine.txt").touch()
    (directory / "mine.txt").chmod(0o644)

    repaired = run(["migrate"], directory)

    found = modes(directory)
    assert (found["data"], found["nova.db"], found["mine.txt"]) == ("700", "600", "644")
    assert [line for line in repaired.stderr.splitlines() if "0755" in line or "0644" in line]


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("NOVA_PUBLIC_ORIGIN", "NOVA_PUBLIC_ORIGINS"),
        ("NOVA_REGISTRATON", "NOVA_REGISTRATION"),
        ("NOVA_XYZZY_42", ""),
    ],
)
def test_a_misspelt_setting_is_one_line_with_the_nearest_name(commands, name, nearest, tmp_path):
    done = commands.run(["migrate"], {name: "x", "NOVA_DATA_DIR": str(tmp_path / "data")}, directory=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (0, 1)
    assert name in done.stderr
    assert nearest in done.stderr
    assert ("did you mean" in done.stderr) == bool(nearest)


@pytest.mark.parametrize("words", ["check", "backup {tar}", "restore --replace {tar}", "users list", "deliveries list"])
def test_every_command_names_a_misspelt_setting(run, words, tmp_path):
    tar = tmp_path / "nova.tar"
    for prepared in (["migrate"], ["backup", str(tar)]):
        assert run(prepared, tmp_path / "data").returncode == 0
    done = run([word.format(tar=tar) for word in words.split()], tmp_path / "data", NOVA_REGISTRATON="closed")
    said = "nova: NOVA_REGISTRATON is no setting of Nova: did you mean NOVA_REGISTRATION?\n"
    assert (done.returncode, done.stderr) == (0, said)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOVA_TRUSTED_PROXIES", "banana"),
        ("NOVA_TRUSTED_PROXIES", "10.0.0.1,300.1.1.1"),
        ("NOVA_DATABASE_URL", "sqlite:///:memory:"),
        ("NOVA_DATABASE_URL", "sqlite:///"),
        ("NOVA_HOST", "300.1.1.1"),
        ("NOVA_HOST", "a b"),
        ("NOVA_HOST", "http://localhost"),
        ("NOVA_REGISTRATION", "sometimes"),
    ],
)
def test_a_wrong_value_stops_the_start(name, value, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSetting) as refusal:
        load_settings()
    assert str(refusal.value).startswith(f"{name}={value!r} is not usable: expected ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOVA_TRUSTED_PROXIES", "10.0.0.0/8, ::1, 127.0.0.1"),
        ("NOVA_HOST", "::1"),
        ("NOVA_HOST", "localhost"),
        ("NOVA_HOST", "chat-1.example.org"),
    ],
)
def test_a_right_value_does_not(name, value, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(name, value)
    assert load_settings()


async def ready(nova):
    async with httpx.AsyncClient(base_url=BASE, transport=httpx.ASGITransport(nova.api)) as client:
        answer = await client.get("/readyz")
        return answer.status_code, answer.json()


async def not_ready(nova):
    """The first answer that is not 200: a check that began before may still end with what was true then."""
    async with asyncio.timeout(20):
        while (answer := await ready(nova))[0] == 200:
            await services_of(nova).readiness.check()
    return answer


PARTS = {"database": "ok", "files": "ok", "disk": "ok", "broker": "ok", "migrations": "ok"}


@pytest.mark.anyio
async def test_a_server_that_is_ready_names_every_part(nova):
    assert await ready(nova) == (200, PARTS)


@pytest.mark.anyio
async def test_a_disk_without_a_reserve_is_not_ready(nova):
    services_of(nova).readiness.disk_reserve_bytes = 1 << 60
    status, parts = await not_ready(nova)
    assert (status, {**parts, "disk": "ok"}) == (503, PARTS)
    assert "free" in parts["disk"]


@pytest.mark.anyio
async def test_files_that_cannot_be_written_are_named(nova, tmp_path):
    # One of its own: the server's check runs at the same time.
    kept, no_directory = services_of(nova).readiness, tmp_path / "uploads"
    no_directory.write_text("no directory")
    readiness = Readiness(kept._reader, kept._writer, files=no_directory, disk_reserve_bytes=0)
    await readiness.check()
    assert [name for name, fault in readiness.report().items() if fault] == ["files"]


async def fill_up(nova):
    """From now on, the database may not grow: as on a full disk, each commit fails."""
    writer = services_of(nova).readiness._writer

    def limit(session):
        raw = session.connection().connection.driver_connection
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count = {pages}")

    await writer.run(limit)


@pytest.mark.anyio
async def test_a_database_that_cannot_be_written_is_named_and_logged_once_a_minute(nova, group, caplog):
    (ana, _), room = await group("ana", "ben")
    await fill_up(nova)
    caplog.set_level(logging.ERROR)
    for number in range(30):
        answer = await ana.post(
            f"/api/v1/conversations/{room}/messages",
            json={"text": "x" * 9_000},
            headers={"Idempotency-Key": f"00000000-0000-4000-8000-{number:012}"},
        )
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    status, parts = await not_ready(nova)
    assert (status, {**parts, "database": "ok"}) == (503, PARTS)

    lines = [record for record in caplog.records if "stored" in record.getMessage()]
    assert len(lines) == 1
    assert lines[0].exc_info is None
    assert "full" in lines[0].getMessage()


@pytest.mark.anyio
async def test_a_check_that_is_too_old_is_a_fault_of_its_own(nova, settings):
    kept = services_of(nova).readiness
    moment = [100.0]
    # Nova's own check goes on in the directory of the uploads, with a file of the same name.
    files = settings.data_dir / "other"
    readiness = Readiness(kept._reader, kept._writer, files=files, disk_reserve_bytes=0, seconds=lambda: moment[0])
    assert "no check has ended yet" in readiness.report()["checks"]
    await readiness.check()
    moment[0] += 10
    assert not any(readiness.report().values())
    moment[0] += 1
    assert "11 s ago" in readiness.report()["checks"]
