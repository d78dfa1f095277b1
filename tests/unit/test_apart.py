"""Work in a process of its own."""

import os
import signal
import sys

import pytest

from nova_app.apart import run_apart
from nova_app.persistence.migrate import DatabaseUnusable, migrate


def test_the_result_comes_back_and_the_rest_is_gone():
    marked = []

    pid = run_apart(lambda: marked.append(1) or os.getpid())

    assert pid != os.getpid()
    assert marked == []


def test_what_it_raises_is_raised_here():
    def fail():
        raise DatabaseUnusable("newer than this Nova")

    with pytest.raises(DatabaseUnusable, match="newer than this Nova"):
        run_apart(fail)


def test_a_process_that_dies_ends_the_command():
    with pytest.raises(SystemExit):
        run_apart(lambda: os.kill(os.getpid(), signal.SIGKILL))


def test_migrating_apart_loads_nothing_here(settings):
    loaded = set(sys.modules)

    run_apart(lambda: migrate(settings))

    assert settings.database_path.exists()
    assert not {name for name in set(sys.modules) - loaded if name.startswith(("alembic", "mako"))}
    assert run_apart(lambda: migrate(settings)) == ()
