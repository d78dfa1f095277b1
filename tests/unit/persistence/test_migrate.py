import logging
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from nova_app.domain.search import parse
from nova_app.persistence.engine import create_migration_engine
from nova_app.persistence.migrate import DatabaseUnusable, migrate
from nova_app.persistence.revision import MIGRATIONS, known_revisions, newest_revision
from nova_app.persistence.storage import open_storage
from tests.builders import a_draft
from tests.fakes import FakePublisher

REVISIONS = Path(__file__).parent / "revisions"


def write_revision(name, path):
    path.parent.mkdir(parents=True)
    connection = sqlite3.connect(path)
    connection.executescript((REVISIONS / f"{name}.sql").read_text(encoding="utf-8"))
    connection.close()


def is_no_index(_object, name, *_):
    """The indexes of words are SQLite's own: their tables are no models."""
    return not (name or "").startswith(("message_search", "post_search"))


def test_fresh_file_gets_exactly_the_tables_of_the_models(settings):
    migrate(settings)

    engine = create_migration_engine(settings.database_path)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_no_index})
        differences = compare_metadata(context, SQLModel.metadata)
    engine.dispose()
    assert differences == []


def test_every_constraint_has_a_name(settings):
    migrate(settings)

    connection = sqlite3.connect(settings.database_path)
    tables = connection.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%_search%'"
    ).fetchall()
    connection.close()
    lines = [line.strip() for (sql,) in tables for line in sql.splitlines()]
    unnamed = [line for line in lines if line.startswith(("UNIQUE", "FOREIGN", "PRIMARY", "CHECK"))]
    assert unnamed == []


def test_migrating_twice_from_another_directory_changes_nothing(settings, tmp_path, monkeypatch):
    migrate(settings)
    before = settings.database_path.read_bytes()
    monkeypatch.chdir(tmp_path)

    migrate(settings)

    assert settings.database_path.read_bytes() == before


@pytest.mark.anyio
@pytest.mark.parametrize("revision", sorted(path.stem for path in REVISIONS.glob("*.sql")))
async def test_file_of_an_older_revision_opens_with_everything_in_it(settings, revision):
    write_revision(revision, settings.database_path)

    async with open_storage(settings, FakePublisher()) as storage:
        (summary,) = await storage.conversations.list_summaries("ben")
        events = await storage.log.read_events("room", after_seq=0, limit=10)
        (result,) = await storage.log.append([a_draft("new")])
        found = await storage.search.find_messages("ben", parse("grusse"), within=None, before=None, limit=5)
        await storage.readiness.check()
        faults = storage.readiness.report()

    assert (summary.unread, summary.read_seq) == (1, 1)
    assert [(member.person.username, member.joined_seq) for member in summary.members] == [("ana", 0), ("ben", 2)]
    assert [event.seq for event in events] == [1, 2, 3]
    assert events[0].text == "Grüße 😀"
    assert result.message.seq == 4
    assert [hit.message.text for hit in found.hits] == ["Grüße 😀"]
    assert not any(faults.values())


def test_newer_file_is_refused_in_one_line_and_left_alone(settings):
    migrate(settings)
    connection = sqlite3.connect(settings.database_path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    before = settings.database_path.read_bytes()

    with pytest.raises(DatabaseUnusable) as refusal:
        migrate(settings)

    assert "newer Nova" in str(refusal.value)
    assert "9999" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert settings.database_path.read_bytes() == before


def test_file_that_is_no_database_is_refused_in_one_line(settings):
    settings.database_path.parent.mkdir(parents=True)
    settings.database_path.write_bytes(b"this is no database, but it is long enough to look at" * 50)

    with pytest.raises(DatabaseUnusable, match=r"nova\.db cannot be opened.*not a database") as refusal:
        migrate(settings)

    assert "\n" not in str(refusal.value)


def test_directory_that_cannot_be_made_is_refused_in_one_line(settings):
    settings.data_dir.parent.mkdir(parents=True, exist_ok=True)
    settings.data_dir.write_text("a file where the directory should be", encoding="utf-8")

    with pytest.raises(DatabaseUnusable, match="cannot be opened"):
        migrate(settings)


def test_new_data_directory_is_private(settings):
    migrate(settings)

    assert settings.data_dir.stat().st_mode & 0o077 == 0


def test_logging_is_left_as_it_was(settings):
    root = logging.getLogger()
    before = (root.level, list(root.handlers), logging.getLogger("nova_app").disabled)

    migrate(settings)

    assert (root.level, root.handlers, logging.getLogger("nova_app").disabled) == before


def test_database_is_copied_before_it_is_migrated(settings):
    revision = min(path.stem for path in REVISIONS.glob("*.sql"))
    write_revision(revision, settings.database_path)

    migrate(settings)
    migrate(settings)

    (copy,) = (settings.data_dir / "copies").iterdir()
    connection = sqlite3.connect(copy)
    (kept,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    connection.close()
    assert kept == revision[:4]
    assert kept in copy.name
    assert copy.stat().st_mode & 0o077 == 0


def test_files_of_migrations_are_named_by_their_revisions():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert known_revisions() == {script.revision for script in scripts.walk_revisions()}
    assert newest_revision() == scripts.get_current_head()


def test_an_upgrade_gives_what_it_changes_for_people_once(settings):
    write_revision("0001", settings.database_path)

    notices = migrate(settings)

    assert [notice.split(":")[0] for notice in notices][:3] == ["passwords", "registration", "roles"]
    assert not any("\n" in notice for notice in notices)
    assert migrate(settings) == ()


def test_a_new_database_changes_nothing_for_anybody(settings):
    assert migrate(settings) == ()


def test_new_database_is_not_copied(settings):
    migrate(settings)

    assert not (settings.data_dir / "copies").exists()


def test_migration_that_cannot_be_copied_before_is_refused_in_one_line(settings):
    revision = min(path.stem for path in REVISIONS.glob("*.sql"))
    write_revision(revision, settings.database_path)
    (settings.data_dir / "copies").write_text("a file where the directory should be")

    with pytest.raises(DatabaseUnusable) as refusal:
        migrate(settings)

    assert "\n" not in str(refusal.value)
    connection = sqlite3.connect(settings.database_path)
    assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (revision[:4],)
    connection.close()
