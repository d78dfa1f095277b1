"""What the tests of the monitoring run: programs of the distribution, and docker-compose of the environment."""

import os
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def programs_of_the_environment():
    """Put the environment's programs on the path, so that one test alone finds them as ``make test`` does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        yield
