"""The guide for a new field of messages, followed step by step in a copy of the sources."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "how-to" / "add-a-message-field.md"
VERSIONS = "nova_app/persistence/migrations/versions"
STEP = re.compile(r"`(nova_app/[\w/]+\.py)`|^```(diff|python)\n(.*?)^```", re.DOTALL | re.MULTILINE)
COPIED = ("nova_app", "assets/nova", "docs", "tests/integration", "tests/unit/api")
PROBE = '''
"""The new field over HTTP and on the socket."""

import sqlite3
import uuid

import pytest

import nova_app

pytestmark = pytest.mark.anyio


async def test_the_field_arrives(group, connect, settings):
    assert nova_app.__file__.startswith(COPY)
    (ana, ben), room = await group("ana", "ben")
    socket = await connect(ben)
    path = f"/api/v1/conversations/{room}/messages"
    key = {"Idempotency-Key": str(uuid.uuid4())}

    sent = await ana.post(path, json={"text": "hi"}, headers=key)
    live = await socket.expect("message")
    with sqlite3.connect(settings.database_path) as database:
        stored = database.execute("UPDATE message SET language = 'de' RETURNING language").fetchall()
    database.close()
    repeated = await ana.post(path, json={"text": "hi"}, headers=key)
    listed = (await ana.get(path)).json()["items"]
    replayed = await (await connect(ben, cursors={room: 0})).expect("message")
    summary = (await ana.get(f"/api/v1/conversations/{room}")).json()
    found = (await ana.get("/api/v1/search?q=hi")).json()["items"]

    assert stored == [("de",)]
    assert [message["language"] for message in (sent.json(), live)] == ["und", "und"]
    read = [repeated.json(), *listed, replayed, summary["last_message"], *found]
    assert [message["language"] for message in read] == ["de"] * 5
'''


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the sources in which the guide has been followed, up to generating."""
    copy = tmp_path_factory.mktemp("copy")
    for name in COPIED:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in [ROOT / "pyproject.toml", *(ROOT / "tests").glob("*.py")]:
        shutil.copy(path, copy / path.relative_to(ROOT))
    follow(GUIDE.read_text(encoding="utf-8"), copy)
    run(copy, "-m", "nova_app", "generate")
    return copy


def follow(guide, copy):
    """Make every edit that the guide shows, each in the file that was named last before it."""
    target = None
    for path, language, block in STEP.findall(guide):
        if path:
            target = copy / path
        elif language == "diff":
            edit(target, block)
        else:
            add_migration(copy, block)


def edit(path, diff):
    lines = [(line[:1], line[1:]) for line in diff.splitlines()]
    before = "\n".join(text for sign, text in lines if sign != "+")
    after = "\n".join(text for sign, text in lines if sign != "-")
    source = path.read_text(encoding="utf-8")
    assert source.count(before) == 1, f"expected these lines once in {path.name}:\n{before}"
    path.write_text(source.replace(before, after), encoding="utf-8")


def add_migration(copy, source):
    newest = max(path.name[:4] for path in (copy / VERSIONS).glob("[0-9]*.py"))
    number = f"{int(newest) + 1:04}"
    text = source.replace("NNNN", number).replace("MMMM", newest)
    (copy / VERSIONS / f"{number}_message_language.py").write_text(text, encoding="utf-8")


def run(copy, *arguments):
    """Run Python in the copy; show what it said where it fails."""
    done = subprocess.run([sys.executable, *arguments], cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_field_arrives_over_http_and_on_the_socket(copy):
    probe = copy / "tests" / "integration" / "test_language.py"
    probe.write_text(PROBE.replace("COPY", repr(str(copy))), encoding="utf-8")

    run(copy, "-m", "pytest", "-q", "tests/integration/test_language.py", "tests/unit/api/test_bodies.py")


@pytest.mark.parametrize("shape", ["MessageBody", "MessageFrame"])
def test_the_browsers_types_have_the_field(copy, shape):
    types = (copy / "assets" / "nova" / "generated" / "types.js").read_text(encoding="utf-8")
    (fields,) = re.findall(rf"@typedef {{{{((?:(?!@typedef).)*)}}}} {shape}\n", types, re.DOTALL)

    assert "language?: string" in fields


def test_a_step_that_does_not_fit_the_sources_is_noticed(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("one\n", encoding="utf-8")

    with pytest.raises(AssertionError, match="expected these lines once"):
        edit(path, " two\n+three\n")
