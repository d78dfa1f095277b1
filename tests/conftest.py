"""What every test may ask for: settings over a fresh directory, and a clock it moves itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import hypothesis
import pytest

from nova_app.settings import Settings

hypothesis.settings.register_profile("nova", deadline=None)  # a busy machine makes no rule wrong
hypothesis.settings.load_profile("nova")


def pytest_collection_modifyitems(items):
    """Browser tests come last: Playwright's loop lives in this thread to the end of the run."""
    items.sort(key=lambda item: "e2e" in item.path.parts)


@pytest.fixture
def anyio_backend():
    """Async tests run on asyncio alone: Nova does."""
    return "asyncio"


@pytest.fixture
def settings(tmp_path):
    """Settings whose data lives and dies with the test; anyone may register."""
    return Settings(data_dir=tmp_path / "data", host="127.0.0.1", registration="open")


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
