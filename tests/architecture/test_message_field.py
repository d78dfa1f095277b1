"""The guide for a new field of messages, followed step by step in a copy of the sources."""

import re

import pytest

from tests.architecture.guides import GUIDES, copy_sources, edit, follow, renamed, run

GUIDE = GUIDES / "add-a-message-field.md"
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
    """A copy of the sources in which the guide has been followed twice, the first time for another field."""
    copy = tmp_path_factory.mktemp("copy")
    copy_sources(copy, "tests/integration", "tests/unit/api")
    guide = GUIDE.read_text(encoding="utf-8")
    follow(renamed(guide, {"language": "dialect"}), copy)
    follow(guide, copy)
    run(copy, "-m", "nova_app", "generate")
    return copy


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
