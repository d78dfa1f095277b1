"""What every test may ask for: settings over a fresh directory, and a clock it moves itself."""

from __future__ import annotations

import gc
import shutil
from datetime import UTC, datetime, timedelta

import hypothesis
import pytest
from argon2 import PasswordHasher

from nova_app.persistence.migrate import migrate
from nova_app.services import passwords
from nova_app.settings import Settings

hypothesis.settings.register_profile("nova", deadline=None)  # a busy machine makes no rule wrong
hypothesis.settings.load_profile("nova")
FULL_HASHER = passwords.HASHER


def pytest_collection_modifyitems(items):
    """Browser tests come last: Playwright's loop lives in this thread to the end of the run."""
    items.sort(key=lambda item: "e2e" in item.path.parts)


def pytest_collection_finish():
    """Leave the modules and tests, which stay to the end, out of every collection of garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def anyio_backend():
    """Async tests run on asyncio alone: Nova does."""
    return "asyncio"


@pytest.fixture
def settings(tmp_path):
    """Settings whose data lives and dies with the test; anyone may register."""
    return Settings(data_dir=tmp_path / "data", host="127.0.0.1", registration="open")


@pytest.fixture(scope="session")
def make_database(tmp_path_factory):
    """A function that puts a migrated database without a row where settings have it: a copy, as migrating takes long.

    Migrations have tests of their own.
    """
    empty = Settings(data_dir=tmp_path_factory.mktemp("empty"))
    migrate(empty)

    def make(settings):
        settings.database_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy(empty.database_path, settings.database_path)

    return make


@pytest.fixture
def made_database(settings, make_database):
    """A fresh database where the settings have it."""
    make_database(settings)


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes():
    """Passwords are hashed at almost no cost; ``full_hashes`` is for what tells of the real one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture
def full_hashes(monkeypatch):
    """Passwords are hashed as they are on a server."""
    monkeypatch.setattr(passwords, "HASHER", FULL_HASHER)


class FakeClock:
    """A clock that only moves when a test moves it."""

    def __init__(self):
        self.moment = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)

    def now(self):
        return self.moment

    def advance(self, seconds):
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock():
    return FakeClock()
