"""What every test may ask for: settings over a fresh directory, and a clock it moves itself."""

from __future__ import annotations

import gc
import shutil
from datetime import UTC, datetime, timedelta

import hypothesis
import pytest

from nova_app.persistence.migrate import migrate
from nova_app.settings import Settings

hypothesis.settings.register_profile("nova", deadline=None)  # a busy machine makes no rule wrong
hypothesis.settings.load_profile("nova")


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
def empty_database(tmp_path_factory):
    """A migrated database without a row, to copy: migrations have tests of their own."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("empty"))
    migrate(settings)
    return settings.database_path


@pytest.fixture
def made_database(settings, empty_database):
    """A fresh database where the settings have it."""
    settings.database_path.parent.mkdir(mode=0o700, parents=True)
    shutil.copy(empty_database, settings.database_path)


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
