"""The index of a database from before texts had one Unicode form."""

import sqlite3

import pytest

from nova_app.domain.events import MessagePosted
from nova_app.domain.search import parse
from nova_app.domain.tokenizer import index_text_as_written
from nova_app.persistence.alembic_upgrade import upgrade_to
from nova_app.persistence.engine import create_migration_engine, raw_connection
from nova_app.persistence.migrate import migrate
from nova_app.persistence.migrations import search_forms
from nova_app.persistence.search_index import index_messages
from nova_app.persistence.storage import open_storage
from tests.fakes import FakePublisher

pytestmark = pytest.mark.anyio
MOMENT = "2026-01-02T03:04:05.678901Z"
TEXTS = ["plain text", "Grüße", "カ\u3099イト\u3099 for ana", "ｶﾞｲﾄﾞ", "\u1112\u1161\u11ab국", "gone カ\u3099"]
DELETED = 6


def insert(raw, table, **values):
    names = ", ".join(values)
    raw.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(values))})", tuple(values.values()))


def write_old_database(settings):
    """A database of revision 0010 with these texts, one of them deleted."""
    settings.database_path.parent.mkdir(parents=True)
    engine = create_migration_engine(settings.database_path)
    with engine.connect() as connection, connection.begin():
        upgrade_to(connection, "0010")
        raw = raw_connection(connection)
        by_ana = {"created_by": "ana", "created_at": MOMENT}
        insert(raw, "user", id="ana", username="ana", display_name="Ana", password_hash="", created_at=MOMENT)
        insert(raw, "conversation", id="room", kind="group", title="T", last_seq=len(TEXTS), **by_ana)
        positions = dict.fromkeys(("delivered_seq", "read_seq", "joined_seq", "receipt_seq"), 0)
        insert(raw, "member", conversation_id="room", user_id="ana", joined_at=MOMENT, **positions)
        for number, text in enumerate(TEXTS, start=1):
            write_message(raw, number, text)
    engine.dispose()


def write_message(raw, number, text):
    shared = {"conversation_id": "room", "seq": number, "client_id": f"c{number}", "author_id": "ana", "text": text}
    deleted_seq = DELETED if number == DELETED else 0
    insert(raw, "message", number=number, id=f"m{number}", created_at=MOMENT, deleted_seq=deleted_seq, **shared)
    if not deleted_seq:
        message = MessagePosted(message_id=f"m{number}", created_at=MOMENT, **shared)
        index_messages(raw, [(number, message)], index_text_as_written)


def terms_of(path):
    connection = sqlite3.connect(path)
    connection.execute("CREATE VIRTUAL TABLE temp.v USING fts5vocab(main, message_search, instance)")
    found = {(doc, term) for doc, term in connection.execute("SELECT doc, term FROM v WHERE col = 'text'")}
    connection.close()
    return found


async def test_old_messages_are_found_in_every_form_and_nothing_of_the_old_words_is_left(settings, monkeypatch):
    monkeypatch.setattr(search_forms, "BATCH", 2)
    write_old_database(settings)

    migrate(settings)

    assert {term for doc, term in terms_of(settings.database_path) if doc > 2} == {
        "ガ",
        "イ",
        "ド",
        "for",
        "ana",
        "한",
        "국",
    }
    async with open_storage(settings, FakePublisher()) as storage:

        async def find(typed):
            found = await storage.search.find_messages("ana", parse(typed), within=None, before=None, limit=9)
            return [hit.message.text for hit in found.hits]

        assert await find("ガイド") == await find("ｶﾞｲﾄﾞ") == [TEXTS[3], TEXTS[2]]
        assert await find("한국") == [TEXTS[4]]
        assert await find("GRÜSSE from:ana") == ["Grüße"]
        assert await find("plain") == ["plain text"]
